from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


@pytest.mark.slow
def test_the_benchmark_judges_accounts_that_were_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    benchmark: Any = importlib.import_module("newcomers")
    found = benchmark.judged(500, 3, tmp_path)
    assert found["accounts"] == 100
    assert list(found["figures"]) == ["links", "fields", "fields and messages"]
    for figures in found["figures"].values():
        assert all(0 <= value <= 1 for value in figures.values() if value == value)
