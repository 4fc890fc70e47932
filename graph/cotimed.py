"""Co-timed actions as identifiers: accounts that keep coming to the same things within minutes."""

from __future__ import annotations

import hashlib
import logging

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.stats import binom

from ingest import Tables

from .meetings import HOUR, MINUTES, NEAR, Acts, find_acts, find_meetings, near_acts, within

LOGGER = logging.getLogger("ringscope.graph")
FEWEST = 4
"""Occasions at which a pair has to meet, each at another target."""
OCCASION = 10_800
"""Seconds: of the targets that a pair comes to in one such stretch only the first is tested, so
that one evening together, however busy, is one coincidence."""
CHANCE = 0.01
"""Pairs that may be found by chance among all pairs."""
SLICE = 20_000
"""Pairs whose acts are looked up at a time, so that memory stays small."""
Floats = NDArray[np.float64]


def find_cotimed(tables: Tables) -> pl.DataFrame:
    """Find groups of accounts that come to the same targets within minutes, again and again.

    Given that two accounts come to a target within half a day of each other, the test asks whether
    they come within five minutes more often than chance explains (see `_chance`): popular targets,
    common interests, and days on which both are busy say nothing, only the minutes do. Each
    occasion is one trial; the number of meetings is compared with a binomial law at the mean chance
    of the pair's trials, which bounds the tail (Hoeffding 1956), and all pairs that come near each
    other at four targets or more are paid for (Bonferroni). Groups are connected by pairs.

    Returns
    -------
    DataFrame
        account (UInt32), ts (of an act at which the account meets another of the group), cotimed
        (text: the first meeting of the group, and a mark that tells groups apart).
    """
    acts = find_acts(tables)
    if acts is None:
        return _nobody()
    if acts.crowded:
        LOGGER.info("co-timed actions: %d acts belong to crowds and link nobody", acts.crowded)
    pairs, meetings = cotimed_pairs(acts)
    if pairs.is_empty():
        return _nobody()
    met = meetings.join(pairs, ["a", "b"], "semi")
    ends = [met.select(pl.col(end).alias("account"), ts=f"ts_{end}") for end in ("a", "b")]
    moments = pl.concat(ends).unique().join(_groups(pairs, tables), "account")
    ts = pl.from_epoch(pl.col("ts") + acts.began, "s").cast(pl.Datetime("us"))
    moments = moments.select(pl.col("account").cast(pl.UInt32), "mark", ts=ts)
    first = pl.col("ts").min().over("mark").dt.strftime("%Y-%m-%d %H:%M")
    named = moments.with_columns(cotimed=pl.format("from {} ({})", first, "mark"))
    return named.select("account", "ts", "cotimed").sort("cotimed", "account", "ts")


def cotimed_pairs(acts: Acts) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Find pairs that meet more often than chance explains.

    Returns
    -------
    pairs
        a, b, met, trials, chance (mean of the trials), surprise (-log10, before the number of
        pairs); sorted.
    meetings
        See `find_meetings`.
    """
    meetings = find_meetings(acts, FEWEST)
    needed = np.log10(_tested(acts) / CHANCE)
    # No pair surprises more than if all its trials were meetings, each by the rarest chance.
    most = (-pl.col("chance").log10()).max()
    hope = _with_chance(acts, meetings).group_by("a", "b", "occasion").agg(most)
    hope = hope.group_by("a", "b").agg(pl.len(), pl.col("chance").sum())
    hope = hope.filter((pl.col("len") >= FEWEST) & (pl.col("chance") > needed)).sort("a", "b")
    tried = [_tried(acts, part) for part in hope.select("a", "b").iter_slices(SLICE)]
    if not tried:
        return hope.select("a", "b"), meetings
    found = pl.concat(tried)
    tail = binom.logsf(found["met"] - 1, found["trials"], found["chance"]) / np.log(10)
    found = found.with_columns(surprise=pl.Series(-tail))
    sure = (pl.col("met") >= FEWEST) & (pl.col("surprise") > needed)
    return found.filter(sure).sort("a", "b"), meetings


def _tested(acts: Acts) -> float:
    """At most so many pairs come near each other at `FEWEST` targets."""
    firsts = acts.firsts
    place = firsts["target"].to_numpy() * acts.span + firsts["ts"].to_numpy()
    near = float((within(place, place, NEAR) - 1).sum()) / 2
    able = float((firsts.group_by("account").len()["len"] >= FEWEST).sum())
    return max(min(near / FEWEST, able * (able - 1) / 2), 1.0)


def _tried(acts: Acts, pairs: pl.DataFrame) -> pl.DataFrame:
    """Trials and meetings of pairs: the first target of each occasion is a trial."""
    near = _with_chance(acts, near_acts(acts, pairs))
    first = near.sort("a", "b", "at", "target").unique(
        ["a", "b", "occasion"], keep="first", maintain_order=True
    )
    met = (pl.col("ts_a") - pl.col("ts_b")).abs() <= MINUTES
    return first.group_by("a", "b", maintain_order=True).agg(
        met.sum().alias("met"), pl.len().alias("trials"), pl.col("chance").mean()
    )


def _with_chance(acts: Acts, rows: pl.DataFrame) -> pl.DataFrame:
    """Add at (the earlier act), occasion, and the chance that they meet, in (0, 1]."""
    at = pl.min_horizontal("ts_a", "ts_b")
    return rows.with_columns(
        at=at, occasion=at // OCCASION, chance=pl.Series(_chance(acts, rows), dtype=pl.Float64)
    )


def _chance(acts: Acts, rows: pl.DataFrame) -> Floats:
    """Chance that an act within half a day of another falls within minutes of it.

    Within an hour all minutes are alike, except for those in which everybody is about. The hour
    counts by its share of the day's acts: of all accounts, of the others on the same target, of
    either account elsewhere; the most innocent explanation is taken.
    """
    a, b, target, ts_a, ts_b = (
        rows[name].to_numpy() for name in ("a", "b", "target", "ts_a", "ts_b")
    )
    world, things = np.sort(acts.hourly["ts"].to_numpy()), acts.line("target")
    people, gap = acts.line("account"), np.abs(ts_a - ts_b)
    chance = np.zeros(len(rows))
    for at, mover in ((ts_a, b), (ts_b, a)):
        day = within(world, at, NEAR)
        hour = within(world, at, HOUR // 2) / day
        inside = (gap <= HOUR // 2).astype(np.int64)
        own = _share(people, mover * acts.span + at, inside, 1, hour)
        crowd = _share(things, target * acts.span + at, inside + 1, 2, hour)
        coarse = np.maximum(hour, np.maximum(own, crowd)) * (2 * MINUTES / HOUR)
        chance = np.maximum(chance, np.maximum(coarse, within(world, at, MINUTES) / day))
    return np.clip(chance, 1e-9, 1.0)


def _share(
    line: NDArray[np.int64],
    at: NDArray[np.int64],
    own_hour: NDArray[np.int64],
    own_day: int,
    usual: Floats,
) -> Floats:
    """Share of a day's acts that fall on the hour, without the pair's own.

    It is drawn to the usual share as if by one act.
    """
    hour = within(line, at, HOUR // 2) - own_hour
    day = within(line, at, NEAR) - own_day
    return np.asarray((hour + usual) / (day + 1))


def _groups(pairs: pl.DataFrame, tables: Tables) -> pl.DataFrame:
    """Accounts that pairs connect: account, mark (hash of the group's first account)."""
    people = np.unique(pairs.select("a", "b").to_numpy())
    ends = tuple(np.searchsorted(people, pairs[end].to_numpy()) for end in ("a", "b"))
    joined = csr_array((np.ones(pairs.height), ends), shape=(len(people), len(people)))
    _, group = connected_components(joined, directed=False)
    _, first = np.unique(group, return_index=True)
    names = tables.accounts["account_id"].gather(people[first])
    marks = [hashlib.blake2b(name.encode(), digest_size=4).hexdigest() for name in names]
    return pl.DataFrame({"account": people, "mark": pl.Series(marks).gather(group)})


def _nobody() -> pl.DataFrame:
    return pl.DataFrame(
        schema={"account": pl.UInt32(), "ts": pl.Datetime("us"), "cotimed": pl.String()}
    )
