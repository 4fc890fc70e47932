"""The query library: investigators' questions as data, checked, and asked of a graph or a run."""

from __future__ import annotations

from .binding import bind, pairs
from .library import folder, get, library
from .lint import faults
from .on_graph import ask_graph
from .on_run import ask_run
from .schema import Parameter, Query

__all__ = [
    "Parameter",
    "Query",
    "ask_graph",
    "ask_run",
    "bind",
    "faults",
    "folder",
    "get",
    "library",
    "pairs",
]
