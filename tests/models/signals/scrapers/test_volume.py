from __future__ import annotations

import numpy as np
import polars as pl

from models.signals.scrapers.volume import (
    beyond_jump,
    extreme_activity,
    jump_threshold,
    percentile_rules,
)


def master(search: list[float], **others: list[float]) -> pl.DataFrame:
    columns = {"num_searches": search, "search_per_day": search}
    for name in ("call_per_day", "message_per_day", "tenure_days"):
        columns[name] = others.get(name, [1.0] * len(search))
    return pl.DataFrame(columns)


def test_the_top_is_the_20_highest_different_values() -> None:
    values = [*range(30), 29, 29]
    assert extreme_activity(master([float(v) for v in values])).sum() == 22
    assert extreme_activity(master([float(v) for v in values[:19]])).sum() == 0


def test_a_jump_is_a_step_of_ten_times_the_median_step() -> None:
    # 2 % of 1,001 different values: the last 20 of them
    values = np.append(np.arange(1_000.0), 1_020.0)
    assert jump_threshold(values) == 1_020
    assert jump_threshold(np.arange(1_000.0)) is None
    assert jump_threshold(np.arange(9.0)) is None
    assert beyond_jump(master(values.tolist())).tolist() == [False] * 1_000 + [True]


def test_the_four_mixtures() -> None:
    n = 1_000
    usual = np.linspace(0, 1, n - 8).tolist()
    # two each that only search, do all of it for long, call and do not write, write and do not call
    call = [0.0, 0.0, 99.0, 99.0, 50.0, 50.0, 0.0, 0.0]
    message = [0.0, 0.0, 9.0, 9.0, 0.0, 0.0, 99.0, 99.0]
    tenure = [0.0, 0.0, 99.0, 99.0, 0.0, 0.0, 0.0, 0.0]
    found = percentile_rules(
        master(
            usual + [90.0 + i for i in range(8)],
            call_per_day=usual + call,
            message_per_day=usual + message,
            tenure_days=usual[::-1] + tenure,
        )
    )
    assert {name: (np.flatnonzero(flags) - n).tolist() for name, flags in found.items()} == {
        "low_engagement": [-8, -7],
        "high_activity": [-6, -5],
        "search_call_low_message": [-4, -3],
        "search_message_low_call": [-2, -1],
    }
