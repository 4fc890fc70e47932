"""What a registry notes of each batch that its model scored: time, memory, drift, errors."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import polars as pl

from ingest.errors import NotFound, RingscopeError
from models.tabular.registry import Registry

from ..progress import Progress
from .batch import Scored

MONITOR = "monitor.jsonl"


class Limits(NamedTuple):
    """What a batch may cost and get wrong; None: not watched.

    Attributes
    ----------
    failed
        Share of the batches that could not be scored, in [0, 1].
    errors
        Share of the labelled rows that were called wrongly, in [0, 1].
    seconds
        Seconds per 1,000 rows.
    peak_mb
        Peak memory in MiB.
    drift
        Stability index of the risk.
    """

    failed: float | None = None
    errors: float | None = None
    seconds: float | None = None
    peak_mb: float | None = None
    drift: float | None = None


@contextmanager
def noted(
    registry: Path | None, version: str, when: str, progress: Progress
) -> Iterator[list[Scored]]:
    """Note a batch: what is put into the list, what it took, or why it failed.

    Parameters
    ----------
    registry
        Folder of the registry; None: a model without one, nothing is noted.
    version, when
        Model that scores, and the time.
    progress
        Steps of the batch, with their memory.
    """
    done: list[Scored] = []
    line: dict[str, object] = {"when": when, "version": version}
    cpu = time.process_time()
    try:
        yield done
    except RingscopeError as error:
        if registry:
            _note(registry, line | {"failed": str(error)})
        raise
    line |= {
        "seconds": round(sum(step.seconds for step in progress.steps), 3),
        "cpu_seconds": round(time.process_time() - cpu, 3),
        "peak_mb": round(max((step.peak_mb for step in progress.steps), default=0.0), 1),
    }
    if registry:
        _note(registry, line | _told(done[0]))


def _told(done: Scored) -> dict[str, object]:
    found: dict[str, object] = {
        "rows": done.frame.height,
        "called": int(done.frame["called"].sum()),
        "drift_of_risk": round(done.drift[0].psi, 5),
        "columns_moved": sum(one.state != "stable" for one in done.drift[1:]),
    }
    if done.figures:
        wrong = 1 - done.figures["chosen_accuracy"]
        found |= {
            "error_rate": round(wrong, 5),
            "missed": round(1 - done.figures["chosen_recall"], 5),
        }
    return found


def _note(registry: Path, line: Mapping[str, object]) -> None:
    with (registry / MONITOR).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


COLUMNS = {
    "when": pl.String, "version": pl.String, "rows": pl.Int64, "called": pl.Int64,
    "seconds": pl.Float64, "cpu_seconds": pl.Float64, "peak_mb": pl.Float64,
    "drift_of_risk": pl.Float64, "columns_moved": pl.Int64, "error_rate": pl.Float64,
    "missed": pl.Float64, "failed": pl.String,
}  # fmt: skip


def batches(registry: Path) -> pl.DataFrame:
    """The log of batches, oldest first.

    Returns
    -------
    DataFrame
        when, version, rows, called (spam), seconds, cpu_seconds, peak_mb (MiB), drift_of_risk
        (stability index), columns_moved; error_rate (share of the labelled rows called wrongly)
        and missed (share of their spam not called) where the batch had labels; failed (why).

    Raises
    ------
    NotFound
        The folder is no registry.
    """
    Registry(registry).versions()
    file = registry / MONITOR
    lines = file.read_text("utf-8").splitlines() if file.is_file() else []
    return pl.DataFrame([json.loads(line) for line in lines], schema=COLUMNS)


def health(registry: Path, last: int = 30) -> pl.DataFrame:
    """Figures of the last batches: what, usual (median), worst; with how many batches say so.

    Raises
    ------
    NotFound
        The folder is no registry, or nothing was scored with it.
    """
    log = batches(registry).tail(last)
    if log.is_empty():
        raise NotFound(f"{registry}: no batch was scored yet; ringscope score notes each")
    failed = log["failed"].is_not_null()
    done = log.filter(~failed)
    per_row = pl.col("seconds") / pl.col("rows").clip(1) * 1000
    figures = {
        "failed": failed.cast(pl.Float64),
        "errors": done["error_rate"].drop_nulls(),
        "seconds": done.select(per_row).to_series(),
        "peak_mb": done["peak_mb"],
        "drift": done["drift_of_risk"],
    }
    rows = [
        {
            "figure": name,
            "batches": len(values),
            "usual": values.mean() if name == "failed" else values.median(),
            "worst": values.max(),
        }
        for name, values in figures.items()
    ]
    schema = {"figure": pl.String, "batches": pl.Int64, "usual": pl.Float64, "worst": pl.Float64}
    return pl.DataFrame(rows, schema=schema)


def beyond(found: pl.DataFrame, limits: Limits) -> list[str]:
    """What passes a limit, in words: the share of failed batches, the usual value of all else."""
    usual = dict(found.select("figure", "usual").iter_rows())
    return [
        f"{name} {usual[name]:.3g} (limit {limit:g})"
        for name, limit in limits._asdict().items()
        if limit is not None and usual[name] is not None and usual[name] > limit
    ]
