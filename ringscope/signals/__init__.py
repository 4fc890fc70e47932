"""Signal families run alone, on data in the shape of their document."""

from __future__ import annotations

from .engagement import detect_engagement
from .scrapers import detect_scrapers

__all__ = ["detect_engagement", "detect_scrapers"]
