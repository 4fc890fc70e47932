"""One table of features with, per column, its family and its words for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest import Tables

from . import behaviour, content, identity, tabular
from .words import words_for


@dataclass(frozen=True)
class FeatureTable:
    """Features of accounts, one row per account in account order.

    Attributes
    ----------
    frame
        Float32 columns; null where a feature is missing. The part of a name before a dot is the
        fact that the column tells about: `gaps.median` and `gaps.shortest` tell one fact.
    families
        Column name to family: tabular, behaviour, content, identity, graph, ...
    words
        Column name to sentence template (see `models.features.words`).
    """

    frame: pl.DataFrame
    families: Mapping[str, str]
    words: Mapping[str, str]

    def __post_init__(self) -> None:
        columns = set(self.frame.columns)
        for name, mapping in (("family", self.families), ("words", self.words)):
            if odd := columns.symmetric_difference(mapping):
                raise ValueError(f"columns without {name}, or {name} without column: {sorted(odd)}")

    @classmethod
    def of(cls, family: str, frame: pl.DataFrame, words: Mapping[str, str]) -> Self:
        """Make the table of one family; `words` may hold patterns and more columns."""
        families = dict.fromkeys(frame.columns, family)
        return cls(frame, families, words_for(frame.columns, words))

    @property
    def columns(self) -> list[str]:
        """Names of the features in the order of `matrix`."""
        return self.frame.columns

    def matrix(self) -> NDArray[np.float32]:
        """The features as (accounts, features) in C order, NaN where missing."""
        return self.aligned(self.columns)

    def without(self, family: str) -> Self:
        """Leave one family out."""
        return self.only([c for c in self.columns if self.families[c] != family])

    def join(self, other: FeatureTable) -> Self:
        """Put the columns of another table of the same accounts on the right.

        Raises
        ------
        ValueError
            If the tables differ in height or have a column name in common.
        """
        if self.frame.height != other.frame.height:
            raise ValueError(f"{self.frame.height} and {other.frame.height} accounts do not join")
        if both := sorted(set(self.columns) & set(other.columns)):
            raise ValueError(f"both tables have the columns {both}")
        return type(self)(
            self.frame.hstack(other.frame),
            {**self.families, **other.families},
            {**self.words, **other.words},
        )

    def aligned(self, columns: Sequence[str]) -> NDArray[np.float32]:
        """The matrix in the columns of a model that was fitted on other data.

        Columns that this table lacks are NaN; columns that the model does not know are left out.
        """
        lacking = [pl.lit(None, pl.Float32).alias(c) for c in columns if c not in self.families]
        frame = self.frame.with_columns(lacking).select(columns)
        filled = frame.cast(pl.Float32).fill_null(float("nan"))
        return np.ascontiguousarray(filled.to_numpy(), dtype=np.float32)

    def known(self) -> Self:
        """Leave out the columns that are missing for every account."""
        return self.only([c for c in self.columns if self.frame[c].null_count() < len(self.frame)])

    def only(self, columns: list[str]) -> Self:
        """Keep these columns."""
        return type(self)(
            self.frame.select(columns),
            {c: self.families[c] for c in columns},
            {c: self.words[c] for c in columns},
        )


def base_features(tables: Tables) -> FeatureTable:
    """Combine the four families that need neither labels nor links.

    Columns that are missing for every account (their input table is absent) are left out.
    """
    families = (
        ("tabular", tabular.tabular_features(tables), tabular.WORDS),
        ("behaviour", behaviour.behaviour_features(tables), behaviour.WORDS),
        ("content", content.content_features(tables), content.WORDS),
        ("identity", identity.identity_features(tables), identity.WORDS),
    )
    first, *others = (FeatureTable.of(*family) for family in families)
    for other in others:
        first = first.join(other)
    return first.known()
