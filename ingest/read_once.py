"""Tables whose rows are worked on once: what is made of them is kept, and shared in a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

import polars as pl

from .kept import Frames, Kept, Make, Rows, Source
from .tables import Tables

MESSAGES = Source("messages", ("ts", "text"), tables=("messages",))
Shared = TypeVar("Shared")


@dataclass(frozen=True)
class ReadOnce(Tables):
    """Clean tables whose rows are worked on once, see `Kept`.

    Attributes
    ----------
    kept
        What was made of the rows; tables with other labels have it in common.
    prepared
        What several parts need of these very tables, by name, see `prepared`.
    """

    kept: Kept = field(default_factory=Kept)
    prepared: dict[str, Any] = field(default_factory=dict, init=False)


def read_once(tables: Tables, kept: Kept | None = None) -> ReadOnce:
    """Let what is made from the rows of these tables be kept."""
    given: dict[str, Any] = {one.name: getattr(tables, one.name) for one in fields(Tables)}
    return ReadOnce(**given, kept=kept or Kept())


def of_rows(
    tables: Tables,
    source: Source,
    rows: Callable[[], pl.DataFrame],
    names: tuple[str, ...],
    make: Make,
) -> Frames:
    """Frames made from rows of accounts, or kept ones where the tables keep them.

    Parameters
    ----------
    tables
        Clean tables.
    source, names, make
        See `Kept.of`; nothing may depend on labels.
    rows
        How to get the rows: account and at least the columns of the source.
    """
    if not isinstance(tables, ReadOnce):
        return make(rows())
    accounts = tables.accounts.select("account_id", account=pl.int_range(pl.len(), dtype=pl.UInt32))
    made_of = tuple(getattr(tables, name) for name in source.tables)
    return tables.kept.of(source, Rows(made_of, accounts, rows), names, make)


def of_messages(tables: Tables, names: tuple[str, ...], make: Make) -> Frames:
    """The same from messages."""
    return of_rows(tables, MESSAGES, lambda: tables.messages, names, make)


def prepared(tables: Tables, name: str, prepare: Callable[[Tables], Shared]) -> Shared:
    """What several parts of a run need of the same tables, prepared once where the tables keep it.

    Parameters
    ----------
    tables, prepare
        Clean tables, and what to make of them.
    name
        Of what is made.
    """
    if not isinstance(tables, ReadOnce):
        return prepare(tables)
    if name not in tables.prepared:
        tables.prepared[name] = prepare(tables)
    made: Shared = tables.prepared[name]
    return made
