"""Orphans: accounts that share nothing, assigned to the operation in whose rush they signed up.

Of an operation that changes its identifiers often, many accounts are left that no link and no
fragment holds. If far more risky accounts sign up while it does than at other times, most of these
are its own, and how many are not can be told from the other times.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

FEWEST = 10
"""Members of a ring from which it is given orphans."""
SURE = 0.6
"""Least confidence of an orphan."""
RISKY = 0.2
"""Risk from which an account is asked, that from which it can be a member by links."""
NARROWEST = 0.002
"""Least reach of a sign-up, as a part of all honest ones."""
SHIFTS, FEWEST_SHIFTS = 200, 50
"""Other times at which a rush might have been, and how many of them must be clear of it: what takes
longer is no rush."""
USUAL = 0.95
"""Part of the other times that are less crowded than that of a rush would be without its orphans.
The spam of others comes in rushes as well."""
MOST = 0.5
"""Part of all who signed up in a rush and are in a ring that must be in its own: where several
operations came at once, nobody can tell whose the orphans are."""
SILVERMAN, BOX, QUARTILES = 1.06, 1.74, 1.349
"""Bandwidth of a normal kernel by Silverman's rule (Density Estimation, 1986), the same for a box,
and the distance of quartiles, all in standard deviations of a normal distribution."""

ORPHANS: dict[str, pl.DataType] = {
    "ring": pl.UInt32(),
    "account": pl.UInt32(),
    "confidence": pl.Float64(),
}

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def find_orphans(
    members: pl.DataFrame, risk: Floats, created_at: pl.Series, others: pl.Series
) -> pl.DataFrame:
    """Find the accounts outside all rings that a ring's rush of sign-ups assigns to it.

    An account is honest, spam of its own, or an orphan of a ring. Honest accounts come evenly by
    `honest_time`, orphans when the members of their ring do, and spam of its own as densely as
    risky accounts came at other times, shifts of the rush along the clock (see `USUAL`). The ring
    that can be surest of an orphan is asked first and leaves the rest to the others. Operations of
    one and the same rush are not told apart, so only a ring that is most of a rush is asked.

    Parameters
    ----------
    members
        ring, account: rings that may be given orphans.
    risk
        (accounts,) calibrated probability in [0, 1] that an account is spam.
    created_at
        Sign-up per account; who has none is no orphan.
    others
        Further accounts that are in a ring, such as a suspected one: they are not asked, and show
        who else signed up in a rush.

    Returns
    -------
    DataFrame
        See `ORPHANS`: confidence is the chance, from `SURE` to 1, that the account is spam of this
        rush; sorted, an account is there once at most.
    """
    time, lasts = honest_time(created_at, risk)
    asked = ~np.isnan(time) & (risk >= RISKY)
    taken = pl.concat([members["account"], others]).unique().to_numpy()
    asked[taken] = False
    accounts = np.flatnonzero(asked)
    accounts = accounts[np.argsort(time[accounts], kind="stable")]
    times, left = time[accounts], risk[accounts].copy()
    crowd = np.sort(time[taken])
    rushes = {
        ring: rush
        for ring, rush in _rushes(members, time, lasts).items()
        if rush.part_of(crowd) >= MOST
    }
    found: dict[int, tuple[int, float]] = {}
    while rushes:
        excess = {ring: _excess(rush, times, left) for ring, rush in rushes.items()}
        ring = max(excess, key=lambda ring: excess[ring].surest)
        if excess[ring].surest < SURE:
            break
        own = _own(rushes.pop(ring), excess[ring], times, left)
        left = left * (1 - own)
        sure = [i for i in np.flatnonzero(own >= SURE) if accounts[i] not in found]
        found |= {int(accounts[i]): (ring, float(own[i])) for i in sure}
    rows = [(ring, account, confidence) for account, (ring, confidence) in found.items()]
    return pl.DataFrame(rows, schema=ORPHANS, orient="row").sort("ring", "account")


def honest_time(created_at: pl.Series, risk: Floats) -> tuple[Floats, Floats]:
    """When each account signed up, and how long that moment lasts, by a clock of honest sign-ups.

    By that clock honest accounts come evenly, whatever hour, season or campaign brings many. A
    moment, such as a day or an import, at which many of them signed up lasts as long as it takes.

    Parameters
    ----------
    created_at, risk
        As for `find_orphans`.

    Returns
    -------
    time, lasts
        The middle of the moment and its length, as parts of all honest sign-ups; NaN where unknown.
    """
    moments = pl.DataFrame({"at": created_at, "honest": 1 - risk}).with_row_index("account")
    passed = (
        moments.drop_nulls("at")
        .group_by("at")
        .agg("account", pl.col("honest").sum())
        .sort("at")
        .with_columns(pl.col("honest") / pl.col("honest").sum())
        .with_columns(time=pl.col("honest").cum_sum() - pl.col("honest") / 2)
        .explode("account")
    )
    clock = np.full((2, len(risk)), np.nan)
    clock[:, passed["account"].to_numpy()] = passed.select("time", "honest").to_numpy().T
    return clock[0], clock[1]


@dataclass(frozen=True)
class _Rush:
    """Sign-ups of a ring: sorted times, the reach of each, and the time that most of them take."""

    times: Floats
    reach: float
    lasts: float

    def density(self, asked: Floats) -> Floats:
        """Density at the times asked for, by a box kernel; 1 is that of honest accounts."""
        return self._near(self.times, asked) / (len(self.times) * 2 * self.reach)

    def part_of(self, crowd: Floats) -> float:
        """Part of those in any ring around its members, their times sorted, who are its members."""
        own, all_of_them = (self._near(times, self.times).sum() for times in (self.times, crowd))
        return float(own / all_of_them)

    def _near(self, times: Floats, asked: Floats) -> Ints:
        last = np.searchsorted(times, asked + self.reach, "right")
        return last - np.searchsorted(times, asked - self.reach, "left")

    def own_density(self) -> float:
        """Mean density at the times of its members, each without itself."""
        n = len(self.times)
        alone = 1 / (n * 2 * self.reach)
        return float((self.density(self.times) - alone).mean() * n / (n - 1))


class _Excess(NamedTuple):
    """What a rush adds to the spam of others.

    Attributes
    ----------
    share
        Its orphans as part of all spam outside rings, 0 where other times are as crowded.
    others
        Density of the spam of others during the rush.
    surest
        Chance that spam outside rings is of the rush at its height.
    """

    share: float
    others: float
    surest: float


def _rushes(members: pl.DataFrame, time: Floats, lasts: Floats) -> dict[int, _Rush]:
    """Rush of each ring that is large enough; it reaches over the longest moment of a member."""
    clock = {name: pl.Series(values) for name, values in (("time", time), ("lasts", lasts))}
    timed = members.select(
        "ring", *(pl.lit(s).gather("account").alias(n) for n, s in clock.items())
    )
    times = (
        timed.filter(pl.col("time").is_not_nan())
        .group_by("ring")
        .agg(pl.col("time").sort(), pl.col("lasts").max())
    )
    rushes = {}
    for ring, of_ring, longest in times.sort("ring").iter_rows():
        if len(of_ring) < FEWEST:
            continue
        low, high = np.quantile(of_ring, [0.25, 0.75])
        spread = SILVERMAN * BOX * (high - low) / QUARTILES * len(of_ring) ** -0.2
        reach = max(float(spread), longest / 2, NARROWEST)
        rushes[ring] = _Rush(np.array(of_ring), reach, 2 * (float(high - low) + reach))
    return rushes


def _excess(rush: _Rush, times: Floats, spam: Floats) -> _Excess:
    """Compare how crowded the rush is, by expected spam outside rings, with its shifts."""
    around = np.concatenate([times - 1, times, times + 1])
    passed = np.concatenate([[0.0], np.cumsum(np.tile(spam, 3))])
    shifts = np.arange(SHIFTS) / SHIFTS
    clear = (shifts > rush.lasts) & (shifts < 1 - rush.lasts)
    if clear.sum() < FEWEST_SHIFTS or not spam.sum():
        return _Excess(0.0, 1.0, 0.0)
    at = (rush.times[:, None] + shifts) % 1.0
    last = np.searchsorted(around, at + rush.reach, "right")
    inside = passed[last] - passed[np.searchsorted(around, at - rush.reach, "left")]
    crowded = inside.mean(axis=0) / (2 * rush.reach * spam.sum())
    others = float(np.quantile(crowded[clear], USUAL))
    share = max(float(crowded[0]) - others, 0.0) / rush.own_density()
    height = share * float(rush.density(rush.times).max())
    return _Excess(share, others, height / (others + height) if height else 0.0)


def _own(rush: _Rush, excess: _Excess, times: Floats, risk: Floats) -> Floats:
    """Chance that each account is an orphan of the rush, by Bayes' theorem."""
    own = risk * excess.share * rush.density(times)
    return own / (1 - risk + risk * excess.others + own)
