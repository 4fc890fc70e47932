"""Meetings are what a slow count of all pairs finds; crowds are left out."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
import pytest

from graph.meetings import (
    CROWD,
    HOUR,
    MINUTES,
    NEAR,
    Acts,
    find_acts,
    find_meetings,
    near_acts,
    within,
)
from ingest import Tables

Row = tuple[int, int, int]


def some_acts(tables_of: Callable[..., Tables], at: Callable[[float], Any], seed: int) -> Acts:
    """Acts of 45 accounts on twelve targets within seven hours; one target is a crowd's."""
    rng = np.random.default_rng(seed)
    who, when, what = rng.integers(0, 45, 800), rng.uniform(0, 0.3, 800), rng.integers(0, 12, 800)
    what[:60], when[:60] = 0, rng.uniform(0.15, 0.17, 60)
    half = len(who) // 2
    events = {
        "account": who[:half],
        "ts": [at(x) for x in when[:half]],
        "event_type": ["view"] * half,
        "target_id": [f"t{x}" for x in what[:half]],
    }
    messages = {
        "account": who[half:],
        "ts": [at(x) for x in when[half:]],
        "text": ["hello"] * half,
        "recipient_id": [f"t{x}" for x in what[half:]],
    }
    acts = find_acts(tables_of(45, events=events, messages=messages))
    assert acts is not None
    return acts


def slow_near(rows: list[Row], seconds: int) -> set[tuple[int, ...]]:
    """All pairs of acts of two accounts on one target at most so many seconds apart."""
    found = set()
    for (one, target, ts), (other, same, at) in combinations(rows, 2):
        if target == same and abs(ts - at) <= seconds:
            (a, ts_a), (b, ts_b) = sorted([(one, ts), (other, at)])
            found.add((a, b, target, ts_a, ts_b))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_meetings_are_those_of_a_slow_count(tables_of: Any, at: Any, seed: int) -> None:
    acts = some_acts(tables_of, at, seed)
    rows = acts.firsts.select("account", "target", "ts").rows()
    every = slow_near(rows, MINUTES)
    pairs = [row[:2] for row in every]
    slow = {row for row in every if pairs.count(row[:2]) >= 2}
    found = find_meetings(acts, 2).select("a", "b", "target", "ts_a", "ts_b")
    assert slow, f"seed {seed}"
    assert set(found.rows()) == slow, f"seed {seed}"
    assert found.height == len(slow), f"seed {seed}"


@pytest.mark.parametrize("seed", range(4))
def test_near_acts_of_some_pairs_are_those_of_a_slow_count(
    tables_of: Any, at: Any, seed: int
) -> None:
    acts = some_acts(tables_of, at, seed)
    pairs = [(0, 1), (2, 9), (5, 20), (11, 12)]
    slow = slow_near(acts.firsts.select("account", "target", "ts").rows(), NEAR)
    frame = pl.DataFrame(pairs, schema={"a": pl.Int64, "b": pl.Int64}, orient="row")
    found = near_acts(acts, frame)
    assert set(found.rows()) == {row for row in slow if row[:2] in pairs}, f"seed {seed}"


@pytest.mark.parametrize("seed", range(4))
def test_acts_in_a_crowd_are_left_out_and_counted(tables_of: Any, at: Any, seed: int) -> None:
    acts = some_acts(tables_of, at, seed)
    hourly = acts.hourly.select("account", "target", "ts").rows()
    firsts: dict[tuple[int, int], int] = {}
    for account, target, ts in hourly:
        firsts[account, target] = min(ts, firsts.get((account, target), ts))
    calm = {
        (account, target, ts)
        for (account, target), ts in firsts.items()
        if sum(row[1] == target and abs(row[2] - ts) <= HOUR // 2 for row in hourly) <= CROWD
    }
    assert set(acts.firsts.select("account", "target", "ts").rows()) == calm, f"seed {seed}"
    assert acts.crowded == len(firsts) - len(calm) > 0, f"seed {seed}"


def test_a_target_and_a_recipient_of_one_name_are_two_things(tables_of: Any, at: Any) -> None:
    tables = tables_of(
        2,
        events={"account": [0], "ts": [at(0)], "event_type": ["view"], "target_id": ["x"]},
        messages={"account": [1], "ts": [at(0)], "text": ["hi"], "recipient_id": ["x"]},
    )
    assert find_acts(tables).firsts["target"].n_unique() == 2


def test_nothing_without_targets(tables_of: Any, at: Any) -> None:
    nameless = {"account": [0, 1], "ts": [at(0), at(0)], "event_type": ["view", "view"]}
    assert find_acts(tables_of(2)) is None
    assert find_acts(tables_of(2, events=nameless)) is None


def test_places_within_a_radius_are_counted() -> None:
    line, places = np.array([0, 5, 5, 9, 30]), np.array([5, 0, 20])
    assert within(line, places, 4).tolist() == [3, 1, 0]
