"""`ringscope evaluate`: a run against the truth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import Format, FormatOption


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
    """Compare a run with the truth: accounts, rings, and honest people placed in rings.

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
    names = list(found.figures)
    figures = pl.DataFrame({"figure": names, "value": [found.figures[name] for name in names]})
    show(figures, form, "Against the truth")
    if form is Format.TABLE:
        show(found.found_by_kind, form, "Rings found by kind")
