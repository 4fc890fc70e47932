"""Decisions that are in force, for the pages that show them."""

from __future__ import annotations

from typing import Any

from ...verdicts.decide import verdicts_of
from ...verdicts.record import in_force
from ..place import Place

WORDS = {
    "confirm": "confirmed",
    "reject": "rejected",
    "split": "split",
    "shared-place": "shared place",
    "not-linked": "not linked",
    "undo": "taken back",
}
"""Act of a verdict -> how a page calls it."""


def decided(place: Place) -> dict[str, list[dict[str, Any]]]:
    """Decisions in force by ring id; none without a store."""
    found: dict[str, list[dict[str, Any]]] = {}
    if place.store is None:
        return found
    for verdict in in_force(verdicts_of(place.store)):
        if verdict.ring_id:
            row = {"name": verdict.name, "act": WORDS[verdict.act], "said": verdict.said}
            found.setdefault(verdict.ring_id, []).append(row)
    return found
