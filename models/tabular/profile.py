"""What the training table looked like: kept with a model, so that drift can be told without it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .split import Split
from .table import Table

FILE = "profile.json"
GRID = 201
"""Quantiles that are kept of each column."""


def column_profile(values: NDArray[np.floating]) -> dict[str, Any]:
    """Quantiles of the known values, their number, and the share of missing ones."""
    known = np.asarray(values, dtype=np.float64)
    known = known[~np.isnan(known)]
    grid = np.quantile(known, np.linspace(0, 1, GRID)) if len(known) else np.zeros(0)
    # A column of few values is kept value by value, or its shares would blur on the grid.
    levels, counts = np.unique(known, return_counts=True)
    few = len(levels) <= 20
    return {
        "rows": len(values),
        "missing": float(1 - len(known) / max(len(values), 1)),
        "quantiles": [] if few else [float(f"{q:.7g}") for q in grid],
        "levels": levels.tolist() if few else [],
        "counts": counts.tolist() if few else [],
    }


def save_profile(
    table: Table, split: Split, risk: NDArray[np.float64], folder: Path, *, seed: int, preset: str
) -> None:
    """Write the profile of training rows, and of the risk on validation rows, to a folder.

    Parameters
    ----------
    risk
        Risk of the validation rows.
    seed
        Seed of the split.
    preset
        Name of the shape of the table.
    """
    rows = table.X[split.train]
    columns = {name: column_profile(rows[:, i]) for i, name in enumerate(table.columns)}
    found = {
        "preset": preset,
        "fingerprint": table.fingerprint,
        "rows": len(table.ids),
        "spam": int((table.labels == 1).sum()),
        "seed": seed,
        "cuts": list(split.cuts),
        "columns": columns,
        "risk": column_profile(risk),
    }
    (folder / FILE).write_text(json.dumps(found) + "\n", "utf-8")


def load_profile(folder: Path) -> dict[str, Any]:
    """Read the profile of a saved model."""
    found: dict[str, Any] = json.loads((folder / FILE).read_text("utf-8"))
    return found
