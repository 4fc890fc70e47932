"""The frames of a run folder that the report reads, with the columns that it relies on."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

_TEXT = pl.String()
_TIME = pl.Datetime("us")
_COUNT = pl.Int64()
_REAL = pl.Float64()

SCHEMAS: dict[str, dict[str, pl.DataType]] = {
    "scores": {
        "account_id": _TEXT,
        "risk": _REAL,
        "ring_id": _TEXT,
        "ring_role": _TEXT,
        "action": _TEXT,
        "reasons": _TEXT,
    },
    "rings": {
        "ring_id": _TEXT,
        "size": _COUNT,
        "core_size": _COUNT,
        "risk": _REAL,
        "reading": _TEXT,
        "surprise": _REAL,
        "link_kinds": _TEXT,
        "first_seen": _TIME,
        "last_seen": _TIME,
        "labelled_spam": _COUNT,
        "labelled_honest": _COUNT,
        "status": _TEXT,
        "innocent_reading": _TEXT,
        "expected_honest": _REAL,
        "why": _TEXT,
    },
    "ring_members": {
        "ring_id": _TEXT,
        "account_id": _TEXT,
        "role": _TEXT,
        "stability": _REAL,
        "joined": _TIME,
        "confidence": _REAL,
    },
    "links": {"account_a": _TEXT, "account_b": _TEXT, "weight": _REAL, "kinds": _TEXT},
    "evidence": {
        "account_a": _TEXT,
        "account_b": _TEXT,
        "kind": _TEXT,
        "value": _TEXT,
        "weight": _REAL,
    },
    "sightings": {
        "account_id": _TEXT,
        "kind": _TEXT,
        "value": _TEXT,
        "first_seen": _TIME,
        "last_seen": _TIME,
    },
    "identifiers": {"kind": _TEXT, "value": _TEXT, "accounts": _COUNT, "treatment": _TEXT},
    "templates": {
        "template": _TEXT,
        "example": _TEXT,
        "messages": _COUNT,
        "accounts": _COUNT,
        "first_seen": _TIME,
        "last_seen": _TIME,
    },
    "accounts": {
        "account_id": _TEXT,
        "created_at": _TIME,
        "username": _TEXT,
        "label": pl.Int8(),
    },
    "hubs": {
        "kind": _TEXT,
        "value": _TEXT,
        "accounts": _COUNT,
        "treatment": _TEXT,
        "reason": _TEXT,
        "share": _REAL,
        "who": _TEXT,
        "when": _TEXT,
        "expiry": _TEXT,
    },
    "quarantine": {
        "table": _TEXT,
        "row": _COUNT,
        "column": _TEXT,
        "value": _TEXT,
        "reason": _TEXT,
    },
}

Frames = Mapping[str, pl.DataFrame]


def conform(frames: Frames) -> dict[str, pl.DataFrame]:
    """The frames of `SCHEMAS`, each with exactly its columns and types.

    A frame or column that a run does not have is empty or null: the report then says less, but
    is still written. Frames read back from CSV carry times as text, hence the parsing here.

    Parameters
    ----------
    frames
        Frames of a run folder by file stem; others are ignored.
    """
    return {
        name: _conform(frames.get(name, pl.DataFrame(schema=schema)), schema)
        for name, schema in SCHEMAS.items()
    }


def _conform(frame: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    missing = [pl.lit(None).alias(name) for name in schema if name not in frame.columns]
    frame = frame.with_columns(missing)
    return frame.select(_cast(frame.schema[name], name, to) for name, to in schema.items())


def _cast(have: pl.DataType, name: str, to: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if to == _TIME and have == pl.String:
        return column.str.to_datetime(time_unit="us", strict=False, exact=False)
    cast = column.cast(to, strict=False)
    return cast.fill_nan(None) if to == _REAL else cast
