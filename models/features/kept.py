"""What was computed from the rows of each account, kept so that it is computed once.

Most accounts do nothing from one night to the next. A frame is kept together with a hash of the
rows that it was made from; only accounts whose rows differ are worked on again. That holds for
facts of which an account's rows depend on nothing but its own rows of one source: its messages,
its logins, the moments at which it acted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest import Tables

Frames = dict[str, pl.DataFrame]
Make = Callable[[pl.DataFrame], Frames]
STATES = ("first", "second")
"""Halves of the hash of an account's rows."""
Shared = TypeVar("Shared")


@dataclass(frozen=True)
class Source:
    """Rows of accounts from which something is computed.

    Attributes
    ----------
    name
        Under which it is kept.
    tables
        Attributes of `Tables` that its rows come from.
    columns
        Columns of the rows that decide, beside `account`.
    """

    name: str
    tables: tuple[str, ...]
    columns: tuple[str, ...]


MESSAGES = Source("messages", ("messages",), ("ts", "text"))


@dataclass(frozen=True)
class Found:
    """Frames of one source, and the accounts that they are about.

    Attributes
    ----------
    index
        account (number in the frames), account_id, first, second (hash of its rows).
    frames
        By name; each has a column `account` and any number of rows per account.
    """

    index: pl.DataFrame
    frames: Mapping[str, pl.DataFrame]


@dataclass
class _Tonight:
    """What is made of one source tonight."""

    tables: tuple[pl.DataFrame, ...]
    index: pl.DataFrame
    frames: Frames = field(default_factory=dict)


class Kept:
    """Frames of earlier rows, and those that are made now.

    Parameters
    ----------
    earlier
        What was kept, by source; None: nothing.
    key
        Secret of the hashes, 32 bytes: whoever knows it could write rows that hash like others.
        Zeros where nothing outlives the process.

    Attributes
    ----------
    again
        Accounts that were worked on again tonight, by source; not those where nothing was kept.
    """

    def __init__(self, earlier: Mapping[str, Found] | None = None, key: bytes = bytes(32)) -> None:
        self._earlier = dict(earlier or {})
        self.key = key
        self._seeds = np.frombuffer(hashlib.blake2b(key).digest(), np.uint64).tolist()
        self._tonight: dict[str, _Tonight] = {}
        self.again: dict[str, int] = {}

    def of(
        self,
        tables: Tables,
        source: Source,
        rows: Callable[[], pl.DataFrame],
        names: tuple[str, ...],
        make: Make,
    ) -> Frames:
        """Frames of these names, made from the rows of accounts whose rows are others.

        Parameters
        ----------
        tables
            Clean tables; of one Kept always the same.
        source, rows
            Which rows, and how to get them: account and at least the columns of the source.
        names
            What `make` gives.
        make
            From rows (whole accounts) to frames with a column `account`.
        """
        read = tuple(getattr(tables, name) for name in source.tables)
        tonight = self._tonight.get(source.name)
        if tonight and any(a is not b for a, b in zip(tonight.tables, read, strict=True)):
            return make(rows())
        if not tonight or not all(name in tonight.frames for name in names):
            given = rows()
            if not tonight:
                tonight = _Tonight(read, self._hashed(tables, given, source))
                self._tonight[source.name] = tonight
            tonight.frames |= self._completed(tonight.index, source, given, names, make)
        return {name: tonight.frames[name] for name in names}

    def found(self) -> dict[str, Found]:
        """What is to be kept now, by source."""
        return {
            name: Found(tonight.index, dict(tonight.frames))
            for name, tonight in self._tonight.items()
        }

    def once_more(self) -> Kept:
        """For other tables of mostly the same accounts."""
        return Kept(self._earlier | self.found(), self.key)

    def _completed(
        self,
        index: pl.DataFrame,
        source: Source,
        rows: pl.DataFrame,
        names: tuple[str, ...],
        make: Make,
    ) -> Frames:
        old = self._earlier.get(source.name)
        if old is None or not all(name in old.frames for name in names):
            return make(rows)
        pairs = old.index.rename({"account": "old"}).join(index, ["account_id", *STATES])
        changed = rows.join(pairs.select("account"), "account", "anti", maintain_order="left")
        fresh = make(changed)
        if any(old.frames[name].schema != fresh[name].schema for name in names):
            return make(rows)
        self.again[source.name] = changed["account"].n_unique()
        number = pairs.select(pl.col("old").alias("account"), new="account")
        return {name: _joined(old.frames[name], fresh[name], number) for name in names}

    def _hashed(self, tables: Tables, rows: pl.DataFrame, source: Source) -> pl.DataFrame:
        """Hash of the rows of each account that has any, whatever their order."""
        rows = rows.select("account", *source.columns).sort("account", maintain_order=True)
        read = rows.select(source.columns)
        starts = np.flatnonzero(np.diff(rows["account"].to_numpy().astype(np.int64), prepend=-1))
        account = rows["account"].gather(starts)
        halves = {
            name: pl.Series(np.add.reduceat(self._row_hashes(read, place), starts))
            if len(starts)
            else pl.Series([], dtype=pl.UInt64)
            for place, name in enumerate(STATES)
        }
        ids = tables.accounts["account_id"].gather(account)
        return pl.DataFrame({"account": account, "account_id": ids, **halves})

    def _row_hashes(self, rows: pl.DataFrame, half: int) -> NDArray[np.uint64]:
        # Never 0, so that a further row always shows.
        return rows.hash_rows(seed=self._seeds[half]).to_numpy() | np.uint64(1)


def _joined(old: pl.DataFrame, fresh: pl.DataFrame, number: pl.DataFrame) -> pl.DataFrame:
    """Rows of unchanged accounts under their numbers of tonight, and those made again."""
    kept = old.join(number, "account", maintain_order="left")
    kept = kept.with_columns(account=pl.col("new").cast(fresh.schema["account"])).drop("new")
    return pl.concat([kept.select(fresh.columns), fresh]).sort("account", maintain_order=True)


@dataclass(frozen=True)
class ReadOnce(Tables):
    """Clean tables whose rows are worked on once, see `Kept`."""

    kept: Kept = field(default_factory=Kept)
    prepared: dict[str, Any] = field(default_factory=dict)


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
    source, rows, names, make
        See `Kept.of`; of the frames an account's rows must depend on its own rows only, and their
        order among themselves on nothing else.
    """
    if isinstance(tables, ReadOnce):
        return tables.kept.of(tables, source, rows, names, make)
    return make(rows())


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
