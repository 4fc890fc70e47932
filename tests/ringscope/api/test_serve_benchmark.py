from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

from ringscope import Run

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


@pytest.mark.slow
def test_the_benchmark_measures_a_server(
    finished: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    serve: Any = importlib.import_module("serve")
    found = serve.measure(finished.folder, tmp_path, [1, 2], 0.5)
    assert [(row["sent"], row["connections"]) for row in found["load"]] == [
        ("fields", 1),
        ("fields", 2),
        ("fields and a message", 1),
        ("fields and a message", 2),
    ]
    for row in found["load"]:
        assert row["requests"] > 0
        assert 0 < row["p50_ms"] <= row["p95_ms"] <= row["p99_ms"] <= row["most_ms"]
    assert found["memory_mb"]["after"] > 50
    assert found["accounts"] == 8
