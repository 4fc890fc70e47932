"""Models into the registry, and the versions of a registry beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from ingest.errors import InputError, NotFound
from models.tabular.challenge import Challenge, challenge
from models.tabular.compare import saved_model
from models.tabular.registry import Registry, Version
from models.tabular.split import unseen
from models.tabular.table import FEWEST, Table, align, labelled
from models.tabular.thresholds import Costs

from .chosen import Chosen, training_of


def register(
    training: Path,
    registry: Path,
    *,
    when: str,
    model: str = "",
    note: str = "",
    options: Mapping[str, Any] | None = None,
) -> Version:
    """Add a model of a training to a registry: the one named, or the best on validation rows.

    Parameters
    ----------
    training
        Folder that `train` wrote.
    when
        Time of registering, ISO 8601.
    options
        Settings of the estimator, where no search of this training found them.

    Raises
    ------
    RunError
        The folder holds no finished training.
    NotFound
        The training has no such model.
    """
    found: Mapping[str, Any] = training_of(training)
    results = {one["name"]: one for one in found["models"]}
    name = model or next(iter(results))
    if name not in results:
        raise NotFound(f"{training}: no model {name!r}; there are: {', '.join(results)}")
    one = results[name]
    about = {
        "created": when,
        "name": name,
        "preset": found["preset"],
        "table": found["table"],
        "figures": one["figures"],
        "threshold": one["threshold"],
        "importances": one["importances"],
        "options": found["options"].get(name, options or {}),
        "note": note,
    }
    return Registry(registry).add(saved_model(training, name), about)


def judge_versions(
    table: Table,
    champion: Chosen,
    challenger: Chosen,
    *,
    seed: int,
    costs: Costs | None = None,
    all_rows: bool = False,
    threads: int = 1,
) -> Challenge:
    """Compare two models on rows of a table that neither was fitted on.

    Parameters
    ----------
    table
        With labels; rows without one are left out.
    all_rows
        Use every labelled row: the table is new to both models.

    Raises
    ------
    InputError
        One class only, or too few rows are left.
    """
    labelled(table)
    read = table.take(table.labels >= 0)
    if not all_rows:
        read = read.take(_unseen(read, champion) & _unseen(read, challenger))
    spam = int((read.labels == 1).sum())
    if min(spam, len(read.labels) - spam) < FEWEST:
        raise InputError(
            f"{len(read.labels):,} rows that neither model has seen, {spam:,} of them "
            f"spam; a comparison needs {FEWEST} of each label (--all-rows if the table is new)"
        )
    sides = [
        (one.model.risk(align(read, one.model.columns), threads=threads), one.model.threshold.value)
        for one in (champion, challenger)
    ]
    return challenge(read.labels.astype(np.int64), sides[0], sides[1], seed=seed, costs=costs)


def _unseen(table: Table, chosen: Chosen) -> Any:
    first, second = chosen.profile["cuts"]
    return unseen(table.ids, table.labels, (first, second), seed=chosen.profile["seed"])


def importances_over_time(registry: Path, top: int = 20) -> pl.DataFrame:
    """Importance of columns by version, oldest first; columns by their highest importance."""
    versions = Registry(registry).versions()
    names = {name for one in versions for name in one.importances}
    rows = [
        {"column": name} | {one.version: one.importances.get(name) for one in versions}
        for name in sorted(names)
    ]
    if not rows:
        return pl.DataFrame({"column": []}, schema={"column": pl.String})
    frame = pl.DataFrame(rows, infer_schema_length=None)
    highest = pl.max_horizontal(pl.exclude("column")).alias("#highest")
    ranked = frame.with_columns(highest).sort("#highest", "column", descending=[True, False])
    return ranked.drop("#highest").head(top)
