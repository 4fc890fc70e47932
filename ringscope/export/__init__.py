"""A run, or chosen rings of it, as files for other programs."""

from __future__ import annotations

from .cypher import cypher_script
from .selection import TABLES, selection
from .tables import archive, table_bytes
from .workbook import workbook

__all__ = ["TABLES", "archive", "cypher_script", "selection", "table_bytes", "workbook"]
