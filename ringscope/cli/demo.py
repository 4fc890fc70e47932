"""`ringscope demo`: a world with planted rings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import ForceOption, SeedOption


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="Folder to write the tables and the truth into.")
    ],
    accounts: Annotated[int, typer.Option(min=500, help="Accounts in the world.")] = 5000,
    seed: SeedOption = 7,
    rotation: Annotated[
        float,
        typer.Option(min=0, max=1, help="Share of identifiers that rings change as they go."),
    ] = 0.2,
    force: ForceOption = False,
) -> None:
    """Write a made-up world with planted rings.

    Writes input tables, and truth.csv to judge a run by.

    Example: ringscope demo world --accounts 5000 --seed 7
    """
    from ..demo import write_world
    from ..run_folder import writing

    with writing(out, force=force, mark="truth.csv", what="demo world") as folder:
        world = write_world(folder, accounts=accounts, seed=seed, rotation=rotation)
    typer.echo(
        f"wrote {out}: {world.accounts:,} accounts, {world.in_rings:,} of them in "
        f"{sum(world.rings.values()):,} rings of {len(world.rings)} kinds; "
        f"next: ringscope run {out} --out RUN"
    )
