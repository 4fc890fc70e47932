"""One run as the pages read it: opened once, looked at often."""

from __future__ import annotations

from collections import OrderedDict
from functools import cached_property
from threading import RLock
from typing import Any

import polars as pl

from ..evidence import RingEvidence, ring_evidence
from ..report.data import kinds_shown, run_facts
from ..report.frames import SCHEMAS, conform
from ..report.headline import headline
from ..report.rings import Ranked, ranked, ring_details, ring_row
from ..run import Run
from ..views import one

KEPT = 40
"""Rings whose evidence is kept in memory, the last that were looked at."""


class Reading:
    """A run with what several pages need of it.

    Parameters
    ----------
    run
        The run.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self._lock = RLock()
        self._rings: OrderedDict[str, tuple[RingEvidence, dict[str, Any]]] = OrderedDict()

    @cached_property
    def frames(self) -> dict[str, pl.DataFrame]:
        """The run's tables as the report reads them."""
        return conform({name: self.run.frame(name) for name in SCHEMAS})

    @cached_property
    def order(self) -> Ranked:
        """Rings by status, those first in which a day's work stops most spam."""
        return ranked(self.frames)

    @cached_property
    def headline(self) -> dict[str, Any]:
        """Figures and sentences about the whole run."""
        return headline(self.frames, self.order)

    @cached_property
    def kinds(self) -> dict[str, dict[str, str]]:
        """Words and looks of the kinds of identifier that the run has."""
        return kinds_shown(self.frames["identifiers"]["kind"])

    @cached_property
    def facts(self) -> dict[str, Any]:
        """Inputs, settings, versions and fingerprint of the run."""
        return run_facts(self.run.manifest)

    @property
    def name(self) -> str:
        """The run folder's name: in a store, the night."""
        return self.run.folder.resolve().name

    def has(self, table: str) -> bool:
        """Whether the run holds a table; nightly runs hold more than others."""
        return f"{table}.parquet" in self.run.manifest["files"]

    def rings(self) -> list[dict[str, Any]]:
        """All rings in the order of work: found, suspected, then those that were rejected."""
        order = self.order
        frames = (order.found, order.suspected, order.rejected)
        return [ring_row(row) for frame in frames for row in frame.to_dicts()]

    def ring(self, ring_id: str) -> tuple[RingEvidence, dict[str, Any]]:
        """Evidence of a ring, and its row with members, sign-ups and drawing.

        Raises
        ------
        NotFound
            The run has no such ring.
        """
        with self._lock:
            if ring_id in self._rings:
                self._rings.move_to_end(ring_id)
                return self._rings[ring_id]
        found = ring_evidence(self.run, ring_id)
        members = self.order.members.filter(pl.col("ring_id") == ring_id)
        row = one(self.frames["rings"], "ring_id", ring_id, "ring")
        worth = (row["risk"] or 0.0) * (row["size"] or 0)
        shown = ring_row(row | {"worth": worth}) | ring_details(self.frames, members)[ring_id]
        with self._lock:
            self._rings[ring_id] = found, shown
            while len(self._rings) > KEPT:
                self._rings.popitem(last=False)
        return found, shown
