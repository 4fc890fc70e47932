"""What evidence is read from: the tables of a run, or a redacted view of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import polars as pl


class Source(Protocol):
    """Tables by name and the facts of the run; `ringscope.Run` is one."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """The run's manifest: inputs, settings, seed, versions."""

    def frame(self, name: str) -> pl.DataFrame:
        """A table of the run folder by file name without ending."""
