"""The tables of what accounts do: logins, messages, events, payments, engagement, edges."""

from __future__ import annotations

import polars as pl

from .cells import REASONS
from .contract import TableSpec
from .quarantine import Quarantine
from .rows import drop_duplicates, optional, require

LOOP = "an edge from an account to itself"
"""Reason for edges whose two ends are the same account."""

_NUMBER_OF = {"account_id": "account", "src": "account", "dst": "other"}
_DERIVED = {"ip": ("subnet", "ip_scope")}


def clean_activity(
    spec: TableSpec, frame: pl.DataFrame, ids: pl.Series, quarantine: Quarantine
) -> pl.DataFrame:
    """Clean one table that refers to accounts.

    Parameters
    ----------
    spec
        The table.
    frame
        String columns with contract names, and `ROW`.
    ids
        Account ids in the order of the clean accounts table.

    Returns
    -------
    Clean table, accounts by row number, sorted by all columns.
    """
    frame = drop_duplicates(spec.name, frame, quarantine)
    for column in spec.columns:
        if column.required:
            frame = require(spec.name, column, frame, quarantine)
            if column.kind == "account":
                frame = _look_up(spec.name, column.name, frame, ids, quarantine)
    if "other" in frame.columns and spec.name == "edges":
        keep = frame["account"] != frame["other"]
        frame = quarantine.refuse(spec.name, "dst", frame, keep, LOOP)
    for column in spec.columns:
        if not column.required:
            frame = optional(spec.name, column, frame, quarantine)
    further = [column for column in spec.further if column.name in frame.columns]
    for column in further:
        frame = optional(spec.name, column, frame, quarantine)
    if spec.one_of:
        keep = frame.select(pl.any_horizontal(pl.col(spec.one_of).is_not_null())).to_series()
        reason = f"none of {', '.join(spec.one_of)}"
        frame = quarantine.refuse(spec.name, spec.one_of[0], frame, keep, reason)
    names = output_columns(spec) + [column.name for column in further]
    return frame.select(names).sort(names)


def output_columns(spec: TableSpec) -> list[str]:
    """Return the columns that the clean table always has, in order."""
    names = []
    for column in spec.columns:
        names.append(_NUMBER_OF.get(column.name, column.name))
        names.extend(_DERIVED.get(column.name, ()))
    return names


def _look_up(
    table: str, name: str, frame: pl.DataFrame, ids: pl.Series, quarantine: Quarantine
) -> pl.DataFrame:
    """Add the row number of the account; refuse rows of accounts that are not there."""
    number = _NUMBER_OF[name]
    known = pl.DataFrame({name: ids}).with_row_index(number)
    frame = frame.drop(number, strict=False).join(known, on=name, how="left", maintain_order="left")
    known_account = frame[number].is_not_null()
    return quarantine.refuse(table, name, frame, known_account, REASONS["account"])
