"""Data quality, hubs and the riskiest accounts outside rings: the report's plain lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from ..words import count, kind_words, percent
from .frames import Frames

TABLES = ("accounts", "logins", "messages", "events", "payments", "engagement", "edges")
ROWS = 60
_EXAMPLES = 3


def data_quality(frames: Frames, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Rows read and refused per table, reasons with examples, and what the input lacked.

    Returns
    -------
    dict
        tables (table, read, refused, share), reasons (table, reason, rows, examples), missing
        (names), notes (sentences).
    """
    quarantine = frames["quarantine"]
    refused = dict(
        quarantine.drop_nulls("table")
        .group_by("table")
        .agg(pl.struct("row").n_unique())
        .iter_rows()
    )
    counts = (manifest.get("counts") or {}).get("input") or {}
    tables = [_table(name, counts.get(name), refused.get(name, 0)) for name in TABLES]
    return {
        "tables": [table for table in tables if table["read"] or table["refused"]],
        "missing": [t["table"] for t in tables if t["read"] == 0 and not t["refused"]],
        "reasons": _reasons(quarantine),
        "refused": sum(refused.values()),
        "notes": list(manifest.get("notes") or []),
    }


def _table(name: str, read: int | None, refused: int) -> dict[str, Any]:
    share = percent(refused / (read + refused)) if read and refused else ""
    return {"table": name, "read": read, "refused": refused, "share": share}


def _reasons(quarantine: pl.DataFrame) -> list[dict[str, Any]]:
    return (
        quarantine.sort("table", "row", "column", nulls_last=True)
        .group_by("table", "reason", maintain_order=True)
        .agg(
            pl.len().alias("rows"),
            pl.struct("row", "column", "value").head(_EXAMPLES).alias("examples"),
        )
        .sort("rows", "table", "reason", descending=[True, False, False])
        .head(ROWS)
        .to_dicts()
    )


def hub_rows(hubs: pl.DataFrame) -> dict[str, Any]:
    """The `ROWS` largest hubs and how many of each kind there are."""
    kinds = hubs.group_by("kind").len().sort("len", "kind", descending=[True, False])
    ordered = hubs.sort("accounts", "kind", "value", descending=[True, False, False])
    return {
        "total": hubs.height,
        "kinds": [count(n, kind_words(kind), kind_words(kind, 2)) for kind, n in kinds.rows()],
        "rows": ordered.head(ROWS).to_dicts(),
    }


def account_rows(frames: Frames, ring_members: pl.DataFrame) -> list[dict[str, Any]]:
    """The `ROWS` riskiest accounts that stand in none of the rings.

    Parameters
    ----------
    frames
        Conformed frames (`scores`, `accounts`).
    ring_members
        account_id of the members of rings (not of suspected groups).
    """
    return (
        frames["scores"]
        .join(ring_members, on="account_id", how="anti")
        .drop_nulls("risk")
        .sort("risk", "account_id", descending=[True, False])
        .head(ROWS)
        .join(frames["accounts"], on="account_id", how="left", maintain_order="left")
        .select("account_id", "username", "risk", "action", "label", "reasons")
        .to_dicts()
    )
