"""What holds a ring together: its members and every piece of evidence between two of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Held:
    """A ring as numbers.

    Attributes
    ----------
    members
        Account ids, sorted; places in this list are the numbers of members.
    units
        kind, value (null: a relation of the input), one row per thing that can be taken away as
        a whole: an identifier, or one relation between two accounts. Sorted.
    a, b, unit
        (pieces,) One entry per piece of evidence: both ends as numbers of members, and the row
        of `units` that it comes from.
    weight
        (pieces,) Worth of the piece, in (0, 1].
    """

    members: list[str]
    units: pl.DataFrame
    a: Ints
    b: Ints
    unit: Ints
    weight: NDArray[np.float64]

    @property
    def size(self) -> int:
        """Number of members."""
        return len(self.members)


def held(evidence: pl.DataFrame, members: Sequence[str]) -> Held:
    """Number the members of a ring and the evidence between them.

    Parameters
    ----------
    evidence
        account_a, account_b, kind, value, weight; rows that leave the ring are ignored.
    members
        Account ids, each once.
    """
    names = pl.Series("account", sorted(members), dtype=pl.String)
    place = pl.DataFrame({"account": names, "place": pl.int_range(len(names), eager=True)})
    inside = (
        evidence.select("account_a", "account_b", "kind", "value", "weight")
        .join(place.rename({"account": "account_a", "place": "a"}), "account_a")
        .join(place.rename({"account": "account_b", "place": "b"}), "account_b")
        .sort("kind", "value", "a", "b", "weight")
        # A relation of the input has no value: each pair is a unit of its own.
        .with_columns(pair=pl.when(pl.col("value").is_null()).then(pl.format("{} {}", "a", "b")))
    )
    keys = ["kind", "value", "pair"]
    units = inside.select(keys).unique().sort(keys).with_row_index("unit")
    numbered = inside.join(units, keys, nulls_equal=True, maintain_order="left")
    return Held(
        members=names.to_list(),
        units=units.select("kind", "value"),
        a=numbered["a"].to_numpy().astype(np.int64),
        b=numbered["b"].to_numpy().astype(np.int64),
        unit=numbered["unit"].to_numpy().astype(np.int64),
        weight=numbered["weight"].to_numpy().astype(np.float64),
    )


def parts(size: int, a: Ints, b: Ints) -> Ints:
    """Connected part of each of `size` members over pairs: (size,), numbered from 0."""
    graph = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)
