"""What people run: the command line, whole analyses, run folders and their reports.

The names below are loaded at first use, so that a command that needs no tables starts at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .analysis import analyze
    from .run import Run
    from .settings import Settings

__version__ = "0.1.0"
__all__ = ["Run", "Settings", "analyze"]

_HOME = {"Run": "run", "Settings": "settings", "analyze": "analysis"}


def __getattr__(name: str) -> object:
    """Load a public name from its module (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'ringscope' has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
