"""Rules as data: conditions over named signals, points, and the action they recommend."""

from __future__ import annotations
