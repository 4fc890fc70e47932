"""Tonight's run in the light of the run before: stable ring ids, and what happened."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ..context import Documents, Frames
from ..run import Run
from .story import run_frames, with_history


class Past:
    """What tonight's run is compared with; told once, when its frames are made.

    Parameters
    ----------
    before
        The current run of the store; None on the first night.
    name
        Name of tonight's run.
    """

    def __init__(self, before: Run | None, name: str) -> None:
        self._before: Mapping[str, pl.DataFrame] | None = run_frames(before) if before else None
        self._name = name

    def tell(self, frames: Frames, documents: Documents) -> tuple[Frames, Documents]:
        """Give rings the ids under which people know them, in the documents too."""
        told = with_history(frames, self._before, self._name)
        names = _renaming(frames["ring_members"], told["ring_members"])
        verdicts = documents.get("verdicts")
        if verdicts:
            effects = [{**e, "ring_id": names[e["ring_id"]]} for e in verdicts["effects"]]
            tonight = [{**c, "ring_id": names[c["ring_id"]]} for c in verdicts["tonight"]]
            verdicts = {**verdicts, "effects": effects, "tonight": tonight}
            documents = {**documents, "verdicts": verdicts}
        return told, documents


def _renaming(before: pl.DataFrame, after: pl.DataFrame) -> dict[str, str]:
    pairs = before.select("account_id", "ring_id").join(
        after.select("account_id", now="ring_id"), "account_id"
    )
    return dict(pairs.select("ring_id", "now").unique().iter_rows())
