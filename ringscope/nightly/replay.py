"""A run of a store made once more: to prove it, or to see what it would be without verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from ingest.errors import InputError, RunError

from .. import analysis
from ..progress import Progress
from ..run import Run
from ..settings import Settings
from ..store import Store
from ..store.tables import stored_tables
from .decisions import seen_by, without_verdicts
from .job import context_of
from .model import digest_of, model_of


@dataclass(frozen=True)
class Replay:
    """A run and its replay.

    Attributes
    ----------
    original, again
        Both runs.
    files
        Names of the files that differ.
    rings
        Rings that differ: ring_id, size_before, size, status_before, status (blank: not there).
    """

    original: Run
    again: Run
    files: tuple[str, ...]
    rings: pl.DataFrame


def replay(
    store: Store,
    out: Path,
    *,
    data: Any = None,
    verdicts: bool = True,
    force: bool = False,
    progress: Progress | None = None,
) -> Replay:
    """Make the current run again, from the same tables, settings and decisions.

    Parameters
    ----------
    store
        The store.
    out
        Folder for the replay.
    data
        The data of that night; None: the tables that the store keeps.
    verdicts
        Whether verdicts count, and the shared places that they named.
    force
        Replace a run that is there.
    progress
        Who is told about the steps.

    Raises
    ------
    InputError
        The data is not that of the run.
    RunError
        The store cannot make the run again: the run before it, its model or its decisions are gone.
    """
    original = store.run()
    night = original.manifest["night"]
    settings = Settings.of(original.manifest["settings"], where="the manifest")
    tables = stored_tables(store) if data is None else analysis.read(data, settings)
    if dict(tables.sources) != original.manifest["inputs"]:
        raise InputError(
            f"the data is not what {original.folder.name} was made of; give the data of that night"
        )
    before = store.run(night["previous"]) if night["previous"] else None
    model = _model(store, before, night["model"])
    decisions = seen_by(store, original)
    if not verdicts:
        decisions = without_verdicts(decisions)
    facts = {**night, **decisions.facts}
    context = context_of(decisions, before, original.folder.name, facts)
    again = analysis.analyze(
        tables, settings, out, force=force, model=model, progress=progress, context=context
    )
    return Replay(original, again, _differing(original, again), _changed(original, again))


def _model(store: Store, before: Run | None, digest: str | None) -> Path | None:
    if digest is None:
        return None
    model = model_of(store, before)
    if digest_of(model) != digest:
        raise RunError(f"{model}: not the model that the run was scored with; put that one back")
    return model


def _differing(original: Run, again: Run) -> tuple[str, ...]:
    ours, theirs = original.manifest["files"], again.manifest["files"]
    return tuple(sorted(n for n in ours.keys() | theirs if ours.get(n) != theirs.get(n)))


def _changed(original: Run, again: Run) -> pl.DataFrame:
    """Rings that are not the same in both runs, by the id under which they are known."""
    facts = ["ring_id", "size", "status"]
    before, after = (run.frame("rings").select(facts) for run in (original, again))
    both = after.join(
        before.rename({"size": "size_before", "status": "status_before"}),
        "ring_id",
        "full",
        coalesce=True,
    )
    differs = pl.col("status").ne_missing(pl.col("status_before"))
    differs |= pl.col("size").ne_missing(pl.col("size_before"))
    return (
        both.filter(differs)
        .select(
            "ring_id",
            pl.col("size_before", "size").fill_null(0),
            pl.col("status_before", "status").fill_null(""),
        )
        .sort("ring_id")
    )
