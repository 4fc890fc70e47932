"""Engagement over time: series, what they are expected to be, and accounts that rise in step."""

from __future__ import annotations

from .expected import Residuals, residuals
from .series import DAY, Series, series_of
from .waves import beginnings, engagement_waves

__all__ = [
    "DAY",
    "Residuals",
    "Series",
    "beginnings",
    "engagement_waves",
    "residuals",
    "series_of",
]
