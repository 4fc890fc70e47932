"""`ringscope evaluate`: a run against the truth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import Format, FormatOption

MEANING = {
    "average_precision": "how far spam stands before honest accounts by risk; 1 is best",
    "auroc": "chance that a spam account has a higher risk than an honest one",
    "recall_at_k": "with K spam accounts: the share of them among the K highest risks",
    "precision_at_100": "share of spam among the 100 highest risks",
    "calibration_error": "mean distance of risk and share of spam; 0 is best",
    "ring_precision": "of the ring that an account was placed in, the share that belongs with it",
    "ring_recall": "of the true ring of an account, the share that was found together with it",
    "ring_f1": "harmonic mean of the two",
    "innocents_per_1000": "honest accounts placed in a ring, per 1,000 honest ones",
    "rings_found": "share of true rings with a found ring that holds most of it and is mostly it",
    "members_placed": "of the spam accounts of true rings, the share that was placed in a ring",
    "ring_precision_at_20": "of the 20 riskiest rings, the share that is mostly spam",
    "accounts_not_in_run": "accounts of the truth that the run does not have; counted as risk 0",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(evaluate)


def evaluate(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder.")],
    truth: Annotated[
        Path, typer.Argument(metavar="TRUTH", help="CSV: account_id, spam, ring, kind, labelled.")
    ],
    form: FormatOption = Format.TABLE,
) -> None:
    """Compare a run with the truth.

    Counts spam and rings that were found, and honest people placed in rings.
    Account figures are over accounts that carried no label in the input.

    Example: ringscope evaluate out world/truth.csv
    """
    import polars as pl

    from ..evaluate import evaluate as compare
    from ..run import Run
    from .printing import plain, records, show, show_json

    found = compare(Run.open(run), truth)
    if form is Format.JSON:
        show_json(plain(found.figures) | {"found_by_kind": records(found.found_by_kind)})
        return
    figures = pl.DataFrame(
        {
            "figure": list(found.figures),
            "value": list(found.figures.values()),
            "meaning": [MEANING[name] for name in found.figures],
        }
    )
    if form is Format.CSV:
        show(figures.drop("meaning"), form)
        return
    show(figures, form, "Against the truth")
    show(found.found_by_kind, form, "Rings found by kind")
