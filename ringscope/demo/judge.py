"""Stories that were told against the lives that were planned: ids kept, turns named, delays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import polars as pl

from ..output import SHOWN
from ..run import Run
from .nights import NightsWorld
from .sagas import MERGES, SPLITS
from .turns import PATIENCE, turn_figures, turns

SMALLEST = 3


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
        The planned merges, splits and sleeps, see `turns.turns`.
    delays
        ring, third (night of the third account), called, seen (first night as a ring and as a
        candidate of any status; blank: never): rings whose third account came during the play.
    """

    figures: dict[str, float]
    places: pl.DataFrame
    turns: pl.DataFrame
    delays: pl.DataFrame


def judge(world: NightsWorld, runs: Sequence[Run]) -> Judgement:
    """Compare what was told with what was planned.

    Parameters
    ----------
    world
        The played world.
    runs
        The run of each night, from night 0 on.
    """
    places = pl.concat([_places(world.truth, run, night) for night, run in enumerate(runs)])
    nights = {run.folder.name: night for night, run in enumerate(runs)}
    number = pl.col("night").replace_strict(nights, return_dtype=pl.Int64)
    events = runs[-1].frame("ring_events").with_columns(number)
    told = turns(world, places, events, runs[-1].frame("sightings"))
    delays = _delays(world, places, len(runs))
    figures = {
        **_kept(world, places),
        **turn_figures(told, world, places, events),
        **_waits(delays),
    }
    return Judgement(figures, places, told, delays)


def _places(truth: pl.DataFrame, run: Run, night: int) -> pl.DataFrame:
    """Where the planted rings are tonight: the found ring that holds at least half of each."""
    there = truth.filter(pl.col("night") <= night).drop_nulls("ring")
    there = there.with_columns(planted=pl.len().over("ring")).filter(pl.col("planted") >= SMALLEST)
    called = run.frame("rings").select("ring_id", called=pl.col("status").is_in(SHOWN))
    return (
        there.join(run.frame("ring_members").select("account_id", "ring_id"), "account_id")
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
