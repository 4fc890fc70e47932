"""Meetings: two accounts come to the same target within minutes of each other.

The first act of an account on a target is what counts; later ones say nothing new. Acts that
belong to a crowd are left out: what many do in one hour links nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest import Tables

MINUTES = 300
"""Seconds between two acts that count as together."""
HOUR = 3_600
NEAR = 43_200
"""Seconds between two acts whose nearness is tested; acts further apart say nothing."""
CROWD = 20
"""Accounts that come to one target within half an hour of an act, from which on it is a crowd."""
TARGETS = {"events": "target_id", "messages": "recipient_id"}
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Acts:
    """What accounts did to targets.

    Attributes
    ----------
    firsts
        account, target (int64: number of the target), ts (int64: seconds from the earliest act):
        first acts outside crowds, sorted by target, ts and account.
    hourly
        The same columns: the first act in each hour of the clock, crowds included.
    began
        Epoch seconds of the earliest act.
    span
        Seconds that keep one target (or account) apart from the next on one line of time.
    crowded
        First acts left out because they belong to a crowd.
    """

    firsts: pl.DataFrame
    hourly: pl.DataFrame
    began: int
    span: int
    crowded: int

    def line(self, by: str) -> Ints:
        """Hourly acts on one sorted line: times of one target (or account) lie together."""
        places = self.hourly[by].to_numpy() * self.span + self.hourly["ts"].to_numpy()
        return np.sort(places)


def find_acts(tables: Tables) -> Acts | None:
    """Gather first acts on targets, without crowds; None where the input names no targets.

    A target of events is another thing than a recipient of the same name.
    """
    parts = [
        getattr(tables, name)
        .select("account", "ts", name=column)
        .drop_nulls()
        .with_columns(table=pl.lit(name))
        for name, column in TARGETS.items()
    ]
    acts = pl.concat(parts)
    if acts.is_empty():
        return None
    named = pl.struct("table", "name")
    acts = acts.sort("table", "name", "ts", "account").select(
        pl.col("account").cast(pl.Int64),
        target=named.rle_id().cast(pl.Int64),
        ts=pl.col("ts").dt.epoch("s"),
    )
    began = int(acts.select(pl.col("ts").min()).item())
    acts = acts.with_columns(pl.col("ts") - began)
    span = int(acts.select(pl.col("ts").max()).item()) + 2 * NEAR + 1
    hourly = acts.with_columns(hour=pl.col("ts") // HOUR)
    hourly = hourly.unique(["target", "account", "hour"], keep="first", maintain_order=True)
    hourly = hourly.drop("hour")
    firsts = hourly.unique(["target", "account"], keep="first", maintain_order=True)
    found = Acts(firsts, hourly, began, span, 0)
    at = firsts["target"].to_numpy() * span + firsts["ts"].to_numpy()
    few = within(found.line("target"), at, HOUR // 2) <= CROWD
    return Acts(firsts.filter(few), hourly, began, span, int((~few).sum()))


def within(line: Ints, at: Ints, radius: int) -> Ints:
    """How many points of a sorted line lie at most `radius` from each place, shape of `at`."""
    high = np.searchsorted(line, at + radius, side="right")
    return np.asarray(high - np.searchsorted(line, at - radius, side="left"), dtype=np.int64)


def find_meetings(acts: Acts, fewest: int) -> pl.DataFrame:
    """Pairs that meet at `fewest` targets or more.

    Neighbours on the sorted line of acts are compared, then the next but one, and so on; as crowds
    are left out, that ends after a few steps.

    Returns
    -------
    DataFrame
        a, b (a < b), target, ts_a, ts_b: one row per pair and target; the order is no matter.
    """
    firsts = _with_company(acts, fewest)
    place = firsts["target"].to_numpy() * acts.span + firsts["ts"].to_numpy()
    left, right = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for step in count(1):
        close = np.flatnonzero(place[step:] - place[:-step] <= MINUTES)
        if not len(close):
            break
        left.append(close)
        right.append(close + step)
    pairs = _ordered(firsts[np.concatenate(left)], firsts[np.concatenate(right)])
    often = pairs.group_by("a", "b").len().filter(pl.col("len") >= fewest)
    return pairs.join(often.select("a", "b"), ["a", "b"], "semi")


def _with_company(acts: Acts, fewest: int) -> pl.DataFrame:
    """Acts with another nearby, of accounts that have enough of them."""
    place = acts.firsts["target"].to_numpy() * acts.span + acts.firsts["ts"].to_numpy()
    company = acts.firsts.filter(within(place, place, MINUTES) > 1)
    return company.filter(pl.len().over("account") >= fewest)


def _ordered(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """The smaller account number first."""
    both = one.rename({"account": "a", "ts": "ts_a"}).hstack(
        other.select(b="account", ts_b="ts").get_columns()
    )
    turned = pl.col("a") > pl.col("b")
    return both.select(
        "target",
        a=pl.when(turned).then("b").otherwise("a"),
        b=pl.when(turned).then("a").otherwise("b"),
        ts_a=pl.when(turned).then("ts_b").otherwise("ts_a"),
        ts_b=pl.when(turned).then("ts_a").otherwise("ts_b"),
    )


def near_acts(acts: Acts, pairs: pl.DataFrame) -> pl.DataFrame:
    """First acts of pairs on the same target within half a day, whether they meet or not.

    Parameters
    ----------
    pairs
        a, b.

    Returns
    -------
    DataFrame
        As of `find_meetings`.
    """
    firsts = acts.firsts
    busy = firsts.group_by("account").len()
    sized = pairs.join(busy.rename({"account": "a", "len": "of_a"}), "a")
    sized = sized.join(busy.rename({"account": "b", "len": "of_b"}), "b")
    found = []
    # From the less busy account: an account with very many acts is not listed once per partner.
    for few, many, chosen in (
        ("a", "b", pl.col("of_a") <= pl.col("of_b")),
        ("b", "a", pl.col("of_a") > pl.col("of_b")),
    ):
        own = firsts.rename({"account": few, "ts": f"ts_{few}"})
        other = firsts.rename({"account": many, "ts": f"ts_{many}"})
        both = sized.filter(chosen).select("a", "b").join(own, few).join(other, [many, "target"])
        found.append(both.select("a", "b", "target", "ts_a", "ts_b"))
    near = (pl.col("ts_a") - pl.col("ts_b")).abs() <= NEAR
    return pl.concat(found).filter(near)
