"""The linkage graph in Neo4j: its shape, written and read back."""

from __future__ import annotations

from .census import Census, census
from .elements import Elements, elements
from .write import Writer, Written, check

__all__ = ["Census", "Elements", "Writer", "Written", "census", "check", "elements"]
