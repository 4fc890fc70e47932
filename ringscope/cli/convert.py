"""`ringscope convert`: public data as input tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import ForceOption

group = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Turn public data sets into input tables."
)
OutArgument = Annotated[
    Path, typer.Argument(metavar="OUT", help="Folder to write the tables into.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="convert")


@group.command()
def tolokers(
    npz: Annotated[
        Path, typer.Argument(metavar="NPZ", help="tolokers.npz of heterophilous-graphs.")
    ],
    out: OutArgument,
    mask: Annotated[
        int | None,
        typer.Option(min=0, max=9, help="Keep only the labels of this stored training mask."),
    ] = None,
    force: ForceOption = False,
) -> None:
    """Tolokers: crowd workers, banned or not.

    They have features and are linked by common tasks.

    Writes accounts, edges and truth.csv with all labels.

    Example: ringscope convert tolokers tolokers.npz tolokers --mask 0
    """
    from ..convert.tolokers import convert

    _done(convert(npz, out, mask=mask, force=force), out)


@group.command()
def sms(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="SMSSpamCollection: label TAB text per line.")
    ],
    out: OutArgument,
    force: ForceOption = False,
) -> None:
    """SMS Spam Collection: real texts as messages of made-up accounts.

    Each run of five texts with the same label, in file order, becomes one account; message times
    are made up too, one minute apart.

    Example: ringscope convert sms SMSSpamCollection sms
    """
    from ..convert.sms import convert

    _done(convert(file, out, force=force), out)


def _done(rows: dict[str, int], out: Path) -> None:
    counts = ", ".join(f"{count:,} {name}" for name, count in rows.items())
    typer.echo(f"wrote {out}: {counts}; next: ringscope run {out} --out RUN")
