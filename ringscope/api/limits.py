"""How often somebody may ask, and how often guess."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from typing import Any

PER_SECOND = 200.0
"""Requests a second that a key, or an address without one, may make."""
BURST = 400.0
GUESSES = 10
"""Wrong keys from one address within `WINDOW` seconds after which it is told to wait."""
WINDOW = 60.0
REMEMBERED = 10_000
"""Keys and addresses that are remembered; whoever was not seen for longest is forgotten."""


class Rate:
    """Requests by name: each has a bucket that fills steadily (a token bucket).

    Parameters
    ----------
    per_second, burst
        How fast a bucket fills, and what it holds.
    """

    def __init__(self, per_second: float = PER_SECOND, burst: float = BURST) -> None:
        self._per_second, self._burst = per_second, max(burst, 1.0)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, name: str) -> float:
        """Take one from a bucket; 0 if there was one, else the seconds until there is."""
        now = time.monotonic()
        with self._lock:
            left, since = self._buckets.pop(name, (self._burst, now))
            left = min(self._burst, left + (now - since) * self._per_second)
            waits = 0.0 if left >= 1 else (1 - left) / self._per_second
            self._buckets[name] = (left - 1 if not waits else left, now)
            _forget(self._buckets)
        return waits


class Guesses:
    """Wrong keys by address."""

    def __init__(self) -> None:
        self._times: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, address: str) -> bool:
        """Note a wrong key; True if there were too many of late."""
        now = time.monotonic()
        with self._lock:
            times = self._times.pop(address, deque(maxlen=GUESSES + 1))
            times.append(now)
            self._times[address] = times
            _forget(self._times)
            return len(times) > GUESSES and now - times[0] < WINDOW


def _forget(kept: OrderedDict[str, Any]) -> None:
    while len(kept) > REMEMBERED:
        kept.popitem(last=False)
