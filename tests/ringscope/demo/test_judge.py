from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from ringscope.demo.judge import judge
from ringscope.demo.nights import NightsWorld
from ringscope.nightly.story import HISTORY


class Told:
    """A run that was told, by its frames."""

    def __init__(self, name: str, frames: dict[str, pl.DataFrame]) -> None:
        self.folder = Path(name)
        self._frames = frames

    def frame(self, name: str) -> pl.DataFrame:
        return self._frames[name]


def world(plan: list[tuple[object, ...]], rings: dict[str, list[int]]) -> NightsWorld:
    rows = [
        (f"{ring}{number}", ring, night)
        for ring, nights in rings.items()
        for number, night in enumerate(nights)
    ]
    truth = pl.DataFrame(rows, schema=["account_id", "ring", "night"], orient="row")
    schema = {
        "ring": pl.String, "plot": pl.String, "turn": pl.Int64, "until": pl.Int64,
        "partner": pl.String,
    }  # fmt: skip
    return NightsWorld(
        nights=4,
        tables={},
        labelled_at=pl.DataFrame(),
        truth=truth.with_columns(spam=1, kind=pl.lit("x")),
        plan=pl.DataFrame(plan, schema=schema, orient="row"),
    )


def night(
    number: int,
    rings: dict[str, str],
    events: tuple[tuple[int, str, str, str | None], ...] = (),
    *,
    suspected: tuple[str, ...] = (),
    uses: dict[str, str] | None = None,
) -> Told:
    rows = [(ring, account) for ring, accounts in rings.items() for account in accounts.split()]
    told = [
        {"night": f"2025-05-0{n + 1}", "ring_id": ring, "event": event, "others": others,
         "kind": "device", "value": "d", "cause": "because"}
        for n, ring, event, others in events
    ]  # fmt: skip
    status = ["suspected" if ring in suspected else "ring" for ring in rings]
    sights = [
        {"account_id": account, "kind": "device", "value": device}
        for device, accounts in (uses or {}).items()
        for account in accounts.split()
    ]
    return Told(
        f"2025-05-0{number + 1}",
        {
            "ring_members": pl.DataFrame(
                rows, schema={"ring_id": pl.String, "account_id": pl.String}, orient="row"
            ),
            "rings": pl.DataFrame(
                {"ring_id": list(rings), "status": status},
                schema={"ring_id": pl.String, "status": pl.String},
            ),
            "ring_events": pl.DataFrame(told, schema=HISTORY),
            "sightings": pl.DataFrame(
                sights, schema={"account_id": pl.String, "kind": pl.String, "value": pl.String}
            ),
        },
    )


STEADY = [("a", "steady", -1, -1, None)]
MERGING = [("a", "merges", 1, -1, "b"), ("b", "merges", 1, -1, "a")]
OLD = [-3, -3, -3]


def test_an_id_that_stays_is_kept_and_one_that_changes_is_not() -> None:
    rings = ["R-1", "R-1", "R-2", "R-2"]
    runs = [night(n, {ring: "a0 a1 a2"}) for n, ring in enumerate(rings)]
    found = judge(world(STEADY, {"a": OLD}), runs).figures
    assert (found["ring_nights"], found["ids_per_ring"]) == (3, 2)
    assert found["id_kept"] == pytest.approx(2 / 3)


def test_a_gap_in_which_a_ring_was_not_found_is_looked_over() -> None:
    runs = [night(n, {"R-1": "a0 a1 a2"} if n != 1 else {}) for n in range(4)]
    assert judge(world(STEADY, {"a": OLD}), runs).figures["ring_nights"] == 2


def test_a_merge_that_was_told_in_time_of_the_right_rings() -> None:
    apart, joined = {"R-1": "a0 a1 a2", "R-2": "b0 b1 b2"}, {"R-1": "a0 a1 a2 b0 b1 b2"}
    events = ((1, "R-1", "merged", "R-2"), (1, "R-2", "merged", "R-1"))
    uses = {"d": "a0 b0"}
    runs = [night(0, apart), *(night(n, joined, events, uses=uses) for n in (1, 2, 3))]
    found = judge(world(MERGING, {"a": OLD, "b": OLD}), runs)
    assert found.turns.rows() == [("a", "b", "merged", 1, 1, "because", True)]
    figures = found.figures
    assert (figures["merged_planned"], figures["merged_told"], figures["causes_hold"]) == (1, 1, 1)
    assert figures["merged_unplanned"] == 0
    assert figures["id_kept"] == 1, "the change of id that a merge asks for does not count"


def test_a_merge_that_nobody_planned_or_told() -> None:
    apart = {"R-1": "a0 a1 a2", "R-2": "b0 b1 b2", "R-3": "c0 c1 c2"}
    events = ((1, "R-1", "merged", "R-3"), (1, "R-3", "merged", "R-1"))
    runs = [night(0, apart), *(night(n, apart, events) for n in (1, 2, 3))]
    figures = judge(world(MERGING, {"a": OLD, "b": OLD, "c": OLD}), runs).figures
    assert (figures["merged_told"], figures["merged_unplanned"]) == (0, 1)


def test_sleep_and_waking() -> None:
    plan = [("a", "sleeps", 1, 3, None)]
    events = ((2, "R-1", "dormant", None), (3, "R-1", "returned", None))
    runs = [night(n, {"R-1": "a0 a1 a2"}, events) for n in range(4)]
    found = judge(world(plan, {"a": OLD}), runs)
    assert found.turns.select("turn", "night", "told").rows() == [
        ("dormant", 1, 2), ("returned", 3, 3),
    ]  # fmt: skip


def test_delays_count_from_the_third_account() -> None:
    runs = [
        night(0, {}),
        night(1, {}),
        night(2, {"R-1": "a0 a1 a2"}, suspected=("R-1",)),
        night(3, {"R-1": "a0 a1 a2"}),
    ]
    rings = {"a": [0, 0, 1, 3], "b": [0, 1, 2]}
    found = judge(world(STEADY, rings), runs)
    assert found.delays.rows() == [("a", 1, 3, 2), ("b", 2, None, None)]
    assert found.figures["nights_until_seen"] == float("inf")
    assert found.figures["called_share"] == 0.5


def test_the_nights_of_the_plan_are_those_of_the_data() -> None:
    assert world(STEADY, {"a": OLD}).end(0) - world(STEADY, {"a": OLD}).end(-1) == timedelta(days=1)
