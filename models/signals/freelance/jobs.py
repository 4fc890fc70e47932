"""Signals of proposals, skill tests and projects.

Event types are named as in docs/rules.md; another platform's names are mapped before.
"""

from __future__ import annotations

import polars as pl

from .family import FREELANCE, Work
from .windows import most_within

PROPOSAL = ("proposal", "bid", "application")
TEST_STARTED, TEST_FINISHED = ("test_started",), ("test_finished",)
PROJECT_FINISHED = ("project_finished",)
HOUR, DAY = 3_600, 86_400
AT_ONCE = 60
"""Seconds after a job was posted within which nobody has read it and written a proposal."""
FEWEST_PROPOSALS = 5
FEWEST_BIDS = 3
FEWEST_OTHERS = 5
"""Bids of a job, or takers of a test, that say what is usual."""
OUTLYING = 3.5
"""Robust z score of an outlier (Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993)."""
LEAST_SPREAD = 0.1
"""Smallest spread of the logarithm of bids: 10 % up or down is never unusual."""


@FREELANCE.signal(
    "proposals_per_hour", "proposals in its busiest hour: {count:,.0f}", needs=("events",)
)
def proposals_per_hour(work: Work) -> pl.Series:
    """Most proposals within any 60 minutes; a person who reads the jobs writes a handful."""
    return _most(work, PROPOSAL, HOUR)


@FREELANCE.signal(
    "immediate_proposals",
    "{value:.0%} of its proposals came within a minute of the job",
    needs=("events.target_ts",),
)
def immediate_proposals(work: Work) -> pl.Series:
    """Share of proposals sent within 60 seconds of the posting of the job.

    Nobody reads a job and writes a proposal so fast; programs watch the list of jobs. Proposals
    dated before their job are left out; not known below five proposals.
    """
    late = (pl.col("ts") - pl.col("target_ts")).dt.total_seconds()
    sent = work.events(PROPOSAL).select("account", late=late).filter(pl.col("late") >= 0)
    share = pl.when(pl.len() >= FEWEST_PROPOSALS).then((pl.col("late") <= AT_ONCE).mean())
    return work.per_account(sent.group_by("account").agg(share))


@FREELANCE.signal(
    "unusual_bids",
    "{value:.0%} of its bids are far above or below what others ask",
    needs=("events.amount",),
)
def unusual_bids(work: Work) -> pl.Series:
    """Share of bids that are far from the other bids.

    The logarithm of a bid is compared with the median of the bids for the same job where there are
    five or more, else of all bids; far is more than 3.5 robust standard deviations. Very low bids
    draw victims, very high ones wash money. Not known below three bids.
    """
    bids = work.events(PROPOSAL).select("account", "target_id", size=pl.col("amount").log1p())
    bids = bids.drop_nulls("size")
    size, overall = pl.col("size"), bids["size"]
    median = overall.median()
    if median is None:
        return work.per_account(bids.select("account", "size").clear())
    own_job = pl.col("target_id").is_not_null() & (pl.len().over("target_id") >= FEWEST_OTHERS)
    center = pl.when(own_job).then(size.median().over("target_id")).otherwise(median)
    bids = bids.with_columns(own_job=own_job, off=(size - center).abs())
    usual = pl.when("own_job").then(pl.col("off").median().over("target_id"))
    spread = 1.4826 * usual.otherwise((overall - median).abs().median())
    far = pl.col("off") > OUTLYING * spread.clip(LEAST_SPREAD)
    share = pl.when(pl.len() >= FEWEST_BIDS).then(pl.col("far").mean())
    return work.per_account(bids.with_columns(far=far).group_by("account").agg(share))


@FREELANCE.signal(
    "test_speed",
    "finished a skill test in {value:.0%} of the time that others take",
    needs=("events.target_id",),
)
def test_speed(work: Work) -> pl.Series:
    """Time for a skill test by the median time of all who took it; the smallest over its tests.

    A test that takes others half an hour is not solved in two minutes by who has to think. Only
    tests that five accounts or more have finished; an end without a start before it is left out.
    """
    ends = work.events(TEST_FINISHED).select("account", "ts", "target_id").drop_nulls()
    starts = work.events(TEST_STARTED).select("account", "ts", "target_id", began="ts")
    taken = ends.sort("ts").join_asof(
        starts.drop_nulls().sort("ts"),
        on="ts",
        by=["account", "target_id"],
        check_sortedness=False,  # it is sorted; with `by` Polars could only warn
    )
    seconds = (pl.col("ts") - pl.col("began")).dt.total_seconds()
    taken = taken.with_columns(seconds=seconds).drop_nulls("seconds")
    takers = pl.col("account").n_unique().over("target_id") >= FEWEST_OTHERS
    usual = pl.col("seconds").median().over("target_id").clip(1)
    share = taken.filter(takers).select("account", share=pl.col("seconds") / usual)
    return work.per_account(share.group_by("account").agg(pl.col("share").min()))


@FREELANCE.signal(
    "projects_per_day", "projects finished within 24 hours: {count:,.0f}", needs=("events",)
)
def projects_per_day(work: Work) -> pl.Series:
    """Most projects finished within any 24 hours.

    Projects take days. A burst of finished ones is a history bought from accomplices.
    """
    return _most(work, PROJECT_FINISHED, DAY)


def _most(work: Work, types: tuple[str, ...], seconds: int) -> pl.Series:
    """Most events of these types within so many seconds; 0 for accounts that have none."""
    events = work.events(types)
    found = most_within(events["account"], events["ts"], seconds)
    return work.per_account(found, otherwise=0.0 if events.height else None)
