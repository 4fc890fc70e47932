from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from ringscope.evidence.timeline import HEIGHT, WIDTH, timeline

START = datetime(2026, 3, 4, 13, 5)


def test_nothing_to_draw_without_two_times() -> None:
    assert timeline([], 5) is None
    assert timeline([START], 5) is None


def test_a_burst_is_said_in_words() -> None:
    times = [START + timedelta(minutes=m) for m in (0, 10, 20, 60 * 24 * 20)]
    line = timeline(times, 6)
    assert line is not None
    assert line["words"] == (
        "2 of 6 accounts signed up within 10 minutes of 4 Mar 2026 13:05; "
        "all 4 – 24 Mar 2026. 2 without a known time."
    )
    assert line["most"] == 3
    assert line["step"] == "12 hours"


@pytest.mark.parametrize("seed", range(8))
def test_bars_stay_inside_the_box_and_order_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    span = 10 ** rng.uniform(0, 8)
    times = [START + timedelta(seconds=float(s)) for s in rng.uniform(0, span, 40)]
    line = timeline(times, 40)
    assert line is not None, f"seed {seed}"
    for x, y, wide, high in line["bars"]:
        assert 0 <= x < x + wide <= WIDTH, f"seed {seed}"
        assert 0 <= y < y + high <= HEIGHT + 0.2, f"seed {seed}"
    assert timeline(times[::-1], 40) == line, f"seed {seed}"


def test_equal_times_make_one_bar() -> None:
    line = timeline([START] * 3, 3)
    assert line is not None
    assert len(line["bars"]) == 1
