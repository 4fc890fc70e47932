from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np
import polars as pl
import pytest
from scipy.stats import poisson

from graph.bursts import MIN_ACCOUNTS, MIN_SURPRISE, WINDOWS, _scan, find_bursts
from ingest import Tables

Build = Callable[..., Tables]
Moment = Callable[[float], datetime]


def world(build: Build, at: Moment, signups: dict[str, list[float]]) -> Tables:
    """Sign-ups by day, per subnet prefix; each account logs in once, an hour later."""
    days = [day for times in signups.values() for day in times]
    prefix = [name for name, times in signups.items() for _ in times]
    logins = {
        "account": range(len(days)),
        "ts": [at(day + 1 / 24) for day in days],
        "ip": [f"{name}.{i % 250 + 1}" for i, name in enumerate(prefix)],
    }
    return build({"created_at": [at(day) for day in days]}, logins=logins)


def test_a_burst_stands_out_of_its_own_subnet_only(tables_of: Build, at: Moment) -> None:
    rng = np.random.default_rng(2)
    six = [50 + minutes / 1440 for minutes in (0, 9, 20, 31, 44, 58)]
    busy = [i / 24 for i in range(2400)]
    signups = {
        "93.184.1": [3.0, 90.0, *six],
        "93.184.2": sorted(busy + [moment for moment in six if moment > 50]),
        "93.184.3": rng.uniform(0, 100, 40).tolist(),
    }
    found = find_bursts(world(tables_of, at, signups))
    assert found["burst"].unique().to_list() == ["93.184.1.0/24 from 2026-02-20 00h"]
    assert found["account"].to_list() == [2, 3, 4, 5, 6, 7]
    assert found["ts"].to_list() == [at(moment) for moment in six]


def test_even_sign_ups_are_no_burst(tables_of: Build, at: Moment) -> None:
    for seed in range(5):
        rng = np.random.default_rng(seed)
        signups = {f"93.184.{i}": rng.uniform(0, 100, 40).tolist() for i in range(20)}
        assert find_bursts(world(tables_of, at, signups)).is_empty(), f"seed {seed}"


def surprise_of(days: np.ndarray, low: int, window: float, span: float) -> tuple[int, float]:
    """Sign-ups in the window that begins with one of them, and how surprising the others are."""
    inside = sum(days[low] <= day <= days[low] + window for day in days)
    expected = max(len(days) - inside, 0.5) * window / span
    chance = poisson.sf(inside - 2, expected) * len(days) * len(WINDOWS)
    return inside, -np.log10(chance)


@pytest.mark.parametrize("seed", range(30))
def test_runs_are_disjoint_and_surprising_and_none_is_left_out(seed: int) -> None:
    rng = np.random.default_rng(seed)
    crowds = (rng.uniform(0, 60) + rng.uniform(0, 0.3, rng.integers(0, 12)) for _ in range(3))
    days = np.unique(np.concatenate([rng.uniform(0, 60, rng.integers(3, 30)), *crowds]))
    found = _scan(days, 60.0)
    taken = np.concatenate([np.arange(low, high) for low, high in found] or [[]]).tolist()
    assert len(taken) == len(set(taken)), f"seed {seed}"
    surprising = set()
    for low in range(len(days)):
        for window in WINDOWS:
            inside, surprise = surprise_of(days, low, window, 60.0)
            if inside >= MIN_ACCOUNTS and surprise >= MIN_SURPRISE:
                surprising.add((low, low + inside))
                assert set(taken) & set(range(low, low + inside)), f"seed {seed}: from {low}"
    assert set(found) <= surprising, f"seed {seed}"


@pytest.mark.parametrize("accounts", [1, 2])
def test_one_or_two_sign_ups_are_no_burst(tables_of: Build, at: Moment, accounts: int) -> None:
    found = find_bursts(world(tables_of, at, {"93.184.1": [5.0] * accounts}))
    assert found.is_empty()
    assert found.schema == {"account": pl.UInt32, "ts": pl.Datetime("us"), "burst": pl.String}


def test_accounts_alone_give_no_burst(tables_of: Build) -> None:
    assert find_bursts(tables_of(5)).is_empty()
