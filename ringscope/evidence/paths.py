"""Paths along the links of a run: fewest links first, then the strongest."""

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakKeyDictionary

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from .source import Source

FARTHEST = 6
"""Links that a path to the nearest of several accounts may have."""


class Paths:
    """The links of a run, ready to be walked.

    Parameters
    ----------
    links
        account_a, account_b, weight (> 0).
    """

    def __init__(self, links: pl.DataFrame) -> None:
        self.names = pl.concat([links["account_a"], links["account_b"]]).unique().sort()
        size = len(self.names)
        rows, columns = (
            links[side].replace_strict(self.names, pl.int_range(size, eager=True)).to_numpy()
            if size
            else np.zeros(0, dtype=np.int64)
            for side in ("account_a", "account_b")
        )
        # A link costs 1 and a bit: all the bits of one path add up to less than one more link.
        cost = 1 + 1 / ((1 + links["weight"].to_numpy()) * max(size, 1))
        self._graph = coo_array((cost, (rows, columns)), shape=(size, size)).tocsr()

    def between(self, a: str, b: str) -> tuple[str, ...]:
        """Accounts on the shortest path from `a` to `b`; empty if there is none."""
        start, end = self.names.index_of(a), self.names.index_of(b)
        if start is None or end is None:
            return ()
        before = dijkstra(self._graph, directed=False, indices=start, return_predecessors=True)[1]
        return tuple(self.names.gather(_trace(before, start, end)))

    def nearest(self, account: str, targets: Sequence[str]) -> tuple[str, ...]:
        """Accounts on the path to the nearest of `targets`, at most `FARTHEST` links away.

        The account itself is no target of its own. Empty if none is near.
        """
        start = self.names.index_of(account)
        wanted = self.names.is_in(list(targets)) & (self.names != account)
        places = np.flatnonzero(wanted.to_numpy())
        if start is None or not len(places):
            return ()
        far, before = dijkstra(
            self._graph,
            directed=False,
            indices=start,
            return_predecessors=True,
            limit=FARTHEST + 0.99,
        )
        end = int(places[np.argmin(far[places])])
        return tuple(self.names.gather(_trace(before, start, end))) if far[end] < np.inf else ()


def paths(source: Source) -> Paths:
    """The walkable links of a run, made once per run."""
    if source not in _made:
        _made[source] = Paths(source.frame("links"))
    return _made[source]


_made: WeakKeyDictionary[Source, Paths] = WeakKeyDictionary()


def _trace(before: NDArray[np.int32], start: int, end: int) -> list[int]:
    """Follow predecessors back from the end; empty when the start is not reached."""
    path = [end]
    while path[-1] != start:
        path.append(int(before[path[-1]]))
        if path[-1] < 0:
            return []
    return path[::-1]
