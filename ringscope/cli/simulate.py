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


@group.command("gig-platform")
def gig_platform(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="CSV or Parquet file to write.")],
    rows: Annotated[int, typer.Option(min=1000, help="Rows; the document had 458,798.")] = 20_000,
    seed: SeedOption = 7,
    drift: Annotated[
        float, typer.Option(min=0, max=1, help="How far spam has changed its ways.")
    ] = 0.0,
    force: ForceOption = False,
) -> None:
    """Table of accounts in the shape of the gig-platform spammer data.

    label, user_id, X1 to X51; 2.69 % spam. A file that is there is kept unless --force is given.

    Example: ringscope simulate gig-platform accounts.csv --rows 20000
    """
    from ..train.made_up import write_gig_table

    spam = write_gig_table(out, rows=rows, seed=seed, drift=drift, force=force)
    typer.echo(
        f"wrote {out}: {rows:,} rows, {spam:,} spam; "
        f"next: ringscope train {out} --preset gig-platform --out DIR"
    )


@group.command()
def engagement(
    out: OutArgument,
    n_users: Annotated[int, typer.Option(min=60, help="Accounts.")] = 500,
    length: Annotated[int, typer.Option(min=168, help="Hours of each series.")] = 336,
    fake_ratio: Annotated[
        float, typer.Option(min=0, max=1, help="Share of accounts that fake.")
    ] = 0.35,
    labelled: Annotated[
        float, typer.Option(min=0, max=1, help="Share of accounts with a label.")
    ] = 0.5,
    strength: Annotated[
        float, typer.Option(min=0, help="Size of all attacks; 0.5 halves what they add.")
    ] = 1.0,
    seed: SeedOption = 7,
    force: ForceOption = False,
) -> None:
    """Views, likes, comments and shares by hour, with twelve kinds of fake engagement.

    Writes accounts.csv, engagement.csv, and to judge a result truth.csv (profile, attack,
    campaign) and windows.csv (when).

    Example: ringscope simulate engagement series --n-users 500 --fake-ratio .35 --seed 7
    """
    from ..simulate import write_engagement

    rows = write_engagement(
        out,
        users=n_users,
        length=length,
        fake_ratio=fake_ratio,
        seed=seed,
        labelled=labelled,
        strength=strength,
        force=force,
    )
    counts = ", ".join(f"{count:,} {name}" for name, count in rows.items())
    typer.echo(f"wrote {out}: rows {counts}; next: ringscope signals engagement {out} --out DIR")
