"""Rules about how much: the very top, a jump in the tail, and four mixtures by percentile."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .master import PER_DAY

TOP = 20
"""The rule of the very top takes the accounts at the 20 highest different values."""
TAIL, FEWEST, LEAST_TAIL = 0.02, 10, 10
JUMP = 10.0
"""A step in the tail that is so many times the median step is a jump."""

Flags = NDArray[np.bool_]


def top_values(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The 20 highest different values, falling; fewer where there are no 20."""
    return np.unique(values)[::-1][:TOP]


def extreme_activity(master: pl.DataFrame) -> Flags:
    """Rule: searches or calls per day among the 20 highest different values.

    Where fewer than 20 different values occur, the rule finds nobody: there is no top.
    """
    found = np.zeros(master.height, dtype=bool)
    for name in (PER_DAY["search"], PER_DAY["call"]):
        values = master[name].to_numpy()
        top = top_values(values)
        if len(top) == TOP:
            found |= values >= top[-1]
    return found


def jump_threshold(values: NDArray[np.float64]) -> float | None:
    """Where the top 2 % of the different values first rise by 10 times their median step.

    Returns
    -------
    The value above the step; None where there is none, or fewer than 10 different values.
    """
    different = np.unique(values)
    if len(different) < FEWEST:
        return None
    size = int(TAIL * len(different))
    tail = different[-size:] if size > 1 else different[-LEAST_TAIL:]
    steps = np.diff(tail)
    jumps = np.flatnonzero(steps >= JUMP * np.median(steps))
    return float(tail[jumps[0] + 1]) if len(jumps) else None


def jump_thresholds(master: pl.DataFrame) -> dict[str, float | None]:
    """The jump of each rate: searches, calls and messages per day."""
    return {name: jump_threshold(master[name].to_numpy()) for name in PER_DAY.values()}


def beyond_jump(master: pl.DataFrame) -> Flags:
    """Rule: a rate per day at or above the jump in its top 2 %."""
    found = np.zeros(master.height, dtype=bool)
    for name, threshold in jump_thresholds(master).items():
        if threshold is not None:
            found |= master[name].to_numpy() >= threshold
    return found


def percentile_rules(master: pl.DataFrame) -> Mapping[str, Flags]:
    """The four mixtures of much and little, by percentiles over all accounts.

    The document takes percentiles within batches of 1,000 accounts, a side effect of working in
    threads; here they are taken over all accounts.
    """
    columns = ["num_searches", "tenure_days", *PER_DAY.values()]
    values = {name: master[name].to_numpy().astype(np.float64) for name in columns}

    def high(name: str, share: float) -> Flags:
        return np.asarray(values[name] >= np.quantile(values[name], share))

    def low(name: str, share: float) -> Flags:
        return np.asarray(values[name] <= np.quantile(values[name], share))

    search, call, message = PER_DAY.values()
    much = high(search, 0.97)
    return {
        "low_engagement": high("num_searches", 0.97)
        & high(search, 0.99)
        & low(call, 0.50)
        & low(message, 0.95),
        "high_activity": much
        & (high(call, 0.99) | high(message, 0.75))
        & high("tenure_days", 0.97),
        "search_call_low_message": much & high(call, 0.95) & low(message, 0.25),
        "search_message_low_call": high(search, 0.99) & high(message, 0.99) & low(call, 0.25),
    }
