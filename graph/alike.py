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
from .hands import DIRECTIONS, Floats, Hands, Ints, learn_hands
from .kinds import kinds
from .linkage import Linkage
from .readings import coverage

ENOUGH = 3.0
"""Log odds of one hand against two from which fragments are joined: evidence of 20 to 1, which
Kass and Raftery (Journal of the American Statistical Association, 1995) call strong."""
FEWEST = 5 * DIRECTIONS
"""Fragments of `GROUP` and more from which habits are learned; of fewer, nothing is joined: what
tells hands apart would be chance, and rings would be joined one night and parted the next."""
COMPARED = 5000
"""Fragments that are compared, the largest first: all pairs of them fit into 100 MB."""
MOST = 0.5
"""Part of what the members of one fragment share with each other that those of the other must
share likewise; and part of the members whose message kit speaks for their fragment."""


def join_alike(
    members: pl.DataFrame,
    habits: NDArray[np.floating],
    risk: pl.Series,
    created_at: pl.Series,
    linkage: Linkage,
    stood: pl.DataFrame | None = None,
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
    stood
        account, ring: rings of the run before. Fragments that were in one are parted only where
        two hands are likelier than one, or they would be joined one night and parted the next.

    Returns
    -------
    DataFrame
        ring (UInt32, numbered anew), account; sorted.
    """
    members = members.select("ring", "account").sort("ring", "account")
    sizes = members.group_by("ring").len().filter(pl.col("len") >= GROUP)
    chosen = sizes.sort("len", "ring", descending=[True, False]).head(COMPARED).sort("ring")
    if chosen.height < FEWEST or not habits.shape[1]:
        return members
    number = chosen.select("ring").with_row_index("number")
    taken = members.join(number, "ring").select("account", ring="number").sort("ring", "account")
    account, ring = taken["account"].to_numpy(), taken["ring"].to_numpy().astype(np.int64)
    signed_up = created_at.cast(pl.Int64).cast(pl.Float64).fill_null(float("nan")).to_numpy()
    hands = learn_hands(habits[account], signed_up[account], ring)
    if not len(hands.between):
        return members  # sign-up times alone tell no hand
    told = [kind for kind in kinds() if kind != SAID_TWICE]
    way = coverage(taken, linkage.evidence).sort("ring").select(told)
    mean = np.bincount(ring, risk.to_numpy()[account]) / hands.size
    kits, were = _kits(taken, linkage.shared), _were_in(taken, stood, len(mean))
    label = _Fragments(hands, mean, way, kits, were).joined()
    into = chosen.select("ring", into=chosen["ring"].gather(label))
    return (
        members.join(into, "ring", "left")
        .select(ring=pl.coalesce("into", "ring").rank("dense") - 1, account="account")
        .cast(pl.UInt32)
        .sort("ring", "account")
    )


class _Fragments:
    """Agglomeration over the log odds of all pairs.

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
    were
        Ring of the run before that each fragment was in, below 0 for none.
    """

    def __init__(
        self,
        hands: Hands,
        risk: Floats,
        way: pl.DataFrame,
        kits: set[tuple[int, int]],
        were: Ints,
    ) -> None:
        self.hands, self.risk, self.were = hands, risk, were
        self.way = way.to_numpy().astype(np.float64)
        self.sells = way.get_column_index(SOLD)
        self.kits: list[set[int]] = [set() for _ in hands.size]
        for x, y in kits:
            self.kits[x].add(y)
        self.odds = np.full((len(risk), len(risk)), -np.inf, dtype=np.float32)

    def joined(self) -> Ints:
        """The fragment into which each one went; (fragments,)."""
        label = np.arange(len(self.risk))
        for x in range(len(label)):
            self._look(x)
        while True:
            x, y = sorted(divmod(int(self.odds.argmax()), len(label)))
            if self.odds[x, y] < ENOUGH:
                return label
            self._absorb(x, y)
            label[label == y] = x

    def _absorb(self, x: int, y: int) -> None:
        parts = self.hands.size[[x, y]] / self.hands.size[[x, y]].sum()
        self.way[x], self.risk[x] = parts @ self.way[[x, y]], parts @ self.risk[[x, y]]
        self.hands.absorb(x, y)
        for other in self.kits[y]:
            self.kits[other].add(x)
        self.kits[x] |= self.kits[y]
        self.way[y] = 0.0  # absorbed: it shares nothing with anybody
        self.odds[y] = self.odds[:, y] = -np.inf
        self._look(x)

    def _look(self, x: int) -> None:
        """Compare one fragment with all others; -inf where they must not be joined."""
        others = np.flatnonzero(self._may_join(x))
        self.odds[x] = self.odds[:, x] = -np.inf
        stood = (self.were[others] == self.were[x]) & (self.were[x] >= 0)
        odds = self.hands.log_odds(x, others) + ENOUGH * stood
        self.odds[x, others] = self.odds[others, x] = odds

    def _may_join(self, x: int) -> NDArray[np.bool_]:
        both = np.minimum(self.way[x], self.way).sum(axis=1)
        least = np.minimum(self.way[x].sum(), self.way.sum(axis=1))
        surer, less = np.maximum(self.risk[x], self.risk), np.minimum(self.risk[x], self.risk)
        speaks = self.way[:, self.sells] >= MOST
        may: NDArray[np.bool_] = ~(speaks | speaks[x])
        may[list(self.kits[x])] = True
        may &= (both > 0) & (both >= MOST * least) & (less >= AS_RISKY * surer)
        may[x] = False
        return may


def _were_in(members: pl.DataFrame, stood: pl.DataFrame | None, count: int) -> Ints:
    """The ring that held most of the members of each fragment before; -1 where none held half."""
    were = np.full(count, -1, dtype=np.int64)
    if stood is None:
        return were
    most = (
        members.with_columns(size=pl.len().over("ring"))
        .join(stood.select("account", was=pl.col("ring").rank("dense")), "account")
        .group_by("ring", "was", "size")
        .len()
        .filter(2 * pl.col("len") > pl.col("size"))
    )
    were[most["ring"].to_numpy()] = most["was"].to_numpy()
    return were


def _kits(members: pl.DataFrame, shared: pl.DataFrame) -> set[tuple[int, int]]:
    """Pairs of fragments, both ways round, between which a message kit is shared."""
    sold = shared.filter(pl.col("kind") == SOLD)
    for end in ("a", "b"):
        placed = members.select(pl.col("ring").alias(f"ring_{end}"), pl.col("account").alias(end))
        sold = sold.join(placed, end)
    pairs = sold.filter(pl.col("ring_a") != pl.col("ring_b")).select("ring_a", "ring_b").unique()
    return {pair for x, y in pairs.iter_rows() for pair in ((x, y), (y, x))}
