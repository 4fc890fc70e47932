"""Verdicts as CSV: to keep them elsewhere, to bring them from another store or a spreadsheet."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import polars as pl

from ingest.errors import InputError, NotFound, RingscopeError

from ..csvsafe import restore, to_csv
from ..store import Store
from .decide import append, verdicts_of
from .lookup import accounts_decided, shared_in
from .record import ACTS, CONFIRM, REJECT, UNDO, Verdict

COLUMNS = (
    "verdict", "act", "who", "when", "why", "ring_id", "run", "expiry", "undoes",
    "accounts", "identifiers", "groups",
)  # fmt: skip
_LISTS = ("accounts", "identifiers", "groups")
_NEEDED = ("act", "who", "when")


def export_csv(verdicts: tuple[Verdict, ...]) -> str:
    """Return verdicts as CSV with safe cells; lists are JSON in a cell."""
    rows = [
        {
            "verdict": v.name,
            **{name: getattr(v, name) for name in COLUMNS[1:8]},
            "undoes": f"v{v.undoes}" if v.undoes else "",
            **{name: _listed(getattr(v, name)) for name in _LISTS},
        }
        for v in verdicts
    ]
    return to_csv(pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String)))


def import_csv(store: Store, path: Path) -> tuple[int, int]:
    """Add the verdicts of a CSV file to a store, all or none.

    A verdict that the store has already is left out. A row that confirms or rejects a ring and
    names no accounts is about the ring of that name in the current run.

    Returns
    -------
    tuple
        How many were added, and how many were there already.

    Raises
    ------
    InputError
        The file cannot be read, or a row is not a verdict; the message names the row.
    """
    rows = _rows(path)
    there = {_content(v): v.n for v in verdicts_of(store)}
    number = max(there.values(), default=0)
    new: list[Verdict] = []
    numbers: dict[str, int] = {}
    for place, row in enumerate(rows, start=1):
        try:
            verdict = _verdict(store, row, numbers)
        except (RingscopeError, ValueError, TypeError) as error:
            raise InputError(f"{path}: row {place}: {error}") from error
        known = there.get(_content(verdict))
        if known is None:
            number += 1
            known = there[_content(verdict)] = number
            new.append(verdict)
        numbers[row["verdict"]] = known
    for verdict in new:
        append(store, verdict)
    return len(new), len(rows) - len(new)


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        frame = restore(pl.read_csv(path, infer_schema=False).fill_null(""))
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{path}: cannot be read as a CSV file ({reason})") from error
    missing = [name for name in _NEEDED if name not in frame.columns]
    if missing:
        raise InputError(f"{path}: no column {missing[0]}; verdicts have {', '.join(COLUMNS)}")
    absent = [pl.lit("").alias(name) for name in COLUMNS if name not in frame.columns]
    return frame.with_columns(absent).select(COLUMNS).to_dicts()


def _verdict(store: Store, row: dict[str, str], numbers: dict[str, int]) -> Verdict:
    """Make a verdict of a row; `numbers` says which number a verdict of the file has here."""
    if row["act"] not in ACTS:
        raise InputError(f"act {row['act']!r}; there are: {', '.join(ACTS)}")
    if not row["who"].strip() or not row["when"].strip():
        raise InputError("who and when must be filled")
    _check_time("when", row["when"], datetime.fromisoformat)
    if row["expiry"]:
        _check_time("expiry", row["expiry"], date.fromisoformat)
    undoes = numbers.get(row["undoes"], 0)
    if row["act"] == UNDO and not undoes:
        raise InputError(f"undoes {row['undoes']!r}, which is no earlier verdict of the file")
    lists: dict[str, tuple[object, ...]] = {
        name: _tuples(json.loads(row[name] or "[]")) for name in _LISTS
    }
    run = row["run"]
    if row["act"] in (CONFIRM, REJECT) and not lists["accounts"]:
        current = store.run()
        members = accounts_decided(current, row["ring_id"], row["act"])
        lists |= {"accounts": members, "identifiers": tuple(shared_in(current, members))}
        run = current.folder.resolve().name
    elif row["act"] != UNDO and not (lists["accounts"] or lists["identifiers"]):
        raise NotFound(f"{row['act']} names no accounts")
    plain = {name: row[name] for name in ("act", "who", "when", "why", "ring_id", "expiry")}
    return Verdict.of({**plain, **lists, "run": run, "undoes": undoes})


def _check_time(name: str, text: str, read: Callable[[str], object]) -> None:
    try:
        read(text)
    except ValueError as error:
        raise InputError(f"{name} {text!r} is no time; write it like 2026-03-31") from error


def _content(verdict: Verdict) -> str:
    return json.dumps(verdict.record(), sort_keys=True)


def _listed(value: tuple[object, ...]) -> str:
    return json.dumps(value, ensure_ascii=True) if value else ""


def _tuples(value: object) -> tuple[object, ...]:
    if not isinstance(value, list):
        raise InputError("accounts, identifiers and groups are lists in JSON")
    return tuple(_tuples(inner) if isinstance(inner, list) else str(inner) for inner in value)
