"""Models of one table: a row an account, columns of numbers, a label."""

from __future__ import annotations
