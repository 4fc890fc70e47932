"""Acts on targets for a planted world: rings that act in step, and honest people who look alike."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest import Tables

DAY, HOUR, MINUTE = 86_400, 3_600, 60
DAYS = 84
"""Length of the planted time: the last weeks of the world."""
ITEMS = 4_000
"""Things that everybody looks at, the first far more often than the last."""
LARGEST = 20
"""Members of the largest ring that acts in step."""
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Planted:
    """A world with acts.

    Attributes
    ----------
    tables
        Clean tables; the events have further rows with targets.
    role
        (accounts,) text: "in step", "class", "small class", "fans", "friends", "team", "busy" or
        "" of each account.
    """

    tables: Tables
    role: pl.Series


class _Draft:
    def __init__(self, tables: Tables, rng: np.random.Generator) -> None:
        self.rng = rng
        last = tables.logins.select(pl.col("ts").max().dt.epoch("s")).item()
        self.begin = last // DAY * DAY - DAYS * DAY
        self.role = np.full(tables.accounts.height, "", dtype=object)
        self.rows: list[pl.DataFrame] = []

    def act(self, who: Ints, when: NDArray[np.float64], target: list[str] | str) -> None:
        """Note acts; times in seconds from the begin of the planted time."""
        names = [target] * len(who) if isinstance(target, str) else target
        self.rows.append(
            pl.DataFrame(
                {"account": who, "ts": when.astype(np.int64) + self.begin, "target_id": names},
                schema_overrides={"account": pl.UInt32, "target_id": pl.String},
            )
        )

    def some(self, who: Ints, share: float) -> Ints:
        """Those of a group who take part, each with the same chance."""
        return np.asarray(who[self.rng.random(len(who)) < share])

    def evening(self, count: int) -> NDArray[np.float64]:
        """Times of people: any day, most in the evening."""
        hours = np.clip(self.rng.normal(19, 3, count), 0, 23.9)
        return np.asarray(self.rng.integers(0, DAYS, count) * DAY + hours * HOUR)

    def items(self, count: int) -> list[str]:
        """Draw things to look at by how popular they are."""
        place = (ITEMS ** self.rng.random(count)).astype(np.int64)
        return [f"item-{number}" for number in place]


def plant_actions(tables: Tables, truth: pl.DataFrame, seed: int) -> Planted:
    """Add acts on targets to a world.

    Every second ring of at most 20 accounts acts in step: 8 to 14 times members come to one thing
    within four minutes, each of them four times in five. Everybody else, and they too, look at
    things by their popularity, and at the front page of the day. Honest groups have good
    reasons to be at one thing together: see `_people`.

    Parameters
    ----------
    truth
        account_id, spam, ring.
    """
    rng = np.random.default_rng(seed)
    draft = _Draft(tables, rng)
    known = tables.accounts.select("account_id").join(
        truth, "account_id", "left", maintain_order="left"
    )
    _everybody(draft)
    _rings(draft, known["ring"])
    _people(draft, rng.permutation(np.flatnonzero(known["spam"].to_numpy() == 0)))
    new = pl.concat(draft.rows).with_columns(
        pl.from_epoch("ts", "s").cast(pl.Datetime("us")), event_type=pl.lit("view")
    )
    events = pl.concat([tables.events, new.select(tables.events.columns)])
    return Planted(
        replace(tables, events=events.sort(events.columns)), pl.Series(draft.role, dtype=pl.String)
    )


def _everybody(draft: _Draft) -> None:
    """Some 16 views of things each, and the front page of a day in three, opened in the morning."""
    rng, everyone = draft.rng, np.arange(len(draft.role))
    viewers = np.repeat(everyone, rng.poisson(16, len(everyone)))
    draft.act(viewers, draft.evening(len(viewers)), draft.items(len(viewers)))
    for day in range(DAYS):
        readers = draft.some(everyone, 0.3)
        draft.act(
            readers, day * DAY + rng.uniform(7 * HOUR, 9 * HOUR, len(readers)), f"front-{day}"
        )


def _rings(draft: _Draft, ring: pl.Series) -> None:
    names = sorted(ring.drop_nulls().unique())
    for name in draft.rng.permutation(names)[: len(names) // 2]:
        members = (ring == name).fill_null(value=False).arg_true().to_numpy()
        if len(members) <= LARGEST:
            draft.role[members] = "in step"
            for moment in draft.evening(int(draft.rng.integers(8, 15))):
                here = draft.some(members, 0.8)
                when = moment + draft.rng.uniform(-2 * MINUTE, 2 * MINUTE, len(here))
                draft.act(here, when, f"item-{draft.rng.integers(1, ITEMS)}")


def _people(draft: _Draft, honest: Ints) -> None:
    """Honest groups.

    Two classes that answer ten tasks, each in one hour; fans who come to twelve live events, most
    in the first minutes; friends who follow a notice now at once, now later; a team that opens the
    tickets of the day; and people who look at hundreds of things in the same evenings.
    """
    rng = draft.rng
    sizes = {"class": 25, "small class": 8, "fans": 60, "friends": 6, "team": 6, "busy": 20}
    groups = np.split(honest[: sum(sizes.values())], np.cumsum(list(sizes.values()))[:-1])
    for (name, _), group in zip(sizes.items(), groups, strict=True):
        draft.role[group] = name
        if name == "busy":
            viewers = np.repeat(group, 300)
            draft.act(viewers, draft.evening(len(viewers)), draft.items(len(viewers)))
            continue
        times, share = {"fans": (12, 0.7), "team": (60, 0.6)}.get(name, (10, 0.9))
        for number, moment in enumerate(draft.evening(times)):
            here = draft.some(group, share)
            late = {
                "fans": rng.exponential(4 * MINUTE, len(here)),
                "friends": rng.exponential(60 * MINUTE, len(here)),
                "team": rng.uniform(0, 8 * HOUR, len(here)),
            }.get(name, rng.uniform(0, HOUR, len(here)))
            draft.act(here, moment + late, f"{name}-{number}")
