"""`ringscope run`: one full analysis."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .options import ForceOption, Format, FormatOption

if TYPE_CHECKING:
    import polars as pl

    from ..progress import Progress

_TOP = 10


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(run)


def run(
    data: Annotated[Path, typer.Argument(metavar="DATA", help="Folder with the input tables.")],
    out: Annotated[Path, typer.Option("--out", metavar="RUN", help="Run folder to write.")],
    config: Annotated[Path | None, typer.Option(help="Settings file (ringscope.toml).")] = None,
    preset: Annotated[str | None, typer.Option(help="Column mapping by name.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of all randomness.")] = None,
    threads: Annotated[int | None, typer.Option(min=0, help="Threads; 0 = all cores.")] = None,
    model: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Score with these saved models, train none."),
    ] = None,
    force: ForceOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Analyse tables and write a run folder.

    Links accounts, finds rings, scores both and writes a report.

    Example: ringscope run world --out out
    """
    if threads:
        # Read once, when these libraries load.
        os.environ["POLARS_MAX_THREADS"] = os.environ["OMP_NUM_THREADS"] = str(threads)
    from ..analysis import analyze
    from ..settings import Settings

    changes: dict[str, Any] = {"preset": preset, "seed": seed, "threads": threads}
    settings = Settings.load(config, **changes) if config else Settings.of({}, **changes)
    with shown_progress() as progress:
        done = analyze(data, settings, out, force=force, model=model, progress=progress)
    _show_top(done.frame("rings"), form)
    metrics = done.metrics()
    if metrics.get("supervised") is False:
        typer.echo(f"no model was trained: {metrics['reason']}", err=form is not Format.TABLE)
    typer.echo(f"report: {done.folder / 'report.html'}", err=form is not Format.TABLE)


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """Show a spinner on a terminal, else one log line per step; warnings in both."""
    from rich.console import Console

    from ..progress import Progress, SafeFormatter

    console = Console(stderr=True)
    handler = logging.StreamHandler()
    handler.setFormatter(SafeFormatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
    logger = logging.getLogger("ringscope")
    logger.setLevel(logging.WARNING if console.is_terminal else logging.INFO)
    logger.addHandler(handler)
    try:
        yield Progress(console if console.is_terminal else None)
    finally:
        logger.removeHandler(handler)


def _show_top(rings: pl.DataFrame, form: Format) -> None:
    from .look import RING_COLUMNS, RING_SPARE
    from .printing import show

    top = rings.select(RING_COLUMNS).head(_TOP)
    show(top, form, f"Top rings ({len(rings)} in all)", spare=RING_SPARE)
