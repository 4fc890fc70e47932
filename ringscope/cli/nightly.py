"""`ringscope nightly`, `replay`, `health`: the job of every night, and what became of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from ..safetext import visible
from .options import ForceOption, Format, FormatOption

StoreOption = Annotated[
    Path, typer.Option("--store", metavar="STORE", help="Store: runs, decisions, models.")
]
DataArgument = Annotated[
    Path | None,
    typer.Argument(metavar="DATA", help="Folder with the input tables; none: those in the store."),
]
DAY = ["%Y-%m-%d"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (nightly, replay, health):
        app.command()(command)


def nightly(
    store: StoreOption,
    data: DataArgument = None,
    append: Annotated[
        bool, typer.Option("--append", help="DATA is only what is new; the store keeps the rest.")
    ] = False,
    night: Annotated[
        datetime | None,
        typer.Option(formats=DAY, metavar="DAY", help="The night; today if not given."),
    ] = None,
    saved_model: Annotated[
        bool, typer.Option("--saved-model", help="Score with the standing model, train none.")
    ] = False,
    retrain: Annotated[
        bool, typer.Option("--retrain", help="Train a model tonight, whatever the schedule says.")
    ] = False,
    retrain_every: Annotated[
        int, typer.Option(min=1, metavar="NIGHTS", help="Nights after which a model is trained.")
    ] = 7,
    strict: Annotated[
        bool, typer.Option("--strict", help="Warnings keep yesterday's run current, with exit 1.")
    ] = False,
    canaries: Annotated[
        bool, typer.Option(help="Plant rings in a shadow copy, to see how many would be found.")
    ] = True,
    keep: Annotated[int, typer.Option(min=1, help="Runs to keep.")] = 30,
    config: Annotated[
        Path | None, typer.Option(help="Settings file; STORE/ringscope.toml if there is one.")
    ] = None,
) -> None:
    """Analyse tonight's data against yesterday.

    Rings keep their ids, decisions are obeyed, the new run becomes the current one in one step.

    Prints one line. On any failure yesterday's run stays the current one.

    Example: ringscope nightly world --store store

    Example: ringscope nightly new-rows --store store --append --strict
    """
    from ..nightly.job import Night
    from ..nightly.job import nightly as run_night
    from ..nightly.summary import summary_line
    from ..settings import Settings
    from .run import shown_progress

    given = Settings.load(config) if config else None
    what = Night(
        data=data,
        append=append,
        date=night.date() if night else None,
        saved_model=saved_model,
        retrain=retrain,
        retrain_every=retrain_every,
        keep=keep,
        strict=strict,
        canaries=canaries,
    )
    with shown_progress() as progress:
        done = run_night(store, what, given, progress)
    for warning in done.warnings:
        typer.echo(f"warning: {visible(warning)}", err=True)
    typer.echo(visible(summary_line(done)))
    if sentence := done.canaries.get("sentence"):
        typer.echo(visible(sentence), err=True)
    if done.held_back:
        raise typer.Exit(1)


def replay(
    store: StoreOption,
    out: Annotated[Path, typer.Option("--out", metavar="RUN", help="Folder for the replay.")],
    data: DataArgument = None,
    without_verdicts: Annotated[
        bool, typer.Option("--without-verdicts", help="As if nobody had decided on any ring.")
    ] = False,
    force: ForceOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Make the current run of a store again.

    The same night again gives the same bytes; without verdicts it shows what they changed.

    DATA is that of the night, unless the store keeps the tables.

    Example: ringscope replay world --store store --out again --without-verdicts
    """
    from ..nightly.replay import replay as run_again
    from ..store import Store
    from .printing import show
    from .run import shown_progress

    with shown_progress() as progress:
        done = run_again(
            Store.open(store), out, data=data, verdicts=not without_verdicts, force=force,
            progress=progress,
        )  # fmt: skip
    show(done.rings, form, f"Rings that differ ({len(done.rings)})")
    if form is Format.TABLE:
        same = not done.files
        typer.echo("every file is the same, byte for byte" if same else _listed(done.files))


def health(
    store: StoreOption,
    max_age: Annotated[
        float | None,
        typer.Option(min=0, metavar="HOURS", help="Exit 1 if the last good run is older."),
    ] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Say how the last night went.

    Shows the age of the last good run and who works in the store now.

    Example: ringscope health --store store --max-age 26
    """
    from ..store import Store, holder
    from ..store.health import read_health
    from .printing import plain, show_facts, show_json

    opened = Store.open(store)
    found = read_health(opened.health)
    age = found.age_hours(datetime.now(UTC))
    facts: dict[str, Any] = {
        "state": found.state,
        "current": opened.current() or "",
        "last_good_run": found.good_run,
        "age_hours": None if age is None else round(age, 2),
        "finished": found.finished,
        "held_by": holder(opened.lock) or "",
        "last_line": found.line,
        "warnings": "; ".join(found.warnings),
    }
    if form is Format.JSON:
        show_json(plain(facts))
    else:
        show_facts(facts)
    if max_age is not None and (age is None or age > max_age):
        raise typer.Exit(1)


def _listed(files: tuple[str, ...]) -> str:
    shown = ", ".join(files[:6])
    return f"{len(files)} files differ: {shown}{', …' if len(files) > 6 else ''}"
