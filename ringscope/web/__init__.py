"""The web app: investigators look at a night's rings, decide, and see why."""

from __future__ import annotations

from .app import make_app
from .place import Place

__all__ = ["Place", "make_app"]
