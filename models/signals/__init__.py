"""Signals: what single facts about an account say, in one place, one family per file."""

from __future__ import annotations

from .families import FAMILIES, signal_features
from .registry import Family, Signal

__all__ = ["FAMILIES", "Family", "Signal", "signal_features"]
