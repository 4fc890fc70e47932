from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("rules")


def test_rules_at_a_small_size(rules: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "rules.json"
    small = ["--seeds", "3", "--accounts", "500", "--out", str(out)]
    monkeypatch.setattr(sys, "argv", ["rules.py", *small])
    rules.main()
    found = json.loads(out.read_text("utf-8"))["seed 3"]
    assert sum(row["accounts"] for row in found["actions"]) == 500
    shared = next(row for row in found["rules"] if row["rule"] == "shared-ip-range")
    assert shared["hits"] == shared["spam"] + shared["honest"] > 0
