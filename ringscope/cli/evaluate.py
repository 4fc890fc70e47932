"""`ringscope evaluate`: a run against the truth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import Format, FormatOption

if TYPE_CHECKING:
    import polars as pl

    from ..evaluate import Detail


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(evaluate)


def evaluate(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder.")],
    truth: Annotated[
        Path, typer.Argument(metavar="TRUTH", help="CSV: account_id, spam, ring, kind, labelled.")
    ],
    form: FormatOption = Format.TABLE,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write a page with pictures and examples."),
    ] = None,
) -> None:
    """Compare a run with the truth.

    Counts spam and rings that were found, and honest people placed in rings, with intervals at
    95 %. Account figures are over accounts that carried no label in the input.

    Example: ringscope evaluate out world/truth.csv --html evaluation.html
    """
    from ..evaluate import detail, evaluation_page, in_a_day
    from ..run import Run
    from ..train.files import write_page
    from .printing import plain, records, show, show_json

    opened = Run.open(run)
    found = detail(opened, truth)
    if html:
        write_page(evaluation_page(found, opened.folder.name, truth.name), html)
        typer.echo(f"wrote {html}", err=True)
    if form is Format.JSON:
        intervals = {name: plain(one._asdict()) for name, one in found.intervals.items()}
        tables = {
            "found_by_kind": found.found_by_kind,
            "calibration": found.calibration,
            "review": in_a_day(found.review),
            "missed": found.missed,
            "kinds": found.kinds,
        }
        rows = {name: records(frame) for name, frame in tables.items()}
        show_json(plain(found.figures) | {"intervals": intervals} | rows)
        return
    figures = _figures(found)
    if form is Format.CSV:
        show(figures.drop("meaning"), form)
        return
    show(figures, form, "Against the truth (low, high: 95 %)")
    show(found.found_by_kind, form, "Rings found by kind")
    day = in_a_day(found.review).drop("ring_id")
    show(day, form, "What a team finds that reviews so many rings in a day")
    show(found.missed["outcome"].value_counts(sort=True, name="rings"), form, "Rings missed")


def _figures(found: Detail) -> pl.DataFrame:
    import polars as pl

    from ..evaluate import MEANING

    none = (None, None, None)
    rows = [
        (name, value, *found.intervals.get(name, none)[1:], MEANING[name])
        for name, value in found.figures.items()
    ]
    return pl.DataFrame(rows, ["figure", "value", "low", "high", "meaning"], orient="row")
