"""Verdicts: what people decide about rings, and how a run obeys."""

from __future__ import annotations

from .conflicts import Conflict, open_conflicts
from .decide import confirm, not_linked, reject, shared_place, split, undo, verdicts_of
from .exchange import export_csv, import_csv
from .obey import Obeyed, apart_of, labels_of, obey
from .record import Verdict, in_force, read_verdicts

__all__ = [
    "Conflict",
    "Obeyed",
    "Verdict",
    "apart_of",
    "confirm",
    "export_csv",
    "import_csv",
    "in_force",
    "labels_of",
    "not_linked",
    "obey",
    "open_conflicts",
    "read_verdicts",
    "reject",
    "shared_place",
    "split",
    "undo",
    "verdicts_of",
]
