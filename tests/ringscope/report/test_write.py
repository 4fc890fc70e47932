from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ringscope.report import report_data, write_report
from ringscope.report.data import MAX_RINGS
from ringscope.report.frames import SCHEMAS, conform
from ringscope.report.page import render
from ringscope.report.write import said
from ringscope.run import CSV_TABLES, Run
from ringscope.run_folder import write_csv, write_json, write_parquet


@pytest.fixture
def run(
    tmp_path: Path,
    planted: Callable[..., dict[str, pl.DataFrame]],
    metrics: dict[str, Any],
    manifest: dict[str, Any],
) -> Run:
    frames = conform(planted(sizes=(9, 4), honest=20))
    for name in SCHEMAS:
        if name in CSV_TABLES:
            write_csv(frames[name], tmp_path / f"{name}.csv")
        else:
            write_parquet(frames[name], tmp_path / f"{name}.parquet")
    write_json(metrics, tmp_path / "metrics.json")
    return Run(tmp_path, manifest)


def test_the_report_of_a_run_folder_is_that_of_its_tables(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_report(run, path)
    frames = {name: run.frame(name) for name in SCHEMAS}
    data = report_data(frames, run.metrics(), run.manifest, says=said(run, MAX_RINGS))
    assert path.read_text() == render(data)
    first = path.read_bytes()
    write_report(Run(tmp_path, run.manifest), path)
    assert path.read_bytes() == first


def test_fewer_rings_in_detail(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_report(run, path, max_rings=1)
    assert "Further rings" in path.read_text()


def test_each_ring_tells_its_evidence_in_words(finished: Run) -> None:
    text = (finished.folder / "report.html").read_text(encoding="utf-8")
    assert "Without device d1 it falls into single accounts." in text
    assert "1 in 10⁷" in text
