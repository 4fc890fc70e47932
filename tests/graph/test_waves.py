"""Synchronised engagement links accounts; engagement that chance explains does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

from graph import link, waves
from graph.waves import find_waves
from ingest import Tables

BOTS = (5, 17, 40)


def planted(people: Any, seed: int = 8, accounts: int = 60) -> np.ndarray:
    """Three accounts in step; four others rise as often, each at its own times."""
    values: np.ndarray = people(accounts)
    rng = np.random.default_rng(seed)
    values[np.ix_(BOTS, 4 * rng.choice(80, 12, replace=False))] *= 6
    for account in (3, 20, 30, 50):
        values[account, 4 * rng.choice(80, 12, replace=False)] *= 6
    return values


@pytest.mark.parametrize("seed", range(3))
def test_planted_accounts_are_linked_and_nobody_else(
    make_series: Any, people: Any, seed: int
) -> None:
    linkage = link(make_series(planted(people, seed)))
    pairs = linkage.links.filter(pl.col("kinds").str.contains("engagement_wave"))
    assert pairs.select("a", "b").rows() == [(5, 17), (5, 40), (17, 40)], f"seed {seed}"
    assert linkage.links.height == pairs.height
    row = linkage.identifiers.filter(kind="engagement_wave").row(0, named=True)
    assert row["accounts"] == len(BOTS)
    assert row["value"].startswith("from 2026-03-")
    seen = linkage.sightings.filter(kind="engagement_wave")
    assert seen["count"].min() >= 5, f"seed {seed}"
    assert (seen["first_seen"] < seen["last_seen"]).all()


def test_those_who_rise_with_the_crowd_are_not_linked(make_series: Any, people: Any) -> None:
    """Matches move a third of all accounts at the same ten hours."""
    values = people(90)
    hours = np.arange(10) * 31 + 20
    values[np.ix_(range(30), hours)] *= 5
    assert find_waves(make_series(values)).is_empty()


@pytest.mark.parametrize("seed", range(4))
def test_the_popular_at_popular_hours_are_linked_by_chance_at_most(
    make_series: Any, people: Any, seed: int
) -> None:
    """All rise often, and mostly in the same few hours: each draws its own among these."""
    values, rng = people(120, seed=seed), np.random.default_rng(seed)
    hours = rng.choice(330, 60, replace=False)
    for account in range(120):
        values[account, rng.choice(hours, 10, replace=False)] *= 6
    found = find_waves(make_series(values))
    assert found.is_empty(), f"seed {seed}: {found['account'].n_unique()} linked"


def test_blocks_of_accounts_find_the_same(
    make_series: Any, people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = make_series(planted(people, accounts=110))
    whole = find_waves(tables)
    monkeypatch.setattr(waves, "BLOCK", 55)
    assert set(find_waves(tables)["account"]) == set(whole["account"]) == set(BOTS)


def test_without_engagement_there_is_nothing(
    tables_of: Callable[..., Tables], at: Callable[[float], Any]
) -> None:
    schema = find_waves(tables_of(3)).schema
    assert schema == {"account": pl.UInt32, "ts": pl.Datetime("us"), "wave": pl.String}
    short = tables_of(3, engagement={"account": [0, 1], "ts": [at(0), at(1)], "views": [3, 4]})
    assert find_waves(short).is_empty()
    assert find_waves(short).schema == schema
