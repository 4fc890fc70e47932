"""The store: runs of many nights, the pointer to the current one, what people decided."""

from __future__ import annotations

from .journal import Journal
from .layout import Store
from .lock import held, holder

__all__ = ["Journal", "Store", "held", "holder"]
