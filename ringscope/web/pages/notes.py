"""What the nightly job said of a run: warnings of the watch, and canaries."""

from __future__ import annotations

from typing import Any

from ...nightly.notes import read_note
from ..place import Place

NO_CANARIES: dict[str, Any] = {"curve": [], "sentence": ""}


def note_of(place: Place) -> dict[str, Any]:
    """Notes on the current run.

    Returns
    -------
    dict
        known (whether the night was watched), warnings (sentences: missing tables, drift, jumps),
        canaries (curve: planted rings by rotation and how many were found; sentence).
    """
    if place.store is None:
        return {"known": False, "warnings": [], "canaries": NO_CANARIES}
    note = read_note(place.store, place.reading().name)
    return {
        "known": bool(note),
        "warnings": list(note.get("warnings", [])),
        "canaries": NO_CANARIES | dict(note.get("canaries", {})),
    }
