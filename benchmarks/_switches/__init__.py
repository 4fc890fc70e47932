"""Ingredients of the detection that a benchmark can switch off without an option of the product."""

from __future__ import annotations

from .substitute import Switch, off
from .table import SWITCHES

__all__ = ["SWITCHES", "Switch", "off"]
