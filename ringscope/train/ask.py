"""One row by hand: values of columns in, risk and what raised and lowered it out."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from ingest.errors import SettingsError
from models.tabular.shapes import Column
from models.tabular.why import contributions

from .chosen import Chosen


class Answer(NamedTuple):
    """What a model says of one row.

    Attributes
    ----------
    risk
        Calibrated probability of spam, in [0, 1].
    called
        Whether the risk reaches the model's threshold.
    columns
        column, name, says (the value in words), adds (to the model's score; above 0 speaks for
        spam; null where the model cannot tell); what counts most first.
    """

    risk: float
    called: bool
    columns: pl.DataFrame


def ask(chosen: Chosen, values: Sequence[str]) -> Answer:
    """Score one row.

    Parameters
    ----------
    values
        `COLUMN=VALUE` each; columns by key (X19) or name (AccountAge_Seconds), in any case.
        Columns that are not given are not known, and filled as in training.

    Raises
    ------
    SettingsError
        No value, an unknown column, one that is given twice, or a value that the column cannot
        have.
    """
    model = chosen.model
    given = _parsed(chosen, values)
    X = np.array([[given.get(key, np.nan) for key in model.columns]], dtype=np.float32)
    risk = float(model.risk(X)[0])
    added = contributions(model, X)
    told = [chosen.preset.column(key) for key in model.columns]
    frame = pl.DataFrame(
        {
            "column": list(model.columns),
            "name": [column.name for column in told],
            "says": [column.say(float(value)) for column, value in zip(told, X[0], strict=True)],
            "adds": [None] * len(told) if added is None else added[0].tolist(),
        },
        schema_overrides={"adds": pl.Float64},
    )
    frame = frame.sort(pl.col("adds").abs(), descending=True, nulls_last=True, maintain_order=True)
    return Answer(risk, risk >= model.threshold.value, frame)


def _parsed(chosen: Chosen, values: Sequence[str]) -> dict[str, float]:
    columns = [chosen.preset.column(key) for key in chosen.model.columns]
    names = {column.key.lower(): column for column in columns}
    names |= {column.name.lower(): column for column in columns}
    found: dict[str, float] = {}
    for text in values:
        name, sign, value = text.partition("=")
        column = names.get(name.strip().lower())
        if not sign or column is None:
            near = difflib.get_close_matches(name.strip().lower(), names, n=1)
            hint = f"; did you mean {near[0]}?" if near and column is None else ""
            raise SettingsError(f"{text!r}: give COLUMN=VALUE with a column of the model{hint}")
        if column.key in found:
            raise SettingsError(f"{column.key} is given twice; give it once")
        found[column.key] = _number(column, value.strip())
    if not found:
        keys = ", ".join(column.key for column in columns[:3])
        raise SettingsError(f"give at least one COLUMN=VALUE; the model knows {keys}, ...")
    return found


def _number(column: Column, text: str) -> float:
    """The value as a number that the column can have."""
    where = f"{column.key} ({column.name})"
    try:
        value = float(text)
    except ValueError:
        raise SettingsError(f"{where} = {text!r}: give a number") from None
    if not np.isfinite(value):
        raise SettingsError(f"{where} = {text!r}: give a finite number")
    if column.kind == "count" and value < 0:
        raise SettingsError(f"{where} = {text}: a count is 0 or more")
    if column.kind == "flag" and value not in (0, 1):
        raise SettingsError(f"{where} = {text}: give 1 (yes) or 0 (no)")
    if column.kind == "category" and column.levels and value not in column.levels:
        codes = ", ".join(map(str, column.levels))
        raise SettingsError(f"{where} = {text}: give one of {codes}")
    return value
