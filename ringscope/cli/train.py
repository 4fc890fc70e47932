"""`ringscope train`: models of a table."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import ForceOption, Format, FormatOption, SeedOption

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.tabular.compare import Result
    from models.tabular.table import Table
    from models.tabular.thresholds import Costs

    from ..train.jobs import Training

TableArgument = Annotated[
    Path, typer.Argument(metavar="TABLE", help="CSV, TSV, JSON lines or Parquet file.")
]
PresetOption = Annotated[
    str, typer.Option("--preset", help="Shape of the table: gig-platform, plain or tweets.")
]
ThreadsOption = Annotated[int, typer.Option("--threads", min=1, help="Threads to work with.")]
FeedbackOption = Annotated[
    Path | None,
    typer.Option(
        "--feedback", metavar="DIR", help="Reports that fill and correct labels, by trust."
    ),
]
DEFAULT_MODEL = "forest-300"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(train)


def train(
    table: TableArgument,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write.")],
    preset: PresetOption = "gig-platform",
    models: Annotated[
        str,
        typer.Option(
            "--compare", metavar="NAMES", help="Models to compare, joined by commas, or all."
        ),
    ] = DEFAULT_MODEL,
    missed: Annotated[
        float | None, typer.Option(min=0, help="Cost of a spammer that passes; with --false-alarm.")
    ] = None,
    false_alarm: Annotated[
        float | None, typer.Option(min=0, help="Cost of an honest account that is accused.")
    ] = None,
    eda: Annotated[
        bool, typer.Option("--eda/--no-eda", help="Write the page on the table.")
    ] = True,
    search: Annotated[
        int, typer.Option("--search", min=0, help="Settings to try per model before it is fitted.")
    ] = 0,
    select: Annotated[
        bool, typer.Option("--select", help="Fit on the fewest columns that judge as well.")
    ] = False,
    feedback: FeedbackOption = None,
    registry: Annotated[
        Path | None,
        typer.Option("--registry", metavar="DIR", help="Register the best model there."),
    ] = None,
    threads: ThreadsOption = 1,
    seed: SeedOption = 7,
    force: ForceOption = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Train models on a table of accounts and compare them.

    Writes eda.html, comparison.html and .md, and every model. A training that was stopped goes on
    where it was when the same command is given again.

    The threshold of each model is the one with the best F1 on validation rows, or, with --missed
    and --false-alarm, the one with the lowest cost.

    With --preset tweets TABLE holds labelled messages (or is a folder of input tables whose
    accounts have labels); the 11-6-1 network and four other models are compared, split by sender,
    and the best is saved: ringscope score MESSAGES --model tweets/model scores other messages.

    Example: ringscope train accounts.csv --preset gig-platform --out training

    Example: ringscope train accounts.csv --compare all --out training --threads 2

    Example: ringscope train messages.csv --preset tweets --out tweets
    """
    # Read once, when these libraries load.
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = str(threads)
    if preset == "tweets":
        _only_for_tables(missed, false_alarm, search, select, feedback, registry)
        _train_tweets(table, out, seed=seed, force=force, form=form)
        return
    from models.tabular.fitting import FitSettings
    from models.tabular.zoo import chosen

    from ..train.jobs import Plan
    from ..train.jobs import train as work
    from .run import shown_progress

    settings = FitSettings(
        seed=seed, threads=threads, costs=costs(missed, false_alarm), preset=preset
    )
    plan = Plan(eda=eda, trials=search, select=select, change=feedback_change(feedback))
    with shown_progress() as progress:
        done = work(table, out, chosen(models), settings, plan=plan, force=force, progress=progress)
    _tell(done, eda=eda, registry=registry, form=form)


def _tell(done: Training, *, eda: bool, registry: Path | None, form: Format) -> None:
    """Print the figures, what was mended and where the pages are; register the best model."""
    out, quiet = done.folder, form is not Format.TABLE
    _show(done.results, form)
    for note in done.table.notes:
        typer.echo(note, err=quiet)
    typer.echo(f"pages: {out / 'comparison.html'}" + (f", {out / 'eda.html'}" * eda), err=quiet)
    if registry:
        from ..train.versions import register as put
        from .models import now

        one = put(out, registry, when=now())
        typer.echo(f"registered {one.version} ({one.name}); it is not in use yet", err=quiet)


def _only_for_tables(*given: object) -> None:
    from ingest.errors import SettingsError

    if any(value not in (None, 0, False) for value in given):
        raise SettingsError(
            "--preset tweets compares models of messages: --missed, --false-alarm, --search, "
            "--select, --feedback and --registry are for tables of accounts"
        )


def _train_tweets(source: Path, out: Path, *, seed: int, force: bool, form: Format) -> None:
    import polars as pl

    from ..train.tweets import train_tweets
    from .printing import show
    from .run import shown_progress

    with shown_progress() as progress:
        done = train_tweets(source, out, seed=seed, force=force, progress=progress)
    rows: dict[tuple[str, str, str], dict[str, object]] = {}
    for (split, model, kind, figure), mean in done.means.items():
        row = rows.setdefault((split, model, kind), {"split": split, "model": model, "input": kind})
        row[figure] = mean.value
    show(pl.DataFrame(list(rows.values())), form, "Mean over five folds")
    quiet = form is not Format.TABLE
    typer.echo(f"page: {out / 'tweets.html'}", err=quiet)
    typer.echo(f"model: {out / 'model'} ({' on '.join(done.best)})", err=quiet)


def feedback_change(store: Path | None) -> Callable[[Table], Table]:
    """What reports change in the labels of a table; nothing without a folder of reports."""
    from models.tabular.feedback import apply_feedback, consensus
    from models.tabular.table import UNKNOWN

    from ..train.reports import read_feedback

    def change(table: Table) -> Table:
        if store is None:
            return table
        sure = table.labels != UNKNOWN
        ids, labels = table.ids.filter(sure), table.labels[sure].tolist()
        reports = read_feedback(store)
        trust = consensus(reports, dict(zip(ids, labels, strict=True)))
        return apply_feedback(table, trust)

    return change


def costs(missed: float | None, false_alarm: float | None) -> Costs | None:
    """Costs from two options that only make sense together."""
    from ingest.errors import SettingsError
    from models.tabular.thresholds import Costs

    if missed is None and false_alarm is None:
        return None
    if missed is None or false_alarm is None or missed + false_alarm == 0:
        raise SettingsError(
            "give both --missed and --false-alarm, not both 0: what a spammer that passes and "
            "an honest account that is accused cost"
        )
    return Costs(missed, false_alarm)


def _show(results: list[Result], form: Format) -> None:
    import polars as pl

    from .printing import show

    rows = [
        {
            "model": one.name,
            "average_precision": one.figures["average_precision"],
            "roc_auc": one.figures["roc_auc"],
            "brier": one.figures["brier"],
            "threshold": one.threshold,
            "precision": one.figures["chosen_precision"],
            "recall": one.figures["chosen_recall"],
            "f1": one.figures["chosen_f1"],
            "f1_at_half": one.figures["own_f1"],
            "accuracy": one.figures["chosen_accuracy"],
            "fit_seconds": round(one.fit_seconds, 2),
            "mb": round(one.bytes / 1e6, 2),
        }
        for one in results
    ]
    show(pl.DataFrame(rows), form, "Figures on test rows", spare=("accuracy", "mb"))
