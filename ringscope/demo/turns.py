"""Planned turns of rings against what was told of them: merges, splits, sleep and waking."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from .nights import NightsWorld
from .sagas import MERGES, SLEEPS, SPLITS

PATIENCE = 5
"""Nights after a turn within which it has to be told."""
EVENTS = {MERGES: "merged", SPLITS: "split"}
TURN: dict[str, pl.DataType] = {
    "ring": pl.String(),
    "partner": pl.String(),
    "turn": pl.String(),
    "night": pl.Int64(),
    "told": pl.Int64(),
    "cause": pl.String(),
    "holds": pl.Boolean(),
}


def turns(
    world: NightsWorld, places: pl.DataFrame, events: pl.DataFrame, sightings: pl.DataFrame
) -> pl.DataFrame:
    """What was told of each planned turn.

    Parameters
    ----------
    world
        The played world.
    places
        ring, night, ring_id: where the planted rings were found.
    events
        The history, with numbers for `night`.
    sightings
        Sightings of the last night.

    Returns
    -------
    DataFrame
        ring, partner (of merges and splits), turn (merged, split, dormant or returned), night (as
        planned), told (the night on which it was told of just these rings, at most `PATIENCE`
        nights later; blank: it was not), cause, holds (of merges and splits: whether accounts of
        both planted rings did use the identifier that is named).
    """
    rows: list[tuple[object, ...]] = []
    for ring, plot, turn, until, partner in world.plan.iter_rows():
        mine = _ids(places, ring)
        if plot in EVENTS and ring < partner:
            event = EVENTS[plot]
            found = _told(_between(events, event, mine, _ids(places, partner)), turn, PATIENCE)
            holds = _used_by_both(world, sightings, found, (ring, partner))
            rows.append((ring, partner, event, turn, *_words(found), holds))
        if plot == SLEEPS:
            for event, start, patience in (
                ("dormant", turn, until - turn),
                ("returned", until, PATIENCE),
            ):
                own = events.filter(pl.col("event") == event, pl.col("ring_id").is_in(mine))
                rows.append((ring, None, event, start, *_words(_told(own, start, patience)), None))
    return pl.DataFrame(rows, schema=TURN, orient="row")


def turn_figures(
    found: pl.DataFrame, world: NightsWorld, places: pl.DataFrame, events: pl.DataFrame
) -> dict[str, float]:
    """Turns planned and told; merges and splits told of planted rings that no plan asked for."""
    figures: dict[str, float] = {}
    for event in ("merged", "split", "dormant", "returned"):
        mine = found.filter(pl.col("turn") == event)
        figures[f"{event}_planned"] = float(mine.height)
        figures[f"{event}_told"] = float(mine["told"].count())
    figures["causes_hold"] = float(found["holds"].sum())
    planted = _ids(places, None)
    for plot, event in EVENTS.items():
        pairs = _pairs(_between(events, event, planted, planted))
        partners = world.plan.filter(pl.col("plot") == plot).select("ring", "partner").rows()
        asked = {
            frozenset((one, other))
            for ring, partner in partners
            for one in _ids(places, ring)
            for other in _ids(places, partner)
        }
        figures[f"{event}_unplanned"] = float(sum(pair not in asked for pair in pairs))
    return figures


def _ids(places: pl.DataFrame, ring: str | None) -> list[str]:
    """Ids that a planted ring had on some night; of all of them if None."""
    mine = places.filter(pl.col("ring") == ring) if ring else places
    return sorted(set(mine["ring_id"]))


def _between(
    events: pl.DataFrame, event: str, one: Iterable[str], other: Iterable[str]
) -> pl.DataFrame:
    """Events of a sort between a ring of one side and a ring of the other."""
    ends = [(pl.col("ring_id"), pl.col("others")), (pl.col("others"), pl.col("ring_id"))]
    across = [a.is_in(list(one)) & b.is_in(list(other)) for a, b in ends]
    return events.filter(pl.col("event") == event, pl.any_horizontal(across))


def _pairs(events: pl.DataFrame) -> list[frozenset[str]]:
    """Each event is told of both rings: one pair per night."""
    pairs = {
        (night, frozenset((one, other)))
        for night, one, other in events.select("night", "ring_id", "others").iter_rows()
    }
    return [pair for _, pair in sorted(pairs, key=str)]


def _told(events: pl.DataFrame, start: int, patience: int) -> pl.DataFrame:
    """The first of some events in the nights after a turn."""
    timely = events.filter(pl.col("night").is_between(start, start + patience))
    return timely.sort("night", "ring_id").head(1)


def _words(event: pl.DataFrame) -> tuple[int | None, str | None]:
    return event.select("night", "cause").row(0) if len(event) else (None, None)


def _used_by_both(
    world: NightsWorld, sightings: pl.DataFrame, event: pl.DataFrame, rings: tuple[str, str]
) -> bool | None:
    if event.is_empty():
        return None
    users = sightings.join(event.select("kind", "value"), ["kind", "value"], "semi")
    of = users.join(world.truth.select("account_id", "ring"), "account_id")["ring"]
    return set(rings) <= set(of)
