"""A run against the planted truth, in the units that an investigator counts in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.ring_metrics import NO_RING, ring_figures

from ..run import Run
from .intervals import ACCOUNT_FIGURES
from .matched import hit, match
from .review import review_curve
from .truth import read_truth

_TOP_RINGS = 20


@dataclass(frozen=True)
class Evaluation:
    """How good a run is.

    Attributes
    ----------
    figures
        Name -> value. Account figures are over accounts that carried no label.
    found_by_kind
        kind, rings, found (share of the true rings of that kind that were found).
    """

    figures: dict[str, float]
    found_by_kind: pl.DataFrame


def evaluate(run: Run, truth: Path) -> Evaluation:
    """Compare a run with the truth.

    A true ring counts as found when one ring of the run holds more than half of it and is more
    than half it. B-cubed figures (Bagga and Baldwin 1998) are over members of true rings
    (recall) and accounts placed in a ring (precision).

    Parameters
    ----------
    run
        A finished run.
    truth
        CSV with account_id, spam (0, 1), ring and kind (blank = none), labelled (0, 1: the label
        was in the input).

    Raises
    ------
    InputError
        The truth cannot be read.
    """
    return compare(read_truth(truth), run.frame("scores"))


def compare(truth: pl.DataFrame, scores: pl.DataFrame) -> Evaluation:
    """Compare scores (account_id, risk, ring_id) with a truth table; see `evaluate`."""
    both = match(truth, scores)
    unlabelled = both.filter(pl.col("labelled") == 0)
    spam, risk = unlabelled["spam"].to_numpy(), unlabelled["risk"].to_numpy()
    figures = {
        **{name: figure(spam, risk) for name, figure in ACCOUNT_FIGURES.items()},
        **ring_figures(_codes(both["ring"]), _codes(both["placed"]), both["spam"].to_numpy() == 1),
        "members_placed": _members_placed(both),
        "ring_precision_at_20": _ring_precision(both),
        "accounts_not_in_run": len(truth.join(scores, "account_id", "anti")),
    }
    return Evaluation(figures, _found_by_kind(both))


def _members_placed(both: pl.DataFrame) -> float:
    """Of the spam accounts of true rings, the share that was placed in a ring."""
    members = both.filter(pl.col("ring").is_not_null() & (pl.col("spam") == 1))
    return float(members["placed"].is_not_null().to_numpy().mean()) if len(members) else math.nan


def _codes(rings: pl.Series) -> NDArray[np.int64]:
    """Number ring ids; no ring is below 0."""
    return rings.rank("dense").cast(pl.Int64).fill_null(NO_RING).to_numpy()


def _found_by_kind(both: pl.DataFrame) -> pl.DataFrame:
    """Per kind of true ring: how many there are, and the share that was found."""
    return (
        both.drop_nulls("ring")
        .group_by("kind", "ring")
        .agg(hit().any().alias("hit"))
        .group_by("kind")
        .agg(rings=pl.len(), found=pl.col("hit").mean())
        .sort("kind")
    )


def _ring_precision(both: pl.DataFrame) -> float:
    """Of the 20 rings with the highest mean risk, the share of which most accounts are spam."""
    curve = review_curve(both).head(_TOP_RINGS)
    return float(curve["guilty"][-1]) if len(curve) else math.nan
