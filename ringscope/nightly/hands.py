"""What the members of a planted ring hold in their hands, together or each for itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest import Tables

SIZE = 6
"""Members of a planted ring."""
WORDS = 14
"""Words of a planted text."""
HELD = ("device", "address", "card", "text")


@dataclass(frozen=True)
class Flavour:
    """How a planted ring behaves.

    Attributes
    ----------
    name
        lazy, careful, half-rotated, or that of a step of the rotation curve.
    rotation
        Chance that a member uses an identifier of its own where the ring has a common one [0, 1].
    chain
        Each member shares one thing with the next one only, in turn a device, an address, a card;
        texts are everybody's own.
    """

    name: str
    rotation: float
    chain: bool = False


def hands(rng: np.random.Generator, tables: Tables, rings: list[Flavour]) -> dict[str, pl.Series]:
    """What each planted account holds, by `HELD`: a device, an address, a card and a text.

    Accounts stand ring by ring. Nobody in the tables holds any of it.
    """
    count = len(rings) * SIZE
    pool = {
        "device": _codes(rng, 2 * count),
        "address": _free_addresses(rng, tables, 2 * count),
        "card": _codes(rng, 2 * count),
        "text": _texts(rng, tables, 2 * count),
    }
    own = count + np.arange(count)
    held = {}
    for turn, name in enumerate(HELD):
        common = [_common(rng, flavour, turn) for flavour in rings]
        chosen = np.concatenate([np.where(c < 0, -1, c + SIZE * n) for n, c in enumerate(common)])
        held[name] = pool[name].gather(np.where(chosen < 0, own, chosen))
    return held


def _common(rng: np.random.Generator, flavour: Flavour, turn: int) -> np.ndarray:
    """Per member the number of what it shares with others of its ring, -1 for its own."""
    if not flavour.chain:
        return np.where(rng.random(SIZE) < flavour.rotation, -1, 0)
    shared = np.full(SIZE, -1)
    for first in range(turn, SIZE - 1, len(HELD) - 1):
        if HELD[turn] != "text":
            shared[first : first + 2] = first
    return shared


def _codes(rng: np.random.Generator, count: int) -> pl.Series:
    return pl.Series([f"{number:010x}" for number in rng.integers(0, 1 << 40, count)])


def _free_addresses(rng: np.random.Generator, tables: Tables, count: int) -> pl.Series:
    """Addresses in subnets that nobody has."""
    octets = rng.integers((23, 0, 0, 1), (91, 256, 256, 255), (4 * count, 4))
    drawn = pl.Series([".".join(map(str, row)) for row in octets.tolist()])
    taken = tables.logins["subnet"].drop_nulls().unique()
    subnet = drawn.str.replace(r"\d+$", "0/24")
    return drawn.filter(~subnet.is_in(taken.implode())).head(count)


def _texts(rng: np.random.Generator, tables: Tables, count: int) -> pl.Series:
    """Texts of words of the platform, put together as nobody does."""
    if not tables.messages.height:
        return pl.Series([""] * count)
    sample = tables.messages["text"].gather_every(max(tables.messages.height // 5_000, 1))
    words = sample.str.to_lowercase().str.extract_all(r"\p{L}{3,12}").explode().drop_nulls()
    vocabulary = words.unique().sort()
    if vocabulary.is_empty():
        return pl.Series([""] * count)
    drawn = vocabulary.gather(rng.integers(0, len(vocabulary), count * WORDS))
    rows = pl.DataFrame({"text": np.arange(count).repeat(WORDS), "word": drawn})
    joined = rows.group_by("text", maintain_order=True).agg(pl.col("word").str.join(" "))
    return joined["word"]
