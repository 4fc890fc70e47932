"""What was read from the messages of each account, kept so that it is read once.

Reading texts is the dearest part of the features, and most accounts write nothing from one night
to the next. A frame is kept together with a hash of the messages that it was made from; only
accounts whose messages differ are read again. That holds for facts of which an account's rows
depend on nothing but its own messages.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest import Tables

Frames = dict[str, pl.DataFrame]
Make = Callable[[pl.DataFrame], Frames]
READ = ("ts", "text")
"""Columns of messages that are read."""
STATES = ("first", "second")
"""Halves of the hash of an account's messages."""


@dataclass(frozen=True)
class Found:
    """Frames, and the accounts that they are about.

    Attributes
    ----------
    index
        account (number in the frames), account_id, first, second (hash of its messages).
    frames
        By name; each has a column `account` and any number of rows per account.
    """

    index: pl.DataFrame
    frames: Mapping[str, pl.DataFrame]


class Kept:
    """Frames of earlier messages, and those that are made now.

    Parameters
    ----------
    earlier
        What was kept; None: nothing.
    key
        Secret of the hashes, 32 bytes: whoever knows it could write messages that hash like others.
        Zeros where nothing outlives the process.
    """

    def __init__(self, earlier: Found | None = None, key: bytes = bytes(32)) -> None:
        self._earlier = earlier
        self.key = key
        self._seeds = np.frombuffer(hashlib.blake2b(key).digest(), np.uint64).tolist()
        self._made: Frames = {}
        self._messages: pl.DataFrame | None = None
        self._index: pl.DataFrame | None = None
        self.read_again: int | None = None

    def of(self, tables: Tables, names: tuple[str, ...], make: Make) -> Frames:
        """Frames of these names, made from the messages of accounts that wrote something else.

        Parameters
        ----------
        tables
            Clean tables; of one Kept always the same.
        names
            What `make` gives.
        make
            From messages (whole accounts) to frames with a column `account`.
        """
        if self._messages is None:
            self._messages, self._index = tables.messages, self._hashed(tables)
        if self._messages is not tables.messages:
            return make(tables.messages)
        if not all(name in self._made for name in names):
            self._made |= self._completed(tables.messages, names, make)
        return {name: self._made[name] for name in names}

    def found(self) -> Found | None:
        """What is to be kept now; None if no message was read."""
        return Found(self._index, dict(self._made)) if self._index is not None else None

    def again(self) -> Kept:
        """For other tables of mostly the same accounts."""
        return Kept(self.found() or self._earlier, self.key)

    def _completed(self, messages: pl.DataFrame, names: tuple[str, ...], make: Make) -> Frames:
        old, index = self._earlier, self._index
        if old is None or index is None or not all(name in old.frames for name in names):
            return make(messages)
        pairs = old.index.rename({"account": "old"}).join(index, ["account_id", *STATES])
        changed = messages.join(pairs.select("account"), "account", "anti", maintain_order="left")
        fresh = make(changed)
        if any(old.frames[name].schema != fresh[name].schema for name in names):
            return make(messages)
        self.read_again = changed["account"].n_unique()
        number = pairs.select(pl.col("old").alias("account"), new="account")
        return {name: _joined(old.frames[name], fresh[name], number) for name in names}

    def _hashed(self, tables: Tables) -> pl.DataFrame:
        """Hash of the messages of each account that has any, whatever their order."""
        messages = tables.messages.select("account", *READ).sort("account", maintain_order=True)
        rows = messages.select(READ)
        starts = np.flatnonzero(
            np.diff(messages["account"].to_numpy().astype(np.int64), prepend=-1)
        )
        account = messages["account"].gather(starts)
        halves = {
            name: pl.Series(np.add.reduceat(self._row_hashes(rows, place), starts))
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
    """Rows of unchanged accounts under their numbers of tonight, and those read again."""
    kept = old.join(number, "account", maintain_order="left")
    kept = kept.with_columns(account=pl.col("new").cast(fresh.schema["account"])).drop("new")
    return pl.concat([kept.select(fresh.columns), fresh]).sort("account", maintain_order=True)


@dataclass(frozen=True)
class ReadOnce(Tables):
    """Clean tables whose messages are read once, see `Kept`."""

    kept: Kept = field(default_factory=Kept)


def read_once(tables: Tables, kept: Kept | None = None) -> ReadOnce:
    """Let what is read from the messages of these tables be kept."""
    given: dict[str, Any] = {one.name: getattr(tables, one.name) for one in fields(Tables)}
    return ReadOnce(**given, kept=kept or Kept())


def of_messages(tables: Tables, names: tuple[str, ...], make: Make) -> Frames:
    """Frames made from messages, or kept ones where the tables keep them.

    Parameters
    ----------
    tables
        Clean tables.
    names, make
        See `Kept.of`; of the frames an account's rows must depend on its own messages only, and
        their order among themselves on nothing else.
    """
    if isinstance(tables, ReadOnce):
        return tables.kept.of(tables, names, make)
    return make(tables.messages)
