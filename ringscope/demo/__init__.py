"""The demo world: spam rings planted among innocent look-alikes, with the truth beside them."""

from __future__ import annotations

from .world import WorldSummary, make_world, write_world

__all__ = ["WorldSummary", "make_world", "write_world"]
