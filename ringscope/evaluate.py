"""A run against the planted truth, in the units that an investigator counts in."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from ingest.errors import InputError

from .run import Run

TRUTH = {
    "account_id": pl.String,
    "spam": pl.Int8,
    "ring": pl.String,
    "kind": pl.String,
    "labelled": pl.Int8,
}
_TOP_ACCOUNTS = 100
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


def read_truth(path: Path) -> pl.DataFrame:
    """Read a truth file.

    Raises
    ------
    InputError
        The file is missing, a column is missing, or a cell is not what it should be.
    """
    try:
        frame = pl.read_csv(path, infer_schema=False)
    except (OSError, zlib.error, pl.exceptions.PolarsError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{path}: cannot be read as a CSV file ({reason})") from error
    missing = [name for name in TRUTH if name not in frame.columns]
    if missing:
        raise InputError(
            f"{path}: no column {missing[0]}; a truth file has the columns {', '.join(TRUTH)}"
        )
    for name in ("spam", "labelled"):
        bad = frame.with_row_index("row", 1).filter(
            ~pl.col(name).is_in(["0", "1"]).fill_null(False)
        )
        if len(bad):
            raise InputError(f"{path}: row {bad['row'][0]}: {name} must be 0 or 1")
    if frame["account_id"].is_duplicated().any():
        raise InputError(f"{path}: an account_id stands twice")
    return frame.select(pl.col(name).cast(dtype) for name, dtype in TRUTH.items())


def compare(truth: pl.DataFrame, scores: pl.DataFrame) -> Evaluation:
    """Compare scores (account_id, risk, ring_id) with a truth table; see `evaluate`."""
    both = truth.join(
        scores.select("account_id", "risk", placed="ring_id"), "account_id", "left"
    ).with_columns(pl.col("risk").fill_null(0.0))
    alone = pl.len().over("placed") < 2
    both = both.with_columns(placed=pl.when(~alone).then("placed"))
    rings = _true_rings(both)
    honest = both.filter(pl.col("spam") == 0)
    figures = {
        **_account_figures(both.filter(pl.col("labelled") == 0)),
        **_bcubed(both),
        "rings_found": _share(rings["found"]),
        "rings_precision_at_20": _ring_precision(both),
        "honest_in_a_ring_per_1000": 1000 * _share(honest["placed"].is_not_null()),
        "accounts_not_in_run": len(truth) - len(truth.join(scores, "account_id", "semi")),
    }
    kinds = rings.group_by("kind").agg(rings=pl.len(), found=pl.col("found").mean()).sort("kind")
    return Evaluation({name: round(float(value), 6) for name, value in figures.items()}, kinds)


def _account_figures(unlabelled: pl.DataFrame) -> dict[str, float]:
    """Figures of the ranking by risk; none where one class is absent."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    spam = unlabelled["spam"].to_numpy()
    risk = unlabelled["risk"].to_numpy()
    k = int(spam.sum())
    if k in {0, len(spam)}:
        return {}
    ranked = spam[np.argsort(-risk, kind="stable")]
    return {
        "average_precision": average_precision_score(spam, risk),
        "auroc": roc_auc_score(spam, risk),
        "recall_at_k": ranked[:k].mean(),
        "precision_at_100": ranked[:_TOP_ACCOUNTS].mean(),
    }


def _bcubed(both: pl.DataFrame) -> dict[str, float]:
    """B-cubed figures: how much of one's true ring (of one's ring) is with one."""
    together = pl.len().over("ring", "placed")
    of_ring, of_placed = pl.len().over("ring"), pl.len().over("placed")
    shares = both.with_columns(
        together=pl.when(pl.col("ring").is_null() | pl.col("placed").is_null())
        .then(1)
        .otherwise(together),
        of_ring=pl.when(pl.col("ring").is_null()).then(1).otherwise(of_ring),
        of_placed=pl.when(pl.col("placed").is_null()).then(1).otherwise(of_placed),
    )
    members = shares.filter(pl.col("of_ring") > 1)
    placed = shares.filter(pl.col("of_placed") > 1)
    recall = _share(members["together"] / members["of_ring"])
    precision = _share(placed["together"] / placed["of_placed"])
    total = precision + recall
    return {
        "ring_precision": precision,
        "ring_recall": recall,
        "ring_f1": 2 * precision * recall / total if total else 0.0,
    }


def _true_rings(both: pl.DataFrame) -> pl.DataFrame:
    """Per true ring whether it was found: kind, ring, found."""
    sizes = both.drop_nulls("placed").group_by("placed").len("held")
    return (
        both.drop_nulls("ring")
        .with_columns(size=pl.len().over("kind", "ring"))
        .group_by("kind", "ring", "size", "placed")
        .len("common")
        .join(sizes, "placed", "left")
        .with_columns(hit=(2 * pl.col("common") > pl.max_horizontal("size", "held")))
        .group_by("kind", "ring")
        .agg(found=(pl.col("hit") & pl.col("placed").is_not_null()).any())
    )


def _ring_precision(both: pl.DataFrame) -> float:
    """Of the 20 rings with the highest mean risk, the share of which most accounts are spam."""
    rings = both.drop_nulls("placed").group_by("placed").agg(pl.col("spam", "risk").mean())
    top = rings.sort("risk", "placed", descending=[True, False]).head(_TOP_RINGS)
    return _share(top["spam"] > 0.5)


def _share(values: pl.Series) -> float:
    """Mean of a column; 0 where it has no rows."""
    mean = values.mean()
    return float(mean) if isinstance(mean, int | float) else 0.0
