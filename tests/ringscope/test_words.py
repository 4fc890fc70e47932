from __future__ import annotations

import math
from datetime import datetime, timedelta

import pytest

from ringscope.words import chance, count, day, duration, kind_words, percent, period


@pytest.mark.parametrize(
    ("surprise", "words"),
    [
        (None, "not tested"),
        (math.nan, "not tested"),
        (0.0, "as expected"),
        (1.0, "1 in 10"),
        (2.7, "1 in 500"),
        (4.99, "1 in 100,000"),
        (5.0, "1 in 10⁵"),
        (8.9, "1 in 10⁸"),
        (math.inf, "under 1 in 10³⁰⁰"),
    ],
)
def test_chance_is_said_in_words(surprise: float | None, words: str) -> None:
    assert chance(surprise) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.0, "0%"), (0.001, "<1%"), (0.5, "50%"), (0.996, ">99%"), (1.0, ">99%"), (None, "–")],
)
def test_a_percentage_never_claims_certainty(share: float | None, words: str) -> None:
    assert percent(share) == words


def test_numbers_take_the_right_noun() -> None:
    assert count(1, "ring") == "1 ring"
    assert count(2, "mailbox", "mailboxes") == "2 mailboxes"


def test_a_period_says_what_is_common_once() -> None:
    start = datetime(2026, 1, 4, 12)
    assert period(start, start) == "4 Jan 2026"
    assert period(start, datetime(2026, 1, 9)) == "4 – 9 Jan 2026"
    assert period(start, datetime(2026, 3, 9)) == "4 Jan – 9 Mar 2026"
    assert period(datetime(2025, 12, 31), start) == "31 Dec 2025 – 4 Jan 2026"
    assert period(None, start) == "4 Jan 2026"
    assert day(None) == "–"


def test_durations_use_the_largest_fitting_unit() -> None:
    spans = (timedelta(0), timedelta(minutes=5), timedelta(hours=40), timedelta(days=2))
    assert [duration(s) for s in spans] == ["a minute", "5 minutes", "40 hours", "2 days"]


def test_kinds_have_words_and_unknown_kinds_their_name() -> None:
    assert (kind_words("device"), kind_words("device", 2)) == ("device", "devices")
    assert kind_words("shoe_size") == "shoe size"
