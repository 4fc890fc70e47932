"""The report as a file of a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from ..evidence import Statement, ring_evidence
from ..evidence.source import Part
from ..export.selection import selection
from .data import MAX_RINGS, report_data
from .frames import SCHEMAS
from .page import render

if TYPE_CHECKING:
    from ringscope.run import Run


def write_report(run: Run, path: Path, *, max_rings: int = MAX_RINGS) -> None:
    """Write the offline report of a run: equal runs give equal bytes.

    Parameters
    ----------
    run
        The run; all its tables but not its list of files have to be in place.
    path
        File to write; a file that is there is replaced.
    max_rings
        Rings with full details; further rings get one line each.

    Raises
    ------
    RunError
        A table of the run is missing or was changed.
    """
    frames = {name: run.frame(name) for name in SCHEMAS}
    data = report_data(
        frames, run.metrics(), run.manifest, max_rings=max_rings, says=said(run, max_rings)
    )
    path.write_bytes(render(data).encode())


def said(run: Run, max_rings: int) -> dict[str, tuple[Statement, ...]]:
    """The evidence in words of the riskiest rings, from tables that hold nothing else."""
    shown = run.frame("rings").filter(pl.col("status") != "rejected").head(max_rings)
    ids = shown["ring_id"].to_list()
    part = Part(selection(run, ids), run.manifest)
    return {ring_id: ring_evidence(part, ring_id).statements for ring_id in ids}
