"""`ringscope simulate`: made-up data in the shapes of the source documents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import ForceOption, SeedOption

group = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Make data with planted truth, in the shapes of the source documents.",
)
OutArgument = Annotated[Path, typer.Argument(metavar="OUT", help="Folder to write.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="simulate")


@group.command()
def scrapers(
    out: OutArgument,
    accounts: Annotated[int, typer.Option(min=100, help="Accounts in the log.")] = 26_000,
    seed: SeedOption = 7,
    force: ForceOption = False,
) -> None:
    """Log of sign-ups, searches, calls and messages with planted scrapers.

    Writes signup.tsv, search.tsv, call.tsv and message.tsv in the shape of the document, and
    truth.csv (account_id, scraper, kind) to judge a result by.

    Example: ringscope simulate scrapers log --accounts 3000
    """
    from ..simulate import write_log

    rows = write_log(out, accounts=accounts, seed=seed, force=force)
    counts = ", ".join(f"{count:,} {name}" for name, count in rows.items())
    typer.echo(f"wrote {out}: rows {counts}; next: ringscope signals scrapers {out} --out DIR")
