"""Training, comparing and watching models of tables."""

from __future__ import annotations
