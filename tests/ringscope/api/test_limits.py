from __future__ import annotations

import time

import pytest

from ringscope.api.limits import GUESSES, REMEMBERED, WINDOW, Guesses, Rate


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_a_bucket_empties_and_fills(clock: list[float]) -> None:
    rate = Rate(per_second=2, burst=3)
    assert [rate.wait("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert rate.wait("b") == 0
    clock[0] += 0.5
    assert rate.wait("a") == 0
    assert rate.wait("a") == 0.5
    clock[0] += 1000
    assert [rate.wait("a") for _ in range(4)] == [0, 0, 0, 0.5]


def test_guesses_are_forgiven_after_a_while(clock: list[float]) -> None:
    guesses = Guesses()
    assert [guesses.note("a") for _ in range(GUESSES + 2)] == [False] * GUESSES + [True] * 2
    assert not guesses.note("b")
    clock[0] += WINDOW
    assert not guesses.note("a")


def test_many_names_take_no_more_memory(clock: list[float]) -> None:
    rate, guesses = Rate(), Guesses()
    for number in range(REMEMBERED + 50):
        rate.wait(str(number))
        guesses.note(str(number))
    assert len(rate._buckets) == len(guesses._times) == REMEMBERED
