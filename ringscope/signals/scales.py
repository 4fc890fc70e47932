"""Axes of charts: from values to places on paper, and the ticks between."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Scale:
    """One axis.

    Attributes
    ----------
    low, high
        Values at its ends; low < high.
    start, end
        Places of its ends, in pixels.
    log
        Whether places go with the logarithm of the values (which are above 0 then).
    dates
        Whether values are seconds since 1970.
    """

    low: float
    high: float
    start: float
    end: float
    log: bool = False
    dates: bool = False

    def __call__(self, value: float) -> float:
        """Place of a value, rounded to a tenth of a pixel."""
        low, high, value = (self._lay(v) for v in (self.low, self.high, value))
        return round(self.start + (value - low) / (high - low) * (self.end - self.start), 1)

    def ticks(self, about: int = 5) -> Iterator[tuple[float, str]]:
        """Give round values within the axis, with what is written beside them."""
        if self.log:
            yield from self._powers()
            return
        step = (
            _day_step(self.high - self.low, about)
            if self.dates
            else _step(self.low, self.high, about)
        )
        value = math.ceil(self.low / step) * step
        while value <= self.high * (1 + 1e-9):
            yield value, self._say(value, step)
            value += step

    def _lay(self, value: float) -> float:
        return math.log10(max(value, 1e-12)) if self.log else value

    def _powers(self) -> Iterator[tuple[float, str]]:
        first, last = (
            math.ceil(math.log10(self.low) - 1e-9),
            math.floor(math.log10(self.high) + 1e-9),
        )
        for power in range(first, last + 1, max(1, (last - first) // 6 + 1)):
            yield 10.0**power, _short(10.0**power)

    def _say(self, value: float, step: float) -> str:
        if self.dates:
            moment = datetime.fromtimestamp(value, UTC)
            return f"{moment.day} {moment:%b}" if step >= 86_400 else f"{moment:%H:%M}"
        return _short(0.0 if abs(value) < step / 1e6 else value)


def span(values: list[float], *, log: bool = False, zero: bool = False) -> tuple[float, float]:
    """Least and greatest finite value, made different; `zero` starts at 0.

    Logarithmic axes that span less than two powers of ten are widened to whole ones.
    """
    known = [v for v in values if math.isfinite(v) and (v > 0 or not log)]
    low, high = (min(known), max(known)) if known else (1.0, 10.0)
    if zero:
        low = 0.0
    if log and high < 100 * low:
        return 10.0 ** math.floor(math.log10(low)), 10.0 ** (math.floor(math.log10(high)) + 1)
    if low == high:
        low, high = low - 0.5, high + 0.5
    return low, high


def _step(low: float, high: float, about: int) -> float:
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough * 0.999)


def _day_step(length: float, about: int) -> float:
    hours = (1, 2, 3, 6, 12, 24, 48, 72, 168, 336, 720, 2_160, 8_760)
    return 3_600.0 * next((h for h in hours if h * 3_600 * about >= length), hours[-1])


def _short(value: float) -> str:
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{unit}"
    return f"{value:.3g}"
