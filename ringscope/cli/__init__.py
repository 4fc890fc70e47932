"""The command line: a thin layer over the Python surface, one file per group of commands."""

from __future__ import annotations

from .app import app, main

__all__ = ["app", "main"]
