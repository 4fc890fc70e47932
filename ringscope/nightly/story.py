"""The life story of rings: what happened to each in a night, kept with the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from . import beginnings, endings
from .causes import clock
from .identity import match_rings, next_roll, renamed, roll_of
from .pairs import EVENT, Frames, Pair, told

if TYPE_CHECKING:
    from ..run import Run

READ = ("rings", "ring_members", "scores", "evidence", "sightings", "identifiers")
"""Tables of a run that are compared."""
KEPT = ("ring_events", "ring_roll", "contributions", "profile")
"""Tables that are compared as well where a run has them; the first two only nightly runs have."""
HISTORY: dict[str, pl.DataType] = {"night": pl.String(), "at": pl.Datetime("us"), **EVENT}
ORDER = (
    "born", "returned", "merged", "split", "grew", "shrank", "status", "dormant", "dissolved",
)  # fmt: skip
"""Events of one ring in one night are told in this order."""


def with_history(made: Frames, before: Frames | None, night: str) -> dict[str, pl.DataFrame]:
    """Give tonight's rings the ids under which they are known, and tell what happened to them.

    Parameters
    ----------
    made
        Frames of tonight's run by name.
    before
        Frames of the last good run (`run_frames`), None on the first night.
    night
        Name of tonight's run.

    Returns
    -------
    dict
        The frames with stable ring ids and two more: `ring_events`, everything that ever happened
        (night, at: the last moment that the run saw, and the columns of `EVENT`), and `ring_roll`
        (`identity.ROLL`), by which rings are known again.
    """
    roll = roll_of(before)
    identity = match_rings(roll, made["ring_members"])
    tonight = renamed(made, identity.names)
    earlier = before or {name: frame.clear() for name, frame in tonight.items()}
    events = tell(Pair(earlier, tonight, roll, identity)).select(
        pl.lit(night).alias("night"), clock(tonight["sightings"]).alias("at"), *EVENT
    )
    past = earlier.get("ring_events", pl.DataFrame(schema=HISTORY)).select(*HISTORY)
    return {
        **tonight,
        "ring_events": pl.concat([past, events]),
        "ring_roll": next_roll(roll, tonight["ring_members"]),
    }


def tell(pair: Pair) -> pl.DataFrame:
    """Events of one night (`EVENT`), sorted; none where nothing changed."""
    found = [
        beginnings.born(pair),
        beginnings.returned(pair),
        beginnings.grew(pair),
        beginnings.merged(pair),
        endings.split(pair),
        endings.shrank(pair),
        endings.dissolved(pair),
        endings.dormant(pair),
        endings.awake(pair),
        _status(pair),
    ]
    order = pl.col("event").cast(pl.Enum(ORDER))
    return pl.concat(found).sort("ring_id", order, "others", nulls_last=True)


def _status(pair: Pair) -> pl.DataFrame:
    """Rings that are called otherwise than last night, with their risk then and now."""
    facts = [pl.col("ring_id"), pl.col("status"), pl.col("risk").round(2)]
    then, now = (frames["rings"].select(facts) for frames in (pair.before, pair.tonight))
    known = then.join(pair.old, "ring_id", "semi")
    rows = (
        now.join(known, "ring_id", suffix="_then")
        .filter(pl.col("status") != pl.col("status_then"))
        .select(
            "ring_id",
            cause=pl.format(
                "{}, was {}; its risk is {} and was {}",
                "status", "status_then", "risk", "risk_then",
            ),
        )
    )  # fmt: skip
    return told(rows, "status", pair)


def run_frames(run: Run) -> dict[str, pl.DataFrame]:
    """Read from a run what the next one is compared with."""
    there = [name for name in KEPT if f"{name}.parquet" in run.manifest["files"]]
    return {name: run.frame(name) for name in (*READ, *there)}
