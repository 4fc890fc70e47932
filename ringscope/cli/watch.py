"""`ringscope score` and what watches a model in use: drift, latency, batches, retraining."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from .models import (
    RegistryOption,
    TableArgument,
    VersionOption,
    WhoOption,
    group,
    now,
    show_challenge,
    user,
)
from .options import Format, FormatOption, SeedOption, TopOption
from .train import FeedbackOption, ThreadsOption, feedback_change

ModelOption = Annotated[
    Path,
    typer.Option("--model", metavar="DIR", help="Registry, or folder of one saved model."),
]
IN_USE = "current"


def register(app: typer.Typer) -> None:
    """Add the command; the others belong to `ringscope models`."""
    app.command()(score)


def score(
    table: TableArgument,
    model: ModelOption,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="CSV or Parquet to write.")],
    version: VersionOption = IN_USE,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="HTML page to write.")
    ] = None,
    told: Annotated[
        int, typer.Option("--reasons", min=0, help="Rows with the highest risk that get reasons.")
    ] = 1000,
    threads: ThreadsOption = 1,
    form: FormatOption = Format.TABLE,
) -> None:
    """Score every row of a table with a saved model.

    Writes id, risk, called (1 from the model's threshold on) and reasons, highest risk first. A
    registry notes each batch: see ringscope models batches.

    Example: ringscope score accounts.csv --model models --out scores.csv --report scores.html
    """
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = str(threads)
    from models.tabular.registry import VERSIONS

    from ..train.batch import score_table
    from ..train.chosen import choose
    from ..train.monitor import noted
    from .printing import show
    from .run import shown_progress

    chosen = choose(model, version)
    with shown_progress() as progress:
        registry = model if (model / VERSIONS).is_dir() else None
        with noted(registry, chosen.name, now(), progress) as batch:
            done = score_table(
                table, chosen, out, report=report, told=told, threads=threads, progress=progress
            )
            batch.append(done)
    called = int(done.frame["called"].sum())
    show(done.frame.head(10), form, "Highest risks")
    typer.echo(
        f"wrote {out}: {done.frame.height:,} rows, {called:,} called spam; drift of the risk "
        f"{done.drift[0].psi:.3f} ({done.drift[0].state})",
        err=form is not Format.TABLE,
    )


@group.command()
def drift(
    table: TableArgument,
    model: ModelOption,
    version: VersionOption = IN_USE,
    limit: Annotated[
        float | None,
        typer.Option("--limit", min=0, help="Fail if the risk or a column moved this far (PSI)."),
    ] = None,
    top: TopOption = 15,
    threads: ThreadsOption = 1,
    form: FormatOption = Format.TABLE,
) -> None:
    """Tell how far a table has moved from the one that a model was trained on.

    PSI from .1 on: moved, from .25 on: moved much.

    Example: ringscope models drift accounts.csv --model models --limit 0.25
    """
    import polars as pl

    from ingest.errors import RunError
    from models.tabular.drift import table_drift
    from models.tabular.table import align, read_table

    from ..train.chosen import choose
    from .printing import show

    chosen = choose(model, version)
    X = align(read_table(table, chosen.preset), chosen.model.columns)
    found = table_drift(
        chosen.profile, X, chosen.model.columns, chosen.model.risk(X, threads=threads)
    )
    rows = [one._asdict() | {"state": one.state} for one in found]
    show(pl.DataFrame(rows[:top] if top else rows), form, f"Drift against {chosen.name}")
    if limit is not None and (far := [one for one in found if one.psi >= limit]):
        raise RunError(
            f"{len(far)} of {len(found)} moved {limit:g} or more, first {far[0].column} "
            f"({far[0].psi:.3f}): train anew with ringscope models retrain"
        )


@group.command()
def latency(
    table: TableArgument,
    model: ModelOption,
    version: VersionOption = IN_USE,
    times: Annotated[int, typer.Option(min=10, help="Single rows to time.")] = 100,
    limit: Annotated[
        float | None,
        typer.Option("--limit", min=0, help="Fail if 95 % of single rows take longer (ms)."),
    ] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Time a model: one row at a time, and all rows at once.

    Example: ringscope models latency accounts.csv --model models
    """
    import polars as pl

    from ingest.errors import RunError
    from models.tabular.latency import measure
    from models.tabular.table import align, read_table

    from ..train.chosen import choose
    from .printing import show

    chosen = choose(model, version)
    X = align(read_table(table, chosen.preset), chosen.model.columns)
    found = measure(chosen.model, X, times=times)
    show(pl.DataFrame([found._asdict()]), form, f"Latency of {chosen.name} ({chosen.model.name})")
    if limit is not None and found.p95_ms > limit:
        raise RunError(f"95 % of single rows take up to {found.p95_ms:.1f} ms, limit {limit:g} ms")


@group.command()
def batches(registry: RegistryOption, form: FormatOption = Format.TABLE) -> None:
    """Show what was scored with a registry: time, memory, drift, errors and failures, per batch.

    Example: ringscope models batches --registry models
    """
    from ..train.monitor import batches as lines
    from .printing import show

    show(lines(registry), form, "Batches")


@group.command()
def health(
    registry: RegistryOption,
    last: Annotated[int, typer.Option("--last", min=1, help="Batches to look at.")] = 30,
    failed: Annotated[
        float | None, typer.Option("--failed", min=0, max=1, help="Limit: share that failed.")
    ] = None,
    errors: Annotated[
        float | None,
        typer.Option("--errors", min=0, max=1, help="Limit: labelled rows called wrongly."),
    ] = None,
    seconds: Annotated[
        float | None, typer.Option("--seconds", min=0, help="Limit: seconds per 1,000 rows.")
    ] = None,
    peak_mb: Annotated[
        float | None, typer.Option("--peak-mb", min=0, help="Limit: peak memory in MiB.")
    ] = None,
    drift: Annotated[
        float | None, typer.Option("--drift", min=0, help="Limit: drift of the risk (PSI).")
    ] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Watch a model in use: failures, errors, time, memory and drift of its last batches.

    Fails, for a scheduler to tell, when the share of failed batches or the median of anything
    else passes its limit. Errors are known where the scored tables had labels.

    Example: ringscope models health --registry models --failed 0.1 --errors 0.05 --peak-mb 2000
    """
    from ingest.errors import RunError

    from ..train.monitor import Limits, beyond
    from ..train.monitor import health as figures
    from .printing import show

    found = figures(registry, last)
    show(found, form, f"The last {last} batches (seconds per 1,000 rows)")
    if far := beyond(found, Limits(failed, errors, seconds, peak_mb, drift)):
        raise RunError(f"{registry}: {', '.join(far)}; see ringscope models batches")


@group.command()
def retrain(
    table: TableArgument,
    registry: RegistryOption,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the training.")],
    preset: Annotated[str, typer.Option("--preset", help="Shape of the table.")] = "gig-platform",
    feedback: FeedbackOption = None,
    promote: Annotated[
        bool, typer.Option("--promote", help="Put it into use if it is better beyond chance.")
    ] = False,
    go_on: Annotated[
        bool, typer.Option("--continue", help="Add trees to the model in use (LightGBM only).")
    ] = False,
    who: WhoOption = "",
    seed: SeedOption = 7,
    threads: ThreadsOption = 1,
    form: FormatOption = Format.TABLE,
) -> None:
    """Train the model in use anew, with its settings, and compare the two.

    With --continue the model keeps what it knows, and trees fitted on this table are added: for
    a table that holds only what is new.

    For a schedule: a line of cron with --promote keeps the better one in use. Champion and
    challenger are judged on rows that neither was fitted on.

    Example: ringscope models retrain accounts.csv --registry models --out training --promote
    """
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = str(threads)
    from models.tabular.fitting import FitSettings

    from ..train.jobs import Plan
    from ..train.retrain import retrain as work
    from .run import shown_progress

    plan = Plan(eda=False, change=feedback_change(feedback))
    settings = FitSettings(seed=seed, threads=threads, preset=preset)
    with shown_progress() as progress:
        done = work(
            table, registry, out, settings, when=now(), who=user(who), promote=promote, go_on=go_on,
            plan=plan, progress=progress,
        )  # fmt: skip
    if done.challenge:
        show_challenge(done.challenge, form)
    state = "in use" if done.promoted else "not in use"
    typer.echo(f"registered {done.version.version}: {state}", err=form is not Format.TABLE)
