from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Run a benchmark with its options; give what it writes."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))

    def call(name: str, *words: str) -> dict[str, Any]:
        out = tmp_path / f"{name}.json"
        monkeypatch.setattr(sys, "argv", [f"{name}.py", *words, "--out", str(out)])
        importlib.import_module(name).main()
        found: dict[str, Any] = json.loads(out.read_text("utf-8"))
        return found

    return call


@pytest.mark.timeout(600)
def test_scrapers_at_a_small_size(run: Any) -> None:
    found = run("scrapers", "--accounts", "300", "--judged", "500")
    assert found["timing"]["differ"] == []
    assert found["planted"]["auroc"] > 0.7
    assert set(found["planted"]["rules"]) == set(found["demo"]["rules"])


@pytest.mark.timeout(600)
def test_engagement_at_a_small_size(run: Any) -> None:
    words = ["--users", "120", "--parts", "unsupervised", "known", "waves", "--strengths"]
    figures = run("engagement", *words)["worlds"]["7"]
    assert set(figures["unsupervised"]) == {
        "isolation forest", "autoencoder", "plain isolation forest",
    }  # fmt: skip
    assert figures["known"]["together"]["auroc"] > 0.6
    assert figures["waves"]["right"] >= 0.5


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_worth_of_families_at_a_small_size(run: Any) -> None:
    worth = run("signals", "--seeds", "3", "--accounts", "500")["worth"]
    assert set(worth["demo worlds"]) == {"freelance", "scrapers", "tweets", "no signals"}
    assert set(worth["series"]) == {"engagement", "no signals"}
    assert worth["series"]["engagement"]["average_precision"][0] > 0.1
    mean, least, most = worth["logs"]["scrapers"]["average_precision"]
    assert mean == least == most
