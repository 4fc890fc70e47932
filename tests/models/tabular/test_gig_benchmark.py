from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


@pytest.mark.slow
def test_the_benchmark_at_a_small_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    monkeypatch.setenv("PYTHONPATH", str(BENCHMARKS.parent))
    out = tmp_path / "gig.json"
    small = ["--rows", "3000", "--threads", "1", "--out", str(out)]
    monkeypatch.setattr(sys, "argv", ["gig.py", *small])
    importlib.import_module("gig").main()
    found = json.loads(out.read_text("utf-8"))
    assert [step["step"] for step in found["steps"]] == ["make", "train", "train", "score", "score"]
    assert found["training_seconds"] == pytest.approx(
        sum(step["seconds"] for step in found["steps"] if step["step"] == "train")
    )
    assert all(step["rows"] == 3000 for step in found["steps"] if step["step"] == "score")


def test_its_steps_at_a_small_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    gig = importlib.import_module("gig")
    assert gig.make(tmp_path, 1500, 3)["rows"] == 1500
    found = gig.train(tmp_path, "lightgbm", 3, 1)
    assert found["roc_auc"] > 0.5
    assert found["peak_mb"] > 50
    assert gig.score(tmp_path, "lightgbm", 1)["rows"] == 1500
