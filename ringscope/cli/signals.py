"""`ringscope signals`: one family of signals alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import ForceOption, Format, FormatOption, SeedOption

_TOP = 10

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
        typer.echo(
            f"read {found.counts['rows'].sum():,} rows, {removed:,} of them twice", err=to_stderr
        )
    show(found.rules, form, "Rules", spare=("says",))
    typer.echo(f"{found.suspects.height:,} suspects; report: {out / 'report.html'}", err=to_stderr)


@group.command()
def engagement(
    data: DataArgument,
    out: OutOption,
    preset: Annotated[str | None, typer.Option(help="Column mapping by name.")] = None,
    seed: SeedOption = 7,
    force: ForceOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Find accounts whose views, likes, comments or shares are faked, and when.

    Reads the engagement table. Labels of accounts (1 fake, 0 honest), 30 of each, train models;
    without them accounts are ranked by oddness. Writes engagement.csv (account_id, score,
    windows), windows.csv, waves.csv (accounts that rise together) and report.html.

    Example: ringscope signals engagement series --out engagement
    """
    from ..signals import detect_engagement
    from .printing import show

    found = detect_engagement(data, out, preset=preset, seed=seed, force=force)
    if found.models is not None and form is Format.TABLE:
        show(found.models, form, "Models on labelled accounts, out of fold")
    show(found.scores.head(_TOP), form, "Highest scores")
    where = f"{found.waves.height:,} waves; report: {out / 'report.html'}"
    typer.echo(f"{found.how}\n{where}", err=form is not Format.TABLE)
