from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ingest import Tables
from models.signals.scrapers.log import event_log, gaps_of
from models.signals.scrapers.regularity import clock_beat, gap_shape, session_figures

Make = Callable[..., Tables]


def times(gaps: np.ndarray) -> list[float]:
    return np.cumsum(gaps).tolist()


@pytest.mark.parametrize("seed", range(3))
def test_jittered_programs_differ_from_people(make_log: Make, seed: int) -> None:
    rng = np.random.default_rng(seed)
    program = 30 * rng.uniform(0.7, 1.3, 100)
    person = rng.lognormal(3.7, 1.1, 100)
    searches = gaps_of(
        event_log(make_log({"search": times(program)}, {"search": times(person)}, {"search": [1]})),
        "search",
    )
    shape = gap_shape(searches, 3)
    assert shape["gap_spread"][0] < 0.5 < 0.8 < shape["gap_spread"][1], f"seed {seed}"
    assert shape["gap_bits"][0] + 1 < shape["gap_bits"][1], f"seed {seed}"
    assert shape.row(2) == (None, None)


@pytest.mark.parametrize("seed", range(3))
def test_a_timer_is_found_by_its_beat(make_log: Make, seed: int) -> None:
    rng = np.random.default_rng(seed)
    late = 60 * np.arange(80) + rng.uniform(0, 12, 80)
    drifting = np.cumsum(60 * rng.uniform(0.6, 1.4, 80))
    burst = np.arange(80) * 2  # all within three minutes
    tables = make_log(*({"search": seconds.tolist()} for seconds in (late, drifting, burst)))
    found = clock_beat(gaps_of(event_log(tables), "search"), 3)
    assert found["beat"][0] > 0.8, f"seed {seed}"
    assert found["beat_period"][0] in (30, 60), f"seed {seed}"
    assert found["beat_odds"][0] > 6 > found["beat_odds"][1], f"seed {seed}"
    assert found["beat_odds"][2] < 6, f"seed {seed}"


def test_sessions_end_with_half_an_hour_without_action(make_log: Make) -> None:
    tables = make_log({"search": [0, 1_000, 2_700, 5_000], "call": [5_010]}, {})
    found = session_figures(event_log(tables), 2)
    assert found.select("sessions", "longest_session", "largest_session").rows() == [
        (2, 2_700, 3), (None, None, None),
    ]  # fmt: skip
    assert found["night_searches"][0] == 1


def test_nothing_to_measure(make_log: Make) -> None:
    searches = gaps_of(event_log(make_log({"call": [1, 2]})), "search")
    assert clock_beat(searches, 1)["beat"].to_list() == [None]
    assert gap_shape(searches, 1)["gap_bits"].to_list() == [None]
