"""Fragments without a link between them, joined because one hand seems to run both.

An operation that changes its identifiers often enough leaves parts that share nothing. What its
accounts do, write and call themselves still comes from one hand, at one time, by one method.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .bystanders import AS_RISKY
from .fragments import GROUP, SAID_TWICE, SOLD
from .hands import Floats, Hands, Ints, learn_hands
from .kinds import kinds
from .linkage import Linkage
from .readings import coverage

ENOUGH = 3.0
"""Log odds of one hand against two from which fragments are joined: evidence of 20 to 1, which
Kass and Raftery (Journal of the American Statistical Association, 1995) call strong."""
FEWEST = 10
"""Fragments of `GROUP` and more from which habits are learned; of fewer, nothing is joined."""
MOST = 0.5
"""Part of what the members of one fragment share with each other that those of the other must
share likewise; and part of the members whose message kit speaks for their fragment."""


def join_alike(
    members: pl.DataFrame,
    habits: NDArray[np.floating],
    risk: pl.Series,
    created_at: pl.Series,
    linkage: Linkage,
) -> pl.DataFrame:
    """Join fragments by habits and sign-up times, the likeliest pair first (agglomerative).

    Both must share the same kinds of identifiers, each inside itself, and be about as risky: no
    link speaks for the one in doubt. A fragment that sends a message kit is joined to those alone
    that send it as well: what it says tells more.

    Parameters
    ----------
    members
        ring (numbered from 0), account; fragments of fewer than `GROUP` stay as they are.
    habits
        (accounts, features) in any units; NaN where missing.
    risk, created_at
        Risk in [0, 1] and sign-up of each account.
    linkage
        The linkage graph.

    Returns
    -------
    DataFrame
        ring (UInt32, numbered anew), account; sorted.
    """
    members = members.select("ring", "account").sort("ring", "account")
    ring = members["ring"].to_numpy().astype(np.int64)
    if (np.bincount(ring) >= GROUP).sum() < FEWEST or not habits.shape[1]:
        return members
    account = members["account"].to_numpy()
    signed_up = created_at.cast(pl.Int64).cast(pl.Float64).fill_null(float("nan")).to_numpy()
    hands = learn_hands(habits[account], signed_up[account], ring)
    if not len(hands.between):
        return members  # sign-up times alone tell no hand
    told = [kind for kind in kinds() if kind != SAID_TWICE]
    way = coverage(members, linkage.evidence).sort("ring").select(told)
    mean = np.bincount(ring, risk.to_numpy()[account]) / hands.size
    label = _Fragments(hands, mean, way, _kits(members, linkage.shared)).joined()
    return members.select(
        ring=(pl.Series(label[ring]).rank("dense") - 1).cast(pl.UInt32), account="account"
    ).sort("ring", "account")


class _Fragments:
    """Agglomeration: each fragment knows its likeliest partner.

    Parameters
    ----------
    hands
        What tells whether two fragments are of one hand.
    risk
        Mean risk of each fragment.
    way
        Share of the members of each fragment that share each kind inside it.
    kits
        Pairs of fragments that share a message kit.
    """

    def __init__(
        self, hands: Hands, risk: Floats, way: pl.DataFrame, kits: set[tuple[int, int]]
    ) -> None:
        self.hands, self.risk = hands, risk
        self.way = way.to_numpy().astype(np.float64)
        self.sells = way.get_column_index(SOLD)
        self.kits: list[set[int]] = [set() for _ in hands.size]
        for x, y in kits:
            self.kits[x].add(y)
        self.alive = hands.size >= GROUP
        self.odds = np.full(len(hands.size), -np.inf)
        self.partner = np.zeros(len(hands.size), dtype=np.int64)

    def joined(self) -> Ints:
        """The fragment into which each one went; (fragments,)."""
        label = np.arange(len(self.alive))
        for x in np.flatnonzero(self.alive).tolist():
            self._look(x)
        while self.odds.size and self.odds.max() >= ENOUGH:
            first = int(self.odds.argmax())
            x, y = sorted((first, int(self.partner[first])))
            self._absorb(x, y)
            label[label == y] = x
        return label

    def _absorb(self, x: int, y: int) -> None:
        parts = self.hands.size[[x, y]] / self.hands.size[[x, y]].sum()
        self.way[x], self.risk[x] = parts @ self.way[[x, y]], parts @ self.risk[[x, y]]
        self.hands.absorb(x, y)
        for other in self.kits[y]:
            self.kits[other].add(x)
        self.kits[x] |= self.kits[y]
        self.alive[y], self.odds[y] = False, -np.inf
        for stale in np.flatnonzero(self.alive & np.isin(self.partner, [x, y])).tolist():
            self._look(stale)
        odds = self._look(x)
        better = odds > self.odds
        self.odds[better], self.partner[better] = odds[better], x

    def _look(self, x: int) -> Floats:
        """Find the likeliest partner of a fragment; log odds of all, -inf where they must not."""
        odds = np.where(self._may_join(x), self.hands.log_odds(x), -np.inf)
        self.partner[x] = odds.argmax()
        self.odds[x] = odds[self.partner[x]]
        return odds

    def _may_join(self, x: int) -> NDArray[np.bool_]:
        both = np.minimum(self.way[x], self.way).sum(axis=1)
        least = np.minimum(self.way[x].sum(), self.way.sum(axis=1))
        surer, less = np.maximum(self.risk[x], self.risk), np.minimum(self.risk[x], self.risk)
        speaks = self.way[:, self.sells] >= MOST
        may: NDArray[np.bool_] = ~(speaks | speaks[x])
        may[list(self.kits[x])] = True
        may &= (both > 0) & (both >= MOST * least) & (less >= AS_RISKY * surer) & self.alive
        may[x] = False
        return may


def _kits(members: pl.DataFrame, shared: pl.DataFrame) -> set[tuple[int, int]]:
    """Pairs of fragments, both ways round, between which a message kit is shared."""
    sold = shared.filter(pl.col("kind") == SOLD)
    for end in ("a", "b"):
        placed = members.select(pl.col("ring").alias(f"ring_{end}"), pl.col("account").alias(end))
        sold = sold.join(placed, end)
    pairs = sold.filter(pl.col("ring_a") != pl.col("ring_b")).select("ring_a", "ring_b").unique()
    return {pair for x, y in pairs.iter_rows() for pair in ((x, y), (y, x))}
