"""How far each figure could be off by chance: bootstrap over rings, not over single accounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.metrics import (
    Interval,
    auroc,
    average_precision,
    calibration_error,
    precision_at,
    recall_at_k,
)

from .matched import hit

ROUNDS = 200
LEVEL = 0.95
TOP_ACCOUNTS = 100

Array = NDArray[np.float64]

ACCOUNT_FIGURES: Mapping[str, Callable[[NDArray[np.integer], Array], float]] = {
    "average_precision": average_precision,
    "auroc": auroc,
    "recall_at_k": recall_at_k,
    f"precision_at_{TOP_ACCOUNTS}": lambda spam, risk: precision_at(spam, risk, TOP_ACCOUNTS),
    "calibration_error": calibration_error,
}
"""Figures over accounts that carried no label, from who is spam and the risk."""


def figure_intervals(
    both: pl.DataFrame, *, seed: int = 0, rounds: int = ROUNDS
) -> dict[str, Interval]:
    """Percentile intervals of the figures (Efron's bootstrap).

    Accounts of one ring are found or missed together, so whole rings are drawn: those of the
    truth, beside them found rings of accounts that are in no true one, and every other account by
    itself.

    Parameters
    ----------
    both
        See `matched.match`.
    seed
        Seed of the drawing.
    rounds
        How often the world is drawn anew.
    """
    unit = _units(both)
    units = int(unit.max(initial=-1)) + 1
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(units, np.full(units, 1 / max(units, 1)), size=rounds)
    return _of_accounts(both, unit, weights) | _of_rings(both, unit, weights)


def _units(both: pl.DataFrame) -> NDArray[np.int64]:
    named = pl.coalesce(
        pl.lit("t ") + pl.col("ring"), pl.lit("f ") + pl.col("placed"), "account_id"
    )
    return both.select(named.rank("dense").cast(pl.Int64) - 1).to_series().to_numpy()


def _of_accounts(
    both: pl.DataFrame, unit: NDArray[np.int64], weights: NDArray[np.int64]
) -> dict[str, Interval]:
    rows = np.flatnonzero(both["labelled"].to_numpy() == 0)
    spam, risk = both["spam"].to_numpy()[rows], both["risk"].to_numpy()[rows]
    drawn: dict[str, list[float]] = {name: [] for name in ACCOUNT_FIGURES}
    for weight in weights:
        pick = np.repeat(np.arange(len(rows)), weight[unit[rows]])
        for name, figure in ACCOUNT_FIGURES.items():
            drawn[name].append(figure(spam[pick], risk[pick]) if len(pick) else float("nan"))
    return {
        name: _interval(figure(spam, risk), np.array(drawn[name]))
        for name, figure in ACCOUNT_FIGURES.items()
    }


def _of_rings(
    both: pl.DataFrame, unit: NDArray[np.int64], weights: NDArray[np.int64]
) -> dict[str, Interval]:
    """Figures of rings are ratios of sums, so sums per unit are enough."""
    every = np.ones((1, weights.shape[1]))
    values = _ratios(both, unit, every)
    drawn = _ratios(both, unit, weights.astype(np.float64))
    return {name: _interval(float(values[name][0]), drawn[name]) for name in values}


def _ratios(both: pl.DataFrame, unit: NDArray[np.int64], weights: Array) -> dict[str, Array]:
    ring, placed = pl.col("ring").is_not_null(), pl.col("placed").is_not_null()
    honest = pl.col("spam") == 0
    member = ring & ~honest
    each = 1 / pl.col("true_size")
    sums = {
        "ring_precision": (pl.col("common") / pl.col("found_size"), placed),
        "ring_recall": (pl.col("common") * each, ring),
        "innocents_per_1000": (1000 * (honest & placed), honest),
        "rings_found": (hit().any().over("ring") * each, each),
        "members_placed": (member & placed, member),
    }
    ratios = {}
    for name, pair in sums.items():
        above, below = (_summed(both, part, unit, weights) for part in pair)
        ratios[name] = np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)
    precision, recalled = (
        np.nan_to_num(ratios[f"ring_{name}"]) for name in ("precision", "recall")
    )
    total = precision + recalled
    f1 = np.divide(2 * precision * recalled, total, out=np.zeros(len(total)), where=total > 0)
    return ratios | {"ring_f1": f1}


def _summed(both: pl.DataFrame, part: pl.Expr, unit: NDArray[np.int64], weights: Array) -> Array:
    values = both.select(part.cast(pl.Float64).fill_null(0.0)).to_series().to_numpy()
    return np.asarray(weights @ np.bincount(unit, values, minlength=weights.shape[1]))


def _interval(value: float, drawn: Array) -> Interval:
    known = drawn[~np.isnan(drawn)]
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(known, [tail, 1 - tail]) if len(known) else (np.nan, np.nan)
    return Interval(value, float(low), float(high))
