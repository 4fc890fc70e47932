"""Verdicts: what people decide about rings, and how a run obeys."""

from __future__ import annotations

from .conflicts import Conflict
from .decide import confirm, not_linked, reject, shared_place, split, undo, verdicts_of
from .obey import Obeyed, apart_of, labels_of, obey
from .record import Verdict, in_force, read_verdicts

__all__ = [
    "Conflict",
    "Obeyed",
    "Verdict",
    "apart_of",
    "confirm",
    "in_force",
    "labels_of",
    "not_linked",
    "obey",
    "read_verdicts",
    "reject",
    "shared_place",
    "split",
    "undo",
    "verdicts_of",
]
