"""Adaptors: public data sets as the input tables of the contract."""

from __future__ import annotations

__all__: list[str] = []
