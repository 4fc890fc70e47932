"""Composing, rewording and dressing up many messages at once."""

from __future__ import annotations

import numpy as np
import polars as pl

from . import phrases
from .clock import Flags, Floats, Ints
from .wording import draw, join, shaped, sometimes, tokens

CUT = "|"
NEIGHBOURLY, OFFER, BAIT = 0, 1, 2
_SLOTS = {
    "{item}": (phrases.ITEMS, "thing"),
    "{trait}": (phrases.TRAITS, "good"),
    "{part}": (phrases.PARTS, "rest"),
    "{who}": (phrases.WHO, "i"),
    "{party}": (phrases.PARTIES, "evening"),
    "{day}": (phrases.DAYS, "noon"),
    "{spot}": (phrases.SPOTS, "corner"),
}
_SEPARATORS = (". ", ", ", "! ", " - ", " ", "... ", "; ", "\n")
_SEPARATOR_SHARES = (0.34, 0.22, 0.09, 0.08, 0.12, 0.06, 0.03, 0.06)
_LOOKALIKES = {"a": "а", "c": "с", "e": "е", "i": "і", "o": "о", "p": "р", "x": "х", "y": "у"}


def compose(rng: np.random.Generator, count: int, matter: Ints) -> pl.Series:
    """Put `count` texts together from clauses parted by `CUT`; {num}, {link}, {handle} stay open.

    `matter` per text: NEIGHBOURLY, OFFER (as firms make it) or BAIT (as kits make it).
    """
    offers = (_drawn(rng, phrases.PITCHES, count), _drawn(rng, phrases.PITCHES[::-1], count))
    core = shaped(matter, (_matter(rng, count), *offers))
    pitch = matter > NEIGHBOURLY
    parts = [
        sometimes(rng, _drawn(rng, phrases.OPENINGS, count), 0.7),
        core,
        sometimes(rng, _drawn(rng, phrases.EXTRAS, count), 0.5),
        sometimes(rng, _matter(rng, count), np.where(pitch, 0.5, 0.22)),
        sometimes(rng, _drawn(rng, phrases.EXTRAS, count), 0.25),
        sometimes(rng, _drawn(rng, phrases.CONTACTS, count), np.where(pitch, 0.6, 0.07)),
        sometimes(rng, _drawn(rng, phrases.CLOSINGS, count), 0.4),
    ]
    text = join(*[part for clause in parts for part in (clause, CUT)])
    text = text.str.replace_all(r"\|+", CUT).str.strip_chars(CUT)
    frame = pl.DataFrame({"text": text})
    for name, (words, spare) in _SLOTS.items():
        for _ in range(2):
            word = _drawn(rng, words, count).alias("word")
            filled = pl.col("text").str.replace(name, pl.col("word"), literal=True)
            frame = frame.with_columns(word).with_columns(filled)
        frame = frame.with_columns(pl.col("text").str.replace_all(name, spare, literal=True))
    return frame["text"]


def short(rng: np.random.Generator, count: int) -> pl.Series:
    """Draw `count` short questions about a thing."""
    item = _drawn(rng, phrases.ITEMS, count).alias("item")
    frame = pl.DataFrame({"text": _drawn(rng, phrases.SHORT, count)}).with_columns(item)
    return frame.select(pl.col("text").str.replace("{item}", pl.col("item"), literal=True))["text"]


def _matter(rng: np.random.Generator, count: int) -> pl.Series:
    """What a neighbour wants: a lead, an object and a tail."""
    lead, thing = _drawn(rng, phrases.LEADS, count), _drawn(rng, phrases.OBJECTS, count)
    return join(lead, " ", thing, " ", _drawn(rng, phrases.TAILS, count))


def _drawn(rng: np.random.Generator, words: tuple[str, ...], count: int) -> pl.Series:
    """Draw words, the first ones of the list far more often than the last."""
    shares = 1.0 / (np.arange(len(words)) + 6.0)
    return draw(rng, words, count, shares.tolist())


def reword(rng: np.random.Generator, text: pl.Series, swap: Floats, drop: Floats) -> pl.Series:
    """Exchange words for synonyms with chance `swap` and leave words out with chance `drop`."""
    frame = pl.DataFrame({"row": np.arange(len(text)), "swap": swap, "drop": drop})
    frame = frame.with_columns(text.str.replace_all(CUT, f" {CUT} ", literal=True).alias("word"))
    words = frame.with_columns(pl.col("word").str.split(" ")).explode("word")
    groups = {word: group for group in reversed(phrases.SYNONYMS) for word in group}
    table = pl.DataFrame(
        {"word": list(groups), "others": [list(group) for group in groups.values()]}
    )
    words = words.join(table, on="word", how="left", maintain_order="left")
    other = pl.col("others").list.get(pl.col("pick") % pl.col("others").list.len())
    dull = (pl.col("word") == CUT) | pl.col("word").str.starts_with("{")
    words = words.with_columns(
        pick=pl.Series(rng.integers(0, 64, words.height), dtype=pl.UInt32),
        one=pl.Series(rng.random(words.height)),
        two=pl.Series(rng.random(words.height)),
    )
    words = words.filter((pl.col("two") >= pl.col("drop")) | dull).with_columns(
        word=pl.when((pl.col("one") < pl.col("swap")) & pl.col("others").is_not_null())
        .then(other)
        .otherwise(pl.col("word"))
    )
    back = words.group_by("row", maintain_order=True).agg(pl.col("word").str.join(" "))
    return back["word"].str.replace_all(f" {CUT} ", CUT, literal=True)


def fill(rng: np.random.Generator, text: pl.Series, own_host: pl.Series) -> pl.Series:
    """Fill {num}, {link} and {handle} afresh for each message; `own_host` replaces some hosts."""
    count = len(text)
    number = rng.choice([5, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 120, 150, 250], count)
    number = np.where(rng.random(count) < 0.5, number, rng.integers(3, 400, count))
    host = draw(rng, phrases.LINK_HOSTS, count)
    path = tokens(rng, count, 7)
    nick = tokens(rng, count, 5)
    frame = pl.DataFrame(
        {"text": text, "number": number, "host": host, "path": path, "nick": nick, "own": own_host}
    )
    link = pl.format("https://{}{}", pl.coalesce("own", "host"), "path")
    handle = pl.format("@{}{}", pl.col("nick"), pl.col("number"))
    return frame.select(
        pl.col("text")
        .str.replace_all("{num}", pl.col("number").cast(pl.String), literal=True)
        .str.replace_all("{link}", link, literal=True)
        .str.replace_all("{handle}", handle, literal=True)
    )["text"]


def dress(text: pl.Series, mark: pl.Series, loud: Flags, foreign: Flags) -> pl.Series:
    """Put `mark` between clauses; write loud texts in capitals, foreign ones with look-alikes."""
    frame = pl.DataFrame({"text": text, "mark": mark, "loud": loud, "foreign": foreign})
    tidy = pl.col("text").str.replace_all(" +", " ").str.strip_chars(" |")
    frame = frame.with_columns(text=tidy.str.replace_all(CUT, pl.col("mark"), literal=True))
    latin, other = list(_LOOKALIKES), list(_LOOKALIKES.values())
    return frame.select(
        pl.when("loud")
        .then(pl.col("text").str.to_uppercase())
        .when("foreign")
        .then(pl.col("text").str.replace_many(latin, other))
        .otherwise(pl.col("text"))
    )["text"]


def marks(rng: np.random.Generator, count: int) -> pl.Series:
    """Draw what each author puts between two clauses."""
    return draw(rng, _SEPARATORS, count, _SEPARATOR_SHARES)
