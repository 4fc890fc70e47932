from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def tweets(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("tweets")


def test_the_fast_way_equals_comparing_pairs(tweets: Any) -> None:
    spam, honest, what = tweets.read_sms(None, 3)
    assert what == "made-up words"
    made = tweets.make_messages(300, 4, spam, honest, 3)
    assert made.height == 300
    assert tweets.compare(made)["largest_difference"] < 1e-4


def test_tweets_at_a_small_size(
    tweets: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "tweets.json"
    small = ["--messages", "2000", "--senders", "20", "--pairs", "200", "--out", str(out)]
    monkeypatch.setattr(sys, "argv", ["tweets.py", *small])
    tweets.main()
    found = json.loads(out.read_text("utf-8"))
    assert found["features"]["rows"] == 2000
    assert found["features"]["columns"] == 18
    assert found["features"]["peak_mib"] < 3 * 1024
