"""Rings that act in step are told from honest groups on worlds with planted acts."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from ingest import read_tables
from ringscope.demo import make_world

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Import a benchmark by name, as if it were run."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module


@pytest.mark.parametrize("seed", [21, 22, 23])
def test_rings_are_linked_and_no_honest_group(benchmark: Any, seed: int) -> None:
    world = make_world(accounts=1000, seed=seed)
    truth = world.pop("truth")
    planted = benchmark("_actions").plant_actions(read_tables(world), truth, seed)
    found = benchmark("cotimed").linked(planted)
    honest = {role: seen for role, (_, seen) in found.items() if role != "in step"}
    assert {"class", "fans", "friends", "team", "busy"} < honest.keys()
    assert sum(honest.values()) == 0, f"seed {seed}: {found}"
    assert found["in step"][1] >= found["in step"][0] / 4, f"seed {seed}: {found}"


def test_the_benchmark_writes_what_it_prints(
    benchmark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cotimed = benchmark("cotimed")
    out = tmp_path / "cotimed.json"
    words = ["cotimed", "--seeds", "5", "--accounts", "300", "--out", str(out)]
    monkeypatch.setattr("sys.argv", words)
    known = dict.fromkeys(cotimed.FIGURES, 0.5)
    monkeypatch.setattr(cotimed, "scored", lambda *_: known)
    monkeypatch.setattr(cotimed, "blind", lambda *_: known | {"ring_f1": 0.25})
    cotimed.main()
    content = json.loads(out.read_text("utf-8"))
    assert content["figures"]["ring_f1"]["gained"] == [0.25, 0.25, 0.25]
    assert content["linked"]["fans"] == [60, 0]
