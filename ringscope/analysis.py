"""One full analysis: tables in, run folder out."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import manifest, output
from .progress import Progress
from .run import Run
from .run_folder import MANIFEST, write_document, write_json, writing
from .settings import Settings

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from graph import Linkage
    from ingest import Tables

    from .context import Context
    from .output import Scores

    Source = str | Path | Mapping[str, pd.DataFrame | pl.DataFrame] | Tables


def analyze(
    source: Source,
    settings: Settings | None = None,
    out: str | Path | None = None,
    *,
    force: bool = False,
    model: str | Path | None = None,
    progress: Progress | None = None,
    context: Context | None = None,
) -> Run:
    """Link accounts, find rings, score both and write the run folder.

    Parameters
    ----------
    source
        A folder of tables, or frames by table name: `{"accounts": frame, "logins": frame}`; or
        clean tables.
    settings
        Settings; the defaults if None.
    out
        The run folder to write. None: a temporary folder that lives as long as the result.
    force
        Replace a run that is there.
    model
        Folder of saved models (`models/` of an earlier run) to score with instead of training.
    progress
        Who is told about the steps.
    context
        What people decided, and the run before; a run by itself has none.

    Returns
    -------
    Run
        The finished run, opened.

    Raises
    ------
    InputError
        The input cannot be read as the contract asks.
    RunError
        The run folder is taken or cannot be written.

    Examples
    --------
    >>> run = analyze("demo", out="out")  # doctest: +SKIP
    >>> run.rings().head()  # doctest: +SKIP
    """
    settings = settings or Settings()
    progress = progress or Progress()
    home = None if out else Path(tempfile.mkdtemp(prefix="ringscope-"))
    folder = Path(out) if out else Path(str(home)) / "run"
    started = datetime.now(UTC)
    try:
        with writing(folder, force=force) as unfinished:
            facts = _fill(unfinished, source, settings, model, progress, context)
            _write_timings(unfinished, started, settings, progress)
            manifest.finish(unfinished, facts)
        run = Run.open(folder)
    except BaseException:
        _remove(home)
        raise
    weakref.finalize(run, _remove, home)
    return run


def _fill(
    folder: Path,
    source: Source,
    settings: Settings,
    model: str | Path | None,
    progress: Progress,
    context: Context | None,
) -> dict[str, Any]:
    """Write all but timings and manifest; return what the manifest says of the run."""
    from ingest.read_once import read_once

    from .context import Context
    from .report import write_report

    context = context or Context()
    with progress.step("read"):
        tables = read_once(read(source, settings), context.kept)
        progress.note(f"{tables.accounts.height:,} accounts")
    with progress.step("link"):
        linkage = link(tables, settings, context.policy)
        progress.note(f"{linkage.links.height:,} links")
    with progress.step("score"):
        known = context.labelled(tables, settings.verdicts)
        groups = context.apart(tables), context.stood(tables)
        scores = score(known, linkage, settings, model, *groups, context.lasting)
        progress.note(f"{scores.rings.height:,} rings")
    with progress.step("write"):
        made, documents = context.finished(
            output.frames(tables, linkage, scores), settings.verdicts
        )
        output.write(folder, made, scores.metrics)
        for name, document in documents.items():
            write_document(document, folder / name)
        if model:
            # As they are: a model that is loaded and saved again has other bytes.
            shutil.copytree(model, folder / "models", copy_function=_copy_of(Path(model)))
        else:
            scores.save(folder / "models")
    facts = {
        "inputs": dict(tables.sources),
        "settings": settings.deciding(),
        "seed": settings.seed,
        "versions": manifest.versions(),
        "counts": output.counts(tables, made),
        "notes": [*tables.notes, *scores.notes],
        **context.facts,
    }
    with progress.step("report"):
        write_report(Run(folder, facts), folder / "report.html")
    return facts


def read(source: Source, settings: Settings, known: pl.Series | None = None) -> Tables:
    """Read and clean the input; clean tables are taken as they are.

    Parameters
    ----------
    source, settings
        See `analyze`.
    known
        Ids of accounts that earlier input brought, see `ingest.read_tables`.

    Raises
    ------
    InputError
        The input cannot be read as the contract asks.
    SettingsError
        The rules or a list of networks cannot be read.
    """
    from ingest import Tables, read_tables

    from .rule_inputs import with_rule_inputs

    if isinstance(source, Tables):
        return source
    tables = read_tables(
        source,
        columns=settings.columns,
        preset=settings.preset,
        max_bad_share=settings.ingest.max_bad_share,
        phone_region=settings.ingest.phone_region,
        known=known,
    )
    return with_rule_inputs(tables, settings.rules)


def link(tables: Tables, settings: Settings, policy: pl.DataFrame | None = None) -> Linkage:
    """Link accounts through what they share, as far as the hub policy lets them."""
    import graph

    return graph.link(tables, seed=settings.seed, policy=policy)


def score(
    tables: Tables,
    linkage: Linkage,
    settings: Settings,
    model: str | Path | None,
    apart: pl.DataFrame | None = None,
    stood: pl.DataFrame | None = None,
    lasting: bool = False,
) -> Scores:
    """Score accounts, find rings and score them, with saved models if there are any."""
    import models
    from models.rules import load_rules

    how = models.ScoreSettings(
        signals=settings.signals.families,
        max_innocents_per_1000=settings.rings.max_innocents_per_1000,
        block=settings.actions.block,
        flag=settings.actions.flag,
        monitor=settings.actions.monitor,
        rules=load_rules(settings.rules.file),
        policy=settings.actions.policy,
        seed=settings.seed,
        threads=settings.threads or os.cpu_count() or 1,
        lasting=lasting,
    )
    return models.score(tables, linkage, how, Path(model) if model else None, apart, stood)


def _copy_of(model: Path) -> Callable[[str, str], object]:
    """How a model is copied: the files of a finished run never change, and need no second place."""
    return _link if (model.parent / MANIFEST).is_file() else shutil.copy2


def _link(source: str, target: str) -> None:
    """Give a file a second name, or copy it where the file system has no such thing."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _write_timings(folder: Path, started: datetime, settings: Settings, progress: Progress) -> None:
    """Write what differs between equal runs: when, how long, how much memory, how many cores."""
    steps = [asdict(step) for step in progress.steps]
    for step in steps:
        step["seconds"] = round(step["seconds"], 3)
        step["peak_mb"] = round(step["peak_mb"], 1)
    write_json(
        {
            "started": started.isoformat(timespec="seconds"),
            "threads": settings.threads or os.cpu_count(),
            "seconds": round(sum(step.seconds for step in progress.steps), 3),
            "steps": steps,
        },
        folder / manifest.TIMINGS,
    )


def _remove(folder: Path | None) -> None:
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
