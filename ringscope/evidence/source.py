"""What evidence is read from: the tables of a run, or a redacted view of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import polars as pl


class Source(Protocol):
    """Tables by name and the facts of the run; `ringscope.Run` is one."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """The run's manifest: inputs, settings, seed, versions."""

    def frame(self, name: str) -> pl.DataFrame:
        """A table of the run folder by file name without ending."""


@dataclass(frozen=True, eq=False)
class Part:
    """Some tables of a run, to be read like a run.

    Attributes
    ----------
    frames
        Tables by name.
    manifest
        That of the run.
    """

    frames: Mapping[str, pl.DataFrame]
    manifest: Mapping[str, Any]

    def frame(self, name: str) -> pl.DataFrame:
        """A table by name."""
        return self.frames[name]
