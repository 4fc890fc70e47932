"""What was computed from the rows of each unit, kept so that it is computed once.

A unit is an account, or an identifier: whatever has rows of its own that alone decide about a part
of the result. Most units get no row from one night to the next. A frame is kept together with a
hash of the rows that it was made from; only units whose rows differ are worked on again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

Frames = dict[str, pl.DataFrame]
Make = Callable[[pl.DataFrame], Frames]
STATES = ("first", "second")
"""Halves of the hash of a unit's rows."""


@dataclass(frozen=True)
class Unit:
    """What rows are of.

    Attributes
    ----------
    number
        Column of its number in all frames; another one each night.
    names
        Columns by which it is known from night to night.
    """

    number: str
    names: tuple[str, ...]


ACCOUNT = Unit("account", ("account_id",))


@dataclass(frozen=True)
class Source:
    """Rows from which something is computed, unit by unit.

    Attributes
    ----------
    name
        Under which it is kept.
    columns
        Columns of the rows that decide, beside the number of the unit.
    unit
        What the rows are of.
    tables
        Attributes of `Tables` that its rows come from, if they do.
    """

    name: str
    columns: tuple[str, ...]
    unit: Unit = ACCOUNT
    tables: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rows:
    """The rows of a source tonight.

    Attributes
    ----------
    made_of
        What decides about them: the same objects, the same rows.
    units
        Number and names of the units, and whatever else of a unit itself decides.
    give
        How to get them: number of the unit, and at least the columns of the source.
    """

    made_of: tuple[object, ...]
    units: pl.DataFrame
    give: Callable[[], pl.DataFrame]


@dataclass(frozen=True)
class Found:
    """Frames of one source, and the units that they are about.

    Attributes
    ----------
    index
        Number (as in the frames) and names of each unit, first, second (hash of its rows).
    frames
        By name; each has the number of the unit, and any number of rows per unit.
    """

    index: pl.DataFrame
    frames: Mapping[str, pl.DataFrame]


@dataclass
class _Tonight:
    """What is made of one source tonight."""

    unit: Unit
    made_of: tuple[object, ...]
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
        Units that were worked on again tonight, by source; not those where nothing was kept.
    """

    def __init__(self, earlier: Mapping[str, Found] | None = None, key: bytes = bytes(32)) -> None:
        self._earlier = dict(earlier or {})
        self.key = key
        self._seeds = np.frombuffer(hashlib.blake2b(key).digest(), np.uint64).tolist()
        self._tonight: dict[str, _Tonight] = {}
        self.again: dict[str, int] = {}

    def of(self, source: Source, rows: Rows, names: tuple[str, ...], make: Make) -> Frames:
        """Frames of these names, made from the rows of units whose rows are others.

        Parameters
        ----------
        source, rows
            Which rows, and those of tonight; of one Kept they are always made of the same objects.
        names
            What `make` gives.
        make
            From rows (whole units) to frames with the number of the unit. The frame rows of a unit
            must depend on its own rows only, and their order among themselves on nothing else.
        """
        tonight = self._tonight.get(source.name)
        if tonight and any(a is not b for a, b in zip(tonight.made_of, rows.made_of, strict=True)):
            return make(rows.give())
        if not tonight or not all(name in tonight.frames for name in names):
            given = rows.give()
            if not tonight:
                index = self._hashed(source, rows.units, given)
                tonight = _Tonight(source.unit, rows.made_of, index)
                self._tonight[source.name] = tonight
            tonight.frames |= self._completed(tonight.index, source, given, names, make)
        return {name: tonight.frames[name] for name in names}

    def found(self) -> dict[str, Found]:
        """What is to be kept now, by source."""
        return {
            name: Found(tonight.index, dict(tonight.frames))
            for name, tonight in self._tonight.items()
        }

    def told(self) -> list[str]:
        """How many units of how many were worked on again, one line a source."""
        lines = []
        for name, again in sorted(self.again.items()):
            tonight = self._tonight[name]
            of = f"{tonight.index.height:,} {tonight.unit.number}s"
            lines.append(f"{name}: {again:,} of {of} made again")
        return lines

    def once_more(self) -> Kept:
        """For other tables of mostly the same units."""
        return Kept(self._earlier | self.found(), self.key)

    def _completed(
        self,
        index: pl.DataFrame,
        source: Source,
        rows: pl.DataFrame,
        names: tuple[str, ...],
        make: Make,
    ) -> Frames:
        old, unit = self._earlier.get(source.name), source.unit.number
        if old is None or not all(name in old.frames for name in names):
            return make(rows)
        pairs = old.index.rename({unit: "old"}).join(index, [*source.unit.names, *STATES])
        changed = rows.join(pairs.select(unit), unit, "anti", maintain_order="left")
        fresh = make(changed)
        if any(old.frames[name].schema != fresh[name].schema for name in names):
            return make(rows)
        self.again[source.name] = changed[unit].n_unique()
        number = pairs.select(pl.col("old").alias(unit), new=unit)
        return {name: _joined(unit, old.frames[name], fresh[name], number) for name in names}

    def _hashed(self, source: Source, units: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
        """Number, names and hash of each unit that has rows, whatever their order."""
        unit = source.unit.number
        rows = rows.select(unit, *source.columns).sort(unit, maintain_order=True)
        starts = np.flatnonzero(np.diff(rows[unit].to_numpy().astype(np.int64), prepend=-1))
        index = rows.select(pl.col(unit).gather(starts)).join(units, unit, maintain_order="left")
        own = index.select(pl.exclude(unit, *source.unit.names))
        read = rows.select(source.columns)
        halves = {name: self._sums(read, starts, half) for half, name in enumerate(STATES)}
        if own.width:
            for half, name in enumerate(STATES):
                halves[name] = halves[name] + self._row_hashes(own, half)
        return index.select(unit, *source.unit.names).with_columns(
            **{name: pl.Series(values) for name, values in halves.items()}
        )

    def _sums(self, rows: pl.DataFrame, starts: NDArray[np.int64], half: int) -> NDArray[np.uint64]:
        if not len(starts):
            return np.empty(0, np.uint64)
        sums: NDArray[np.uint64] = np.add.reduceat(self._row_hashes(rows, half), starts)
        return sums

    def _row_hashes(self, rows: pl.DataFrame, half: int) -> NDArray[np.uint64]:
        # Never 0, so that a further row always shows.
        return rows.hash_rows(seed=self._seeds[half]).to_numpy() | np.uint64(1)


def _joined(
    unit: str, old: pl.DataFrame, fresh: pl.DataFrame, number: pl.DataFrame
) -> pl.DataFrame:
    """Rows of unchanged units under their numbers of tonight, and those made again."""
    kept = old.join(number, unit, maintain_order="left")
    kept = kept.with_columns(pl.col("new").cast(fresh.schema[unit]).alias(unit)).drop("new")
    return pl.concat([kept.select(fresh.columns), fresh]).sort(unit, maintain_order=True)
