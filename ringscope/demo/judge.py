"""Stories that were told against the lives that were planned: ids kept, turns named, delays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import polars as pl

from ..output import SHOWN
from .nights import NightsWorld
from .sagas import MERGES, SLEEPS, SPLITS

SMALLEST = 3
PATIENCE = 5
"""Nights after a turn in which it has to be told."""

Frames = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class Judgement:
    """How well the stories of a play match its plan.

    Attributes
    ----------
    figures
        The figures by name.
    places
        ring, night, ring_id (of the found ring that holds most of it), called: the nights on which
        a planted ring was found.
    turns
        ring, partner, plot, turn (night), told (night on which it was told as it was planned,
        blank: it was not), cause: the planned merges, splits and sleeps.
    delays
        ring, third (night of the third account), called, seen (first night as a ring and as a
        candidate of any status; blank: never): rings whose third account came during the play.
    """

    figures: dict[str, float]
    places: pl.DataFrame
    turns: pl.DataFrame
    delays: pl.DataFrame


def judge(world: NightsWorld, nights: Sequence[Frames]) -> Judgement:
    """Compare what was told with what was planned.

    Parameters
    ----------
    world
        The played world.
    nights
        Frames of the run of each night, from night 0 on: ring_members, rings and, at least on the
        last, ring_events with the night's number as `night`.
    """
    places = pl.concat([_places(world.truth, run, night) for night, run in enumerate(nights)])
    events = nights[-1]["ring_events"].with_columns(pl.col("night").cast(pl.Int64))
    turns = _turns(world, places, events)
    delays = _delays(world, places, len(nights))
    kept = _kept(world, places)
    return Judgement(
        {**kept, **_told(turns, places, events), **_waits(delays)}, places, turns, delays
    )


def _places(truth: pl.DataFrame, run: Frames, night: int) -> pl.DataFrame:
    """Where the planted rings are tonight: the found ring that holds at least half of each."""
    there = truth.filter(pl.col("night") <= night).drop_nulls("ring")
    there = there.with_columns(planted=pl.len().over("ring")).filter(pl.col("planted") >= SMALLEST)
    called = run["rings"].select("ring_id", called=pl.col("status").is_in(SHOWN))
    return (
        there.join(run["ring_members"].select("account_id", "ring_id"), "account_id")
        .group_by("ring", "ring_id", "planted")
        .agg(held=pl.len())
        .filter(pl.col("held") >= SMALLEST, 2 * pl.col("held") >= pl.col("planted"))
        .sort("ring", "held", "ring_id", descending=[False, True, False])
        .unique("ring", keep="first", maintain_order=True)
        .join(called, "ring_id", "left", maintain_order="left")
        .select("ring", pl.lit(night).alias("night"), "ring_id", "called")
    )


def _kept(world: NightsWorld, places: pl.DataFrame) -> dict[str, float]:
    """Share of ring-nights on which a ring has the id that it had when it was last found.

    The one change of id that a planned merge or split asks for is left out.
    """
    pairs = places.sort("ring", "night").with_columns(
        last=pl.col("ring_id").shift(1).over("ring"), before=pl.col("night").shift(1).over("ring")
    )
    pairs = pairs.drop_nulls("last").join(
        world.plan.select("ring", "plot", "turn"), "ring", "left", maintain_order="left"
    )
    turned = (
        pl.col("plot").is_in([MERGES, SPLITS])
        & (pl.col("night") >= pl.col("turn"))
        & (pl.col("before") <= pl.col("turn") + PATIENCE)
        & (pl.col("ring_id") != pl.col("last"))
    ).fill_null(value=False)
    pairs = pairs.with_columns(turned=turned)
    pairs = pairs.filter(~(pl.col("turned") & (pl.col("turned").cum_sum().over("ring") == 1)))
    same = (pairs["ring_id"] == pairs["last"]).to_numpy()
    ids = places.group_by("ring").agg(pl.col("ring_id").n_unique())["ring_id"].to_numpy()
    return {
        "ring_nights": float(len(same)),
        "id_kept": float(same.mean()) if len(same) else 1.0,
        "ids_per_ring": float(ids.mean()) if len(ids) else 0.0,
    }


def _turns(world: NightsWorld, places: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """What was told of the planned merges, splits and sleeps, one row each."""
    rows = []
    for ring, plot, turn, until, partner in world.plan.iter_rows():
        ids = [_ids(places, name) for name in (ring, partner)]
        if plot in (MERGES, SPLITS) and ring < partner:
            event = "merged" if plot == MERGES else "split"
            rows.append((ring, partner, plot, turn, *_pair_told(events, event, ids, turn)))
        if plot == SLEEPS:
            asleep = _first_told(events, "dormant", ids[0], turn, until)
            rows.append((ring, None, "dormant", turn, *asleep))
            rows.append(
                (
                    ring,
                    None,
                    "returned",
                    until,
                    *_first_told(events, "returned", ids[0], until, until + PATIENCE),
                )
            )
    schema = {
        "ring": pl.String, "partner": pl.String, "plot": pl.String, "turn": pl.Int64,
        "told": pl.Int64, "cause": pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _ids(places: pl.DataFrame, ring: str | None) -> set[str]:
    return set(places.filter(pl.col("ring").eq_missing(pl.lit(ring)))["ring_id"])


def _pair_told(
    events: pl.DataFrame, event: str, ids: Sequence[Iterable[str]], turn: int
) -> tuple[int | None, str | None]:
    """Night and cause of the first such event between rings of the two sides."""
    one, other = (list(side) for side in ids)
    across = (pl.col("ring_id").is_in(one) & pl.col("others").is_in(other)) | (
        pl.col("ring_id").is_in(other) & pl.col("others").is_in(one)
    )
    return _first(events.filter(pl.col("event") == event, across), turn, turn + PATIENCE)


def _first_told(
    events: pl.DataFrame, event: str, ids: Iterable[str], start: int, end: int
) -> tuple[int | None, str | None]:
    mine = events.filter(pl.col("event") == event, pl.col("ring_id").is_in(list(ids)))
    return _first(mine, start, end)


def _first(events: pl.DataFrame, start: int, end: int) -> tuple[int | None, str | None]:
    found = events.filter(pl.col("night").is_between(start, end)).sort("night", "ring_id")
    return (found["night"][0], found["cause"][0]) if len(found) else (None, None)


def _told(turns: pl.DataFrame, places: pl.DataFrame, events: pl.DataFrame) -> dict[str, float]:
    """How many turns were told, and how many merges of planted rings were told without a plan."""
    figures = {}
    for plot in (MERGES, SPLITS, "dormant", "returned"):
        mine = turns.filter(pl.col("plot") == plot)
        figures[f"{plot}_planned"] = float(len(mine))
        figures[f"{plot}_told"] = float(mine["told"].count())
    planted = set(places["ring_id"])
    for plot, event in ((MERGES, "merged"), (SPLITS, "split")):
        both = events.filter(
            pl.col("event") == event,
            pl.col("ring_id").is_in(list(planted)),
            pl.col("others").is_in(list(planted)),
        )
        pairs = {
            (*sorted(pair), night)
            for *pair, night in both.select("ring_id", "others", "night").iter_rows()
        }
        figures[f"{plot}_unplanned"] = float(max(len(pairs) - figures[f"{plot}_told"], 0))
    return figures


def _delays(world: NightsWorld, places: pl.DataFrame, nights: int) -> pl.DataFrame:
    """Nights from the third account of a ring to its being found."""
    third = (
        world.truth.drop_nulls("ring")
        .sort("ring", "night")
        .group_by("ring", maintain_order=True)
        .agg(third=pl.col("night").get(SMALLEST - 1, null_on_oob=True))
        .filter(pl.col("third").is_between(1, nights - 1))
    )
    seen = places.group_by("ring").agg(
        called=pl.col("night").filter("called").min(), seen=pl.col("night").min()
    )
    return third.join(seen, "ring", "left").sort("ring")


def _waits(delays: pl.DataFrame) -> dict[str, float]:
    """Median delays in nights; rings that were never found count as waiting for ever."""
    figures = {"rings_born": float(len(delays))}
    for name in ("called", "seen"):
        waits = (delays[name] - delays["third"]).cast(pl.Float64).fill_null(float("inf"))
        figures[f"nights_until_{name}"] = median(waits) if len(waits) else float("nan")
        figures[f"{name}_share"] = float(delays[name].count() / max(len(delays), 1))
    return figures
