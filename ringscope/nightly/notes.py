"""What is said of a run beside the run itself: warnings of the watch, and canaries.

Both are kept in `STORE/nights/<run>.json`, never in the run folder: what a run holds does not
depend on them.
"""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from ingest.errors import RunError

from ..run import Run
from ..run_folder import disk_errors
from ..store import Store
from ..store.layout import replace_json
from .summary import Outcome, summary_line
from .watch import RUNS, Caution, watch


def warnings_of(store: Store, run: Run, before: Run | None) -> tuple[str, ...]:
    """What is not as it was in the last good runs, a sentence each.

    Parameters
    ----------
    store
        The store.
    run
        Tonight's run.
    before
        The run that was current when the night began; None on the first night.
    """
    name = before.folder.name if before else None
    if name == run.folder.name:
        name = run.manifest["night"]["previous"]
    earlier = _earlier(store, name, "")
    return tuple(caution.sentence for caution in watch(_watched(run), earlier))


def cautions_since(store: Store, run: Run, first: str) -> list[Caution]:
    """What a run has that is not as in the runs before it, back to the one of a given name.

    None where the run is that one itself.
    """
    if run.folder.name == first:
        return []
    return watch(_watched(run), _earlier(store, run.manifest["night"]["previous"], first))


def _earlier(store: Store, name: str | None, first: str) -> list[dict[str, pl.DataFrame]]:
    """Watched frames of runs that follow each other, the newest, `name`, last."""
    earlier: list[dict[str, pl.DataFrame]] = []
    while name and len(earlier) < RUNS:
        try:
            past = store.run(name)
        except RunError:
            break
        earlier.append(_watched(past))
        name = None if name == first else past.manifest["night"]["previous"]
    return earlier[::-1]


def read_note(store: Store, name: str) -> dict[str, Any]:
    """What was said of a run: line, warnings, canaries; empty if nothing is known."""
    try:
        found: dict[str, Any] = json.loads((store.nights / f"{name}.json").read_bytes())
    except (OSError, ValueError):
        return {}
    return found


def note_night(store: Store, outcome: Outcome) -> None:
    """Keep what is said of a run.

    Raises
    ------
    RunError
        The disk refuses.
    """
    note = {
        "line": summary_line(outcome),
        "held_back": outcome.held_back,
        "warnings": list(outcome.warnings),
        "canaries": dict(outcome.canaries),
    }
    with disk_errors(store.nights):
        store.nights.mkdir(exist_ok=True)
        replace_json(note, store.nights / f"{outcome.run.folder.name}.json")


def _watched(run: Run) -> dict[str, pl.DataFrame]:
    names = [name for name in ("profile", "rings") if f"{name}.parquet" in run.manifest["files"]]
    return {name: run.frame(name) for name in names}
