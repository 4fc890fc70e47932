from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.errors import RunError
from ringscope.convert.sms import convert
from ringscope.train.tweets import train_tweets


@pytest.fixture(scope="module")
def sms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Messages of made-up senders, of which half advertise."""
    folder = tmp_path_factory.mktemp("sms")
    lines = [
        f"spam\tWIN a PRIZE now, call 0900{i} or go to http://win.example/{i}" if i % 2
        else f"ham\tsee you at {i} by the {'river' if i % 3 else 'station'}, bring the {i * 7}"
        for i in range(240)
    ]  # fmt: skip
    (folder / "SMSSpamCollection").write_text("\n".join(lines) + "\n")
    convert(folder / "SMSSpamCollection", folder / "tables")
    return folder / "tables"


def test_the_page_tells_what_products_cost(sms: Path, tmp_path: Path) -> None:
    done = train_tweets(sms, tmp_path / "out", seed=7, folds=2)
    found = json.loads((tmp_path / "out" / "tweets.json").read_text())
    assert len(found["figures"]) == 2 * 5 * 3 * 4
    assert len(found["gains"]) == 10
    assert done.means["by sender", "forest", "plain", "f1"].value > 0.9
    text = (tmp_path / "out" / "tweets.md").read_text()
    assert "What the products cost or gain" in text
    assert "| network | products |" in text
    assert (tmp_path / "out" / "tweets.html").exists()


def test_a_folder_of_another_training_is_refused(sms: Path, tmp_path: Path) -> None:
    (tmp_path / "training.json").write_text('{"preset": "plain"}')
    with pytest.raises(RunError, match="another table"):
        train_tweets(sms, tmp_path, seed=7, folds=2)
