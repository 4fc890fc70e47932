"""Tonight's run in the light of the run before: stable ring ids, and what happened."""

from __future__ import annotations

from typing import Any

import polars as pl

from ..context import Documents, Frames
from ..run import Run
from .changes import changes
from .changes_page import changes_page
from .story import run_frames, with_history


class Past:
    """What tonight's run is compared with; told once, when its frames are made.

    Parameters
    ----------
    before
        The current run of the store; None on the first night.
    name
        Name of tonight's run.
    model
        What changes say of the model, see `changes`.
    """

    def __init__(self, before: Run | None, name: str, model: dict[str, Any]) -> None:
        self._before = run_frames(before) if before else None
        self._since = before.folder.name if before else None
        self._name = name
        self._model = model

    def tell(self, frames: Frames, documents: Documents) -> tuple[Frames, Documents]:
        """Give rings the ids under which people know them, and tell what changed."""
        told = with_history(frames, self._before, self._name)
        found = changes(self._before, told, since=self._since, run=self._name, model=self._model)
        more: Documents = {"changes.json": found, "changes.html": changes_page(found)}
        verdicts = documents.get("verdicts.json")
        if isinstance(verdicts, dict):
            names = _renaming(frames["ring_members"], told["ring_members"])
            effects = [{**e, "ring_id": names[e["ring_id"]]} for e in verdicts["effects"]]
            # A confirmed ring that was not found keeps the id of its verdict.
            tonight = [
                {**c, "ring_id": names.get(c["ring_id"], c["ring_id"])} for c in verdicts["tonight"]
            ]
            more["verdicts.json"] = {**verdicts, "effects": effects, "tonight": tonight}
        return told, documents | more


def _renaming(before: pl.DataFrame, after: pl.DataFrame) -> dict[str, str]:
    pairs = before.select("account_id", "ring_id").join(
        after.select("account_id", now="ring_id"), "account_id"
    )
    return dict(pairs.select("ring_id", "now").unique().iter_rows())
