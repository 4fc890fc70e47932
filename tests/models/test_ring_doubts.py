from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from graph import kinds
from models.ring_doubts import (
    CERTAIN,
    HALF,
    MIN_SURPRISE,
    MOST_HONEST,
    NEARLY_ALL,
    OPEN,
    SPOKEN_FOR,
    UNSUPERVISED_SURPRISE,
    Doubts,
    doubts_with_labels,
    doubts_without_labels,
    in_words,
)

LIMIT = 10.0
SOUND = {"size": 10, "surprise": 30.0, "labelled_spam": 0, "expected_honest": 0.5, "template": 0.9}
"""A ring in no doubt."""
FOUR = dict.fromkeys(("device", "ip", "instrument", "template"), HALF)


def told(doubts: Doubts, **ring: Any) -> list[str]:
    """The doubts about one ring."""
    row = {**dict.fromkeys(kinds(), 0.0), **SOUND, **ring}
    types = {"size": pl.UInt32, "labelled_spam": pl.UInt32}
    frame = pl.DataFrame([row], schema_overrides=types)
    (said,) = frame.select(in_words(doubts)).to_series().to_list()
    assert isinstance(said, str)
    return said.split("; ") if said else []


@pytest.mark.parametrize(
    ("ring", "start"),
    [
        ({"expected_honest": 10 * MOST_HONEST + 0.1}, "a third of it or more"),
        ({"surprise": MIN_SURPRISE - 0.1, "expected_honest": 1.1}, "chance could explain"),
        (
            {"size": 12, "labelled_spam": 1, "expected_honest": 1.3},
            "it is not certain enough for its size",
        ),
        ({**FOUR, "expected_honest": 1.1}, f"half of it shares {OPEN} kinds"),
        ({"size": 2, "expected_honest": 0.3}, "it is not certain enough for two"),
        ({"size": 2, "expected_honest": 0.1, "template": 0.0, "device": 1.0}, "its two accounts"),
        ({"template": 0.0, "burst": 1.0, "ip": 1.0}, "it came together at one place"),
        ({"template": 0.0}, "no identifier is shared in it"),
        (dict.fromkeys(FOUR, NEARLY_ALL), "it hides nothing"),
        ({**FOUR, "phone": HALF}, "it hides nothing"),
    ],
)
def test_each_doubt_is_told(ring: dict[str, Any], start: str) -> None:
    (said,) = told(doubts_with_labels(LIMIT), **ring)
    assert said.startswith(start)
    assert "." not in said


@pytest.mark.parametrize(
    "ring",
    [
        {},
        {"expected_honest": 10 * MOST_HONEST - 0.1},
        {"surprise": 0.0, "expected_honest": 10 * CERTAIN},
        {"size": 12, "labelled_spam": 2, "expected_honest": 1.3},
        {"size": 1000, "expected_honest": 100 * CERTAIN},
        {**FOUR, "expected_honest": 10 * CERTAIN},
        {"size": 2, "expected_honest": 2 * CERTAIN},
        {"size": 2, "expected_honest": 0.1, "template": 0.0, "device": 1.0, "labelled_spam": 1},
        {"template": 0.0, "burst": 1.0, "labelled_spam": 1},
        {"template": 0.0, "burst": 1.0, "device": HALF},
        {"template": 0.0, "burst": HALF - 0.1, "ip": 1.0},
        {"template": 0.0, "device": 0.2},
        {**dict.fromkeys(FOUR, NEARLY_ALL), "labelled_spam": SPOKEN_FOR},
        {**dict.fromkeys(FOUR, NEARLY_ALL), "ip": NEARLY_ALL - 0.1},
    ],
)
def test_who_is_in_no_doubt(ring: dict[str, Any]) -> None:
    assert told(doubts_with_labels(LIMIT), **ring) == []


def test_several_doubts_are_told_together() -> None:
    said = told(doubts_with_labels(LIMIT), size=2, expected_honest=0.9, surprise=0.0, template=0.0)
    starts = (
        "a third of it",
        "chance could",
        "it is not certain",
        "its two accounts",
        "no identif",
    )
    assert [line.startswith(start) for line, start in zip(said, starts, strict=True)] == [True] * 5


@pytest.mark.parametrize(
    ("ring", "start"),
    [
        ({}, None),
        ({"size": 2}, "it is of two accounts"),
        ({"surprise": UNSUPERVISED_SURPRISE - 0.1}, "it is not far enough beyond chance"),
        ({"template": HALF - 0.1}, "families and offices"),
        ({"device": 1.0}, "families and offices"),
        ({**dict.fromkeys(FOUR, NEARLY_ALL), "template": 1.0}, "it hides nothing"),
    ],
)
def test_without_labels(ring: dict[str, Any], start: str | None) -> None:
    nothing = {"expected_honest": None}
    said = told(doubts_without_labels(), **nothing | ring)
    assert len(said) == (start is not None)
    assert all(line.startswith(str(start)) for line in said)
