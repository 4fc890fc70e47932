"""Score a whole table: a file with a risk per row, and a page on what was found."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest.errors import SettingsError
from models.tabular.drift import Drift, table_drift
from models.tabular.figures import figures
from models.tabular.table import UNKNOWN, Table, align, read_table
from models.tabular.why import reasons
from ringscope.progress import Progress
from ringscope.run_folder import disk_errors

from .charts import bars
from .chosen import Chosen
from .files import write_page
from .made_up import WRITERS
from .page import Grid, Page, Picture, Section

TOP = 50
"""Rows on the page."""
BINS = 20


@dataclass(frozen=True)
class Scored:
    """A scored table.

    Attributes
    ----------
    frame
        id, risk in [0, 1], called (1 = from the threshold on), reasons; highest risk first.
    drift
        Risk first, then columns.
    figures
        Where the table has labels of both classes, else empty. They mean something only on rows
        that the model was not fitted on.
    seconds
        Time of scoring and of finding reasons.
    """

    frame: pl.DataFrame
    drift: list[Drift]
    figures: dict[str, float]
    seconds: float


def score_table(
    source: Path,
    chosen: Chosen,
    out: Path,
    *,
    report: Path | None = None,
    told: int = 1000,
    threads: int = 1,
    progress: Progress | None = None,
) -> Scored:
    """Score every row of a table and write the risks.

    Parameters
    ----------
    source
        Table with the columns of the model; labels are not needed.
    out
        CSV or Parquet file to write; a file that is there is replaced.
    report
        HTML page to write as well.
    told
        Rows with the highest risk that get reasons.

    Raises
    ------
    InputError
        The table cannot be read or lacks a column of the model.
    SettingsError
        The file name ends in neither .csv nor .parquet.
    RunError
        The disk refuses.
    """
    if out.suffix not in WRITERS:
        raise SettingsError(f"{out}: give a name that ends in {' or '.join(WRITERS)}")
    steps = progress or Progress()
    with steps.step("read"):
        table = read_table(source, chosen.preset)
        steps.note(f"{len(table.ids):,} rows")
    with steps.step("score"):
        done = score_rows(table, chosen, told=told, threads=threads)
        steps.note(f"{len(table.ids) / max(done.seconds, 1e-9):,.0f} rows a second")
    with steps.step("write"), disk_errors(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        temporary = out.with_name(f"{out.name}.tmp-{os.getpid()}")
        try:
            WRITERS[out.suffix](done.frame, temporary)
            temporary.replace(out)
        finally:
            temporary.unlink(missing_ok=True)
    if report:
        write_page(scoring_page(table, chosen, done), report)
    return done


def score_rows(table: Table, chosen: Chosen, *, told: int = 1000, threads: int = 1) -> Scored:
    """Score a table that was read."""
    model = chosen.model
    X = align(table, model.columns)
    start = time.perf_counter()
    raw = model.raw(X, threads=threads)
    risk = model.calibrator.apply(raw)
    order = np.argsort(-risk, kind="stable")
    top = order[:told]
    said = reasons(model, chosen.preset, X[top]) + [""] * (len(order) - len(top))
    seconds = time.perf_counter() - start
    threshold = model.threshold.value
    frame = pl.DataFrame(
        {
            chosen.preset.id: table.ids[order],
            "risk": np.round(risk[order], 6),
            "called": (risk[order] >= threshold).astype(np.int8),
            "reasons": said,
        }
    )
    known = table.labels != UNKNOWN
    both = len(np.unique(table.labels[known])) == 2
    judged = figures(table.labels[known], raw[known], risk[known], threshold) if both else {}
    drift = table_drift(chosen.profile, X, model.columns, risk)
    return Scored(frame, drift, judged, seconds)


def scoring_page(table: Table, chosen: Chosen, done: Scored) -> Page:
    """Lay out a batch: how many rows are called spam, which, why, and whether the table moved."""
    called = int(done.frame["called"].sum())
    rows = len(table.ids)
    moved = [one for one in done.drift[1:] if one.state != "stable"]
    preset = chosen.preset
    title = preset.title.lower()
    limit = chosen.model.threshold.value
    summary = [f"{called:,} of {rows:,} rows have a risk of {limit:.3f} or more."]
    if preset.hypothetical:
        summary.append("Names of columns, and so the reasons, are hypothetical.")
    return Page(
        title=f"Scores of {title}",
        meta=f"model {chosen.name} ({chosen.model.name})",
        headline=[
            (f"{rows:,}", "rows", f"{rows / max(done.seconds, 1e-9):,.0f} a second"),
            (f"{called:,}", "called spam", f"{called / max(rows, 1):.2%}"),
            (f"{done.frame['risk'].sum():,.0f}", "spam expected", "sum of the risks"),
            (f"{done.drift[0].psi:.3f}", "drift of the risk", done.drift[0].state),
            (f"{len(moved)}", "columns that moved", f"of {len(done.drift) - 1}"),
        ],
        summary=summary,
        sections=[
            _risks(done.frame["risk"].to_numpy()),
            Section(
                "Highest risks",
                grids=[Grid([preset.id, "risk", "reasons"],
                            done.frame.head(TOP).select(preset.id, "risk", "reasons").rows())],
            ),
            drift_section(done.drift),
            *_judged(done),
            Section("Notes", text=table.notes or ("No row and no cell had to be mended.",)),
        ],
    )  # fmt: skip


def drift_section(drift: list[Drift], shown: int = 20) -> Section:
    """The risk and the columns that moved most, as a table and as bars."""
    rows = [
        [one.column, one.state, one.psi, one.ks, one.median_then, one.median_now,
         one.missing_then, one.missing_now]
        for one in drift
    ]  # fmt: skip
    columns = [
        "column", "state", "PSI", "KS", "median in training", "median now",
        "missing in training", "missing now",
    ]  # fmt: skip
    items = [(one.column, one.psi, f"{one.psi:.3f}") for one in drift[:shown]]
    return Section(
        "Drift",
        "against the rows that the model was trained on",
        text=[
            "PSI: population stability index; from .1 on a column has moved, from .25 on it has "
            "moved much. KS: largest gap between the two cumulative distributions."
        ],
        grids=[Grid(columns, rows)],
        pictures=[Picture("Stability index", bars(items, label="Stability index by column"))],
    )


def _risks(risk: NDArray[np.float64]) -> Section:
    counts = np.histogram(risk, bins=BINS, range=(0, 1))[0]
    items = [
        (f"{i / BINS:.2f} to {(i + 1) / BINS:.2f}", float(np.log10(1 + count)), f"{count:,}")
        for i, count in enumerate(counts)
    ]
    drawn = bars(items, label="Rows by risk")
    return Section(
        "Risks", pictures=[Picture("Rows by risk", drawn, "length on a logarithmic scale")]
    )


def _judged(done: Scored) -> list[Section]:
    if not done.figures:
        return []
    text = "On rows with a label. It means something only if the model was not fitted on them."
    rows = [[name, value] for name, value in done.figures.items()]
    return [Section("Against the labels", text=[text], grids=[Grid(["figure", "value"], rows)])]
