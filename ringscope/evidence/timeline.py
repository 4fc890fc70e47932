"""When the members of a ring signed up: a small bar chart and a sentence."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np

from ..words import count, duration, minute, period

WIDTH, HEIGHT = 480, 72
_BARS = 60
_STEPS = tuple(
    timedelta(minutes=m)
    for m in (1, 5, 15, 60, 180, 360, 720, 1440, 2880, 10080, 20160, 43200, 129600, 525600)
)


def timeline(times: list[datetime], size: int) -> dict[str, Any] | None:
    """Bars of a histogram over sign-up times, in units of a `WIDTH` x `HEIGHT` box.

    Parameters
    ----------
    times
        Sign-up times that are known, in any order.
    size
        Members of the ring.

    Returns
    -------
    dict or None
        bars (x, y, width, height), step (words), first, last, most (height of the tallest bar in
        accounts), words; None where fewer than two times are known.
    """
    if len(times) < 2:
        return None
    ordered = sorted(times)
    span = ordered[-1] - ordered[0]
    step = next((s for s in _STEPS if span / s < _BARS - 1), span / (_BARS - 2))
    start = datetime.min + (ordered[0] - datetime.min) // step * step
    bins = np.array([(moment - start) // step for moment in ordered])
    heights = np.bincount(bins)
    wide = WIDTH / max(len(heights), 12)
    return {
        "bars": _bars(heights, wide),
        "step": duration(step),
        "first": minute(ordered[0]),
        "last": minute(ordered[-1]),
        "most": int(heights.max()),
        "words": _words(ordered, size),
    }


def _bars(heights: np.ndarray, wide: float) -> list[tuple[float, float, float, float]]:
    scale = HEIGHT / heights.max()
    bars = []
    for place, many in enumerate(heights.tolist()):
        if many:
            tall = max(round(many * scale, 1), 2.0)
            bars.append((round(place * wide, 1), round(HEIGHT - tall, 1), round(wide - 1, 1), tall))
    return bars


def _words(ordered: list[datetime], size: int) -> str:
    half = (len(ordered) + 1) // 2
    windows = [
        (last - first, first) for first, last in zip(ordered, ordered[half - 1 :], strict=False)
    ]
    shortest, start = min(windows)
    sentence = (
        f"{half:,} of {count(size, 'account')} signed up within {duration(shortest)} "
        f"of {minute(start)}; all {period(ordered[0], ordered[-1])}."
    )
    unknown = size - len(ordered)
    return sentence + (f" {unknown:,} without a known time." if unknown else "")
