"""A family of signals: small functions that share what they are computed from.

A signal gives one value per account and says in its docstring what an investigator should know
about it. A family holds the signals that read the same intermediate frames, computes these once,
and turns all its signals into columns with words for reasons.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import polars as pl

from ingest import TABLES, Tables
from ingest.read_once import prepared

from ..features.frames import as_features
from ..features.table import FeatureTable

Shared = TypeVar("Shared")


@dataclass(frozen=True)
class Signal(Generic[Shared]):
    """One value per account, with its words.

    Attributes
    ----------
    name
        Column name, unique among all features; the part before a dot is the fact it tells.
    words
        Sentence template of reasons (see `models.features.words`). A template with `{count}` or
        `{span}` has its column stored as log(1 + value); `give` returns the plain value.
    needs
        What it reads: `events` (a table with rows) or `events.target_id` (a column that is known
        for some row). Without it the signal is not known for any account.
    give
        From what the family shares to one value per account, in account order; null = not known.
    text
        What an investigator reads about the signal: the docstring of `give`.
    """

    name: str
    words: str
    needs: tuple[str, ...]
    give: Callable[[Shared], pl.Series]
    text: str

    @property
    def is_logged(self) -> bool:
        """Whether the column for models is log(1 + value)."""
        return "{count" in self.words or "{span" in self.words


@dataclass(frozen=True)
class Family(Generic[Shared]):
    """Signals that are computed from the same shared frames.

    Attributes
    ----------
    name
        Of the family, as settings and reports know it.
    title
        The same for people.
    prepare
        From clean tables to what all signals of the family read.
    needs
        What every signal of the family needs, besides its own needs.
    signals
        By name, in the order in which they were added.
    """

    name: str
    title: str
    prepare: Callable[[Tables], Shared]
    needs: tuple[str, ...] = ()
    signals: dict[str, Signal[Shared]] = field(default_factory=dict)

    def signal(
        self, name: str, words: str, needs: tuple[str, ...] = ()
    ) -> Callable[[Callable[[Shared], pl.Series]], Callable[[Shared], pl.Series]]:
        """Add the decorated function as a signal.

        Raises
        ------
        ValueError
            The function has no docstring, the name is taken, or a need names no input table.
        """

        def add(give: Callable[[Shared], pl.Series]) -> Callable[[Shared], pl.Series]:
            text = inspect.getdoc(give)
            if not text:
                raise ValueError(f"signal {name!r} has no docstring: say what it tells")
            if name in self.signals:
                raise ValueError(f"the family {self.name!r} has two signals {name!r}")
            if odd := [need for need in needs if need.partition(".")[0] not in TABLES]:
                raise ValueError(f"signal {name!r} needs {odd[0]!r}, which is no input table")
            self.signals[name] = Signal(name, words, (*self.needs, *needs), give, text)
            return give

        return add

    def lacking(self, tables: Tables, name: str) -> list[str]:
        """What a signal needs and the input does not have; empty where it can be computed."""
        return [need for need in self.signals[name].needs if not _is_there(tables, need)]

    def values(self, tables: Tables, names: Iterable[str] | None = None) -> pl.DataFrame:
        """Plain values of the signals (all, or those named), one row per account.

        Returns
        -------
        pl.DataFrame
            Float32 columns in account order; null where a value is not known, in the whole
            column where the input lacks what the signal needs.
        """
        wanted = list(self.signals if names is None else names)
        possible = [name for name in wanted if not self.lacking(tables, name)]
        columns = {}
        if possible:
            shared = prepared(tables, self.name, self.prepare)
            columns = {name: self.signals[name].give(shared).alias(name) for name in possible}
        unknown = pl.Series(dtype=pl.Float32).extend_constant(None, tables.accounts.height)
        found = [columns.get(name, unknown.alias(name)) for name in wanted]
        return as_features(pl.DataFrame(found)) if found else pl.DataFrame()

    def features(self, tables: Tables) -> FeatureTable:
        """All signals as columns for models, with their words; counts and times are logged."""
        logged = [pl.col(s.name).log1p() for s in self.signals.values() if s.is_logged]
        frame = self.values(tables).with_columns(logged)
        return FeatureTable.of(self.name, frame, {s.name: s.words for s in self.signals.values()})


def _is_there(tables: Tables, need: str) -> bool:
    table, _, column = need.partition(".")
    rows: pl.DataFrame = getattr(tables, table)
    if not column:
        return rows.height > 0
    return column in rows.columns and rows[column].null_count() < rows.height
