"""Signals of fake engagement: sudden, recurring or synchronous rises that people do not make."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graph.engagement import Series, beginnings, engagement_waves, residuals, series_of
from ingest import Tables

from ..engagement import anomaly_windows
from ..engagement.synchrony import synchrony
from ..engagement.temporal import channel_figures, quiet_hours
from ..features.frames import in_account_order
from .registry import Family

BLOCK = 5_000
"""Accounts that are worked on at a time, so that memory stays small; with more than these, what
compares accounts with each other (synchrony, partners) is not known."""
CHANNELS = {"views": "views", "likes|views": "likes"}


@dataclass(frozen=True)
class EngagementFacts:
    """Figures per account, one row per account in account order; null without a series."""

    figures: pl.DataFrame


def engagement_facts(tables: Tables) -> EngagementFacts:
    """Compare every series with its own usual days, and find windows and waves."""
    series = series_of(tables.engagement)
    parts = [
        _block(series.part(slice(begin, begin + BLOCK)), alone=len(series.accounts) <= BLOCK)
        for begin in range(0, len(series.accounts), BLOCK)
    ]
    whole = pl.concat([_empty(), *parts], how="diagonal_relaxed")
    return EngagementFacts(in_account_order(whole, tables.accounts.height))


def _block(series: Series, *, alone: bool) -> pl.DataFrame:
    """Figures of some accounts; what needs all of them only where these are all (`alone`)."""
    found = residuals(series)
    columns: dict[str, NDArray[np.floating]] = {}
    quiet, per_day = quiet_hours(found), found.cycle.shape[1]
    for channel, name in CHANNELS.items():
        if channel in found.channels:
            place = found.channels.index(channel)
            own = channel_figures(found.z[:, :, place], found.jumps[:, :, place], quiet, per_day)
            columns |= {f"{name}.{figure}": value for figure, value in own.items()}
    if alone:
        columns |= synchrony(found.jumps, len(series.metrics))
    frame = pl.DataFrame({"account": series.accounts, **columns})
    windows = _window_figures(anomaly_windows(series, found), series)
    frame = frame.join(windows, on="account", how="left")
    if alone:
        partners = _partners(engagement_waves(series, beginnings(found))[0])
        frame = frame.join(partners, on="account", how="left").with_columns(
            pl.col("partners").fill_null(0)
        )
    return frame.with_columns(pl.col("windows", "window_share").fill_null(0))


READ = (
    "views.jumps.top_ten", "views.jumps.bottom_ten", "views.longest_run", "views.same_hour.highest",
    "views.jumps.echo", "views.jumps.quiet_bursts", "likes.highest", "synchrony.closest",
    "windows", "window_share", "partners",
)  # fmt: skip


def _empty() -> pl.DataFrame:
    return pl.DataFrame(schema={"account": pl.UInt32, **dict.fromkeys(READ, pl.Float64)})


def _window_figures(windows: pl.DataFrame, series: Series) -> pl.DataFrame:
    """Number of windows, and the share of all steps that lie in one."""
    steps = (pl.col("end") - pl.col("begin")).dt.total_seconds() / series.step + 1
    return windows.group_by("account").agg(
        windows=pl.len(), window_share=steps.sum() / series.values.shape[1]
    )


def _partners(pairs: pl.DataFrame) -> pl.DataFrame:
    ends = pl.concat([pairs.select(account="a"), pairs.select(account="b")])
    return ends.group_by("account").agg(partners=pl.len())


ENGAGEMENT = Family("engagement", "Fake engagement", engagement_facts, needs=("engagement",))


@ENGAGEMENT.signal("engagement_jumps", "its views jump by {value:.1f} deviations at ten moments")
def jumps(facts: EngagementFacts) -> pl.Series:
    """Mean of the ten largest sudden rises of views, in the account's own deviations.

    A post that takes off rises a few times; bought views start many times.
    """
    return facts.figures["views.jumps.top_ten"]


@ENGAGEMENT.signal("engagement_drops", "its views drop by {value:.1f} deviations at ten moments")
def drops(facts: EngagementFacts) -> pl.Series:
    """Mean of the ten largest sudden falls; interest fades, deliveries stop at once."""
    return -facts.figures["views.jumps.bottom_ten"]


@ENGAGEMENT.signal("engagement_run", "its views stay raised for {count:,.0f} steps on end")
def run(facts: EngagementFacts) -> pl.Series:
    """Longest time in which views stay above what is usual, in steps of the table."""
    return facts.figures.select(pl.col("views.longest_run").exp() - 1).to_series()


@ENGAGEMENT.signal(
    "engagement_same_hour", "its views rise at the same hour on five days by {value:.1f} deviations"
)
def same_hour(facts: EngagementFacts) -> pl.Series:
    """Rise at one hour of the day on five days in a row: pods and timers keep appointments."""
    return facts.figures["views.same_hour.highest"]


@ENGAGEMENT.signal("engagement_echo", "its rises recur with a fixed period ({value:.2f} of 1)")
def echo(facts: EngagementFacts) -> pl.Series:
    """How strongly sudden rises recur after the same time, days left out; timers do."""
    return facts.figures["views.jumps.echo"]


@ENGAGEMENT.signal("engagement_quiet", "sudden rises in its quietest hours: {count:.0f}")
def quiet(facts: EngagementFacts) -> pl.Series:
    """Sudden rises in the quarter of the day in which its audience sleeps."""
    return facts.figures.select(pl.col("views.jumps.quiet_bursts").exp() - 1).to_series()


@ENGAGEMENT.signal(
    "engagement_likes",
    "its likes go beyond what its views bring by {value:.1f} deviations",
    needs=("engagement.likes", "engagement.views"),
)
def likes(facts: EngagementFacts) -> pl.Series:
    """Largest surplus of likes given the views: likes without views are bought."""
    return facts.figures["likes.highest"]


@ENGAGEMENT.signal("engagement_windows", "windows of raised engagement: {count:.0f}")
def windows(facts: EngagementFacts) -> pl.Series:
    """Windows in which any metric is far above what is usual for the account."""
    return facts.figures["windows"]


@ENGAGEMENT.signal("engagement_raised", "{value:.0%} of its time has raised engagement")
def raised(facts: EngagementFacts) -> pl.Series:
    """Share of the time in windows of raised engagement."""
    return facts.figures["window_share"]


@ENGAGEMENT.signal(
    "engagement_synchrony", "its rises agree with another account's to {value:.2f} of 1"
)
def together(facts: EngagementFacts) -> pl.Series:
    """Correlation of its sudden rises with the most alike other account.

    What many accounts do at once is taken away first, so a match or an outage does not count.
    """
    return facts.figures["synchrony.closest"]


@ENGAGEMENT.signal(
    "engagement_partners", "its rises begin together with those of {count:.0f} other accounts"
)
def partners(facts: EngagementFacts) -> pl.Series:
    """Accounts whose rises begin with its own more often than chance allows.

    A seller of engagement serves several customers by one job.
    """
    return facts.figures["partners"]
