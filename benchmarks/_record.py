"""What is kept of a run against the truth, for the tables of docs/evaluation.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from ringscope import Run
from ringscope.evaluate import compare, read_truth
from ringscope.evaluate.calibration import calibration_bins
from ringscope.evaluate.matched import match
from ringscope.evaluate.missed import missed_rings
from ringscope.evaluate.mistaken import mistaken_by_kind
from ringscope.evaluate.review import in_a_day, review_curve


def record(run: Run, truth: Path) -> dict[str, Any]:
    """Figures by name, and what stands behind them.

    Returns
    -------
    dict
        The figures of `ringscope evaluate`; by_kind: kind -> rings, share found; missed: outcome
        -> rings, example in words; calibration: accounts, risk, spam per bin; review: rings,
        guilty, true rings found per size of team; harmed: honest kind -> accounts, in a ring.
    """
    known, scores = read_truth(truth), run.frame("scores")
    both, found = match(known, scores), compare(known, scores)
    missed = missed_rings(both, run)
    counted = missed.group_by("outcome", maintain_order=True).agg(pl.len(), pl.col("says").first())
    honest = mistaken_by_kind(both).filter(~pl.col("spam"))
    return {
        **found.figures,
        "by_kind": {kind: [rings, share] for kind, rings, share in found.found_by_kind.iter_rows()},
        "missed": {outcome: [rings, says] for outcome, rings, says in counted.iter_rows()},
        "calibration": calibration_bins(both).select("from", "accounts", "risk", "spam").rows(),
        "review": in_a_day(review_curve(both)).select("rings", "guilty", "found").rows(),
        "harmed": {
            kind: [accounts, placed]
            for kind, accounts, placed in honest.select("kind", "accounts", "in_rings").iter_rows()
        },
    }
