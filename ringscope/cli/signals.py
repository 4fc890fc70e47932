"""`ringscope signals`: one family of signals alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import ForceOption, Format, FormatOption

group = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Run one family of signals alone, on input tables or on its document's files.",
)
DataArgument = Annotated[Path, typer.Argument(metavar="DATA", help="Folder with the tables.")]
OutOption = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="signals")


@group.command()
def scrapers(
    data: DataArgument,
    out: OutOption,
    preset: Annotated[
        str | None,
        typer.Option(help="event-logs (signup, call, search, message files), or column names."),
    ] = None,
    force: ForceOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Find accounts that scrape, from what they did when.

    Prints what each rule found. Writes scrapers.csv (account_id, score, rules), master.csv (every
    account), rules.csv and report.html.

    Example: ringscope signals scrapers log --out scrapers
    """
    from ..signals import detect_scrapers
    from .printing import show

    found = detect_scrapers(data, out, preset=preset, force=force)
    to_stderr = form is not Format.TABLE
    if found.counts is not None:
        removed = int(found.counts["duplicates"].sum())
        typer.echo(f"read {found.counts['rows'].sum():,} rows, {removed:,} of them twice", err=to_stderr)
    show(found.rules, form, "Rules", spare=("says",))
    typer.echo(f"{found.suspects.height:,} suspects; report: {out / 'report.html'}", err=to_stderr)
