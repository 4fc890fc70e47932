"""The linkage graph in Neo4j: its shape, written and read back."""

from __future__ import annotations

from .census import Census, census
from .elements import Elements, elements
from .part import Part, part
from .read import read
from .write import Writer, Written, check

__all__ = [
    "Census",
    "Elements",
    "Part",
    "Writer",
    "Written",
    "census",
    "check",
    "elements",
    "part",
    "read",
]
