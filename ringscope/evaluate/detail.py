"""Everything that can be said of a run against the truth, computed once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from models.metrics import Interval

from ..run import Run
from .calibration import calibration_bins
from .figures import compare
from .intervals import figure_intervals
from .matched import match
from .missed import missed_rings
from .mistaken import innocents, mistaken_by_kind, passed
from .review import review_curve
from .truth import read_truth


@dataclass(frozen=True)
class Detail:
    """A run against the truth.

    Attributes
    ----------
    both
        Truth and result side by side, see `matched.match`.
    figures, found_by_kind
        See `Evaluation`.
    intervals
        Figures with their intervals; those that have none are left out.
    calibration
        See `calibration_bins`.
    review
        See `review_curve`.
    missed
        See `missed_rings`.
    innocents, passed
        Examples of accounts that were judged wrongly.
    kinds
        See `mistaken_by_kind`.
    """

    both: pl.DataFrame
    figures: dict[str, float]
    found_by_kind: pl.DataFrame
    intervals: dict[str, Interval]
    calibration: pl.DataFrame
    review: pl.DataFrame
    missed: pl.DataFrame
    innocents: pl.DataFrame
    passed: pl.DataFrame
    kinds: pl.DataFrame


def detail(run: Run, truth: Path, *, seed: int = 0) -> Detail:
    """Compare a run with the truth in every respect.

    Parameters
    ----------
    run
        A finished run.
    truth
        See `evaluate`.
    seed
        Seed of the intervals.

    Raises
    ------
    InputError
        The truth cannot be read.
    """
    known, scores = read_truth(truth), run.frame("scores")
    both, found = match(known, scores), compare(known, scores)
    return Detail(
        both=both,
        figures=found.figures,
        found_by_kind=found.found_by_kind,
        intervals=figure_intervals(both, seed=seed),
        calibration=calibration_bins(both),
        review=review_curve(both),
        missed=missed_rings(both, run),
        innocents=innocents(both, run),
        passed=passed(both, run),
        kinds=mistaken_by_kind(both),
    )
