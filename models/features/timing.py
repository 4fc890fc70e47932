"""When an account acts: tenure, rhythm of the day and the week, gaps between actions."""

from __future__ import annotations

import polars as pl

from ingest import Tables
from ingest.kept import Source
from ingest.read_once import of_rows

from .frames import entropy, in_account_order

DAY = 86_400.0
ACTIONS = Source("actions", ("ts",), tables=("logins", "messages", "events", "payments"))
NIGHT_ENDS = 5
"""The night lasts from midnight to this hour, UTC."""

WORDS = {
    "tenure": "it is {value:.0f} days old",
    "last_sign_of_life": "its last action came {value:.1f} days after sign-up",
    "sign_up_hour": "it signed up in hour {value:.0f} of the day (UTC)",
    "active_days.share": "it acts on {value:.0%} of its days",
    "busiest_day": "actions on its busiest day: {count:,.0f}",
    "night_share": "{value:.0%} of its actions are between midnight and 5 UTC",
    "hour_entropy": "spread of its actions over the hours of the day: {value:.1f} of 4.6 bits",
    "weekday_entropy": "spread of its actions over the days of the week: {value:.1f} of 2.8 bits",
    "gaps.median": "half of its actions follow the one before within {span}",
    "gaps.shortest": "its quickest two actions are {span} apart",
    "gaps.within_5s": "{value:.0%} of its actions come within 5 seconds of the one before",
    "gaps.within_60s": "{value:.0%} of its actions come within a minute of the one before",
    "rhythm.burstiness": "burstiness of its actions: {value:.2f} (-1 like a clock, 1 in bursts)",
    "rhythm.memory": "long pauses follow long ones: {value:.2f} (-1 never, 0 by chance, 1 always)",
    "rhythm.variation": "its pauses vary by {value:.1f} times their mean",
    "dormancy.longest": "its longest pause lasted {span}",
    "dormancy.share_after": "{value:.0%} of its actions came after its longest pause",
}


def actions(tables: Tables) -> pl.DataFrame:
    """All timed actions: account, ts, sorted; logins, messages, events and payments."""
    sources = (tables.logins, tables.messages, tables.events, tables.payments)
    stacked = pl.concat([source.select("account", "ts") for source in sources])
    return stacked.drop_nulls("ts").sort("account", "ts")


def lifetimes(tables: Tables, acts: pl.DataFrame) -> pl.DataFrame:
    """How long each account has existed.

    Returns
    -------
    pl.DataFrame
        One row per account in account order: start (sign-up, or the first action where that is
        not known), tenure and last_sign_of_life (days from start to the last time stamp in all
        tables and to the account's own last action).
    """
    seen = acts.group_by("account").agg(
        pl.col("ts").min().alias("first"), pl.col("ts").max().alias("last")
    )
    frame = tables.accounts.select("created_at").hstack(
        in_account_order(seen, tables.accounts.height)
    )
    frame = frame.with_columns(pl.coalesce("created_at", "first").alias("start"))
    end = pl.max_horizontal(pl.col("last").max(), pl.col("created_at").max())
    return frame.select(
        "start",
        _days(end - pl.col("start")).clip(0.0).alias("tenure"),
        _days(pl.col("last") - pl.col("start")).alias("last_sign_of_life"),
    )


def timing_features(tables: Tables, acts: pl.DataFrame, lives: pl.DataFrame) -> pl.DataFrame:
    """Features of time, one row per account in account order (see WORDS).

    `acts` is from `actions` and `lives` from `lifetimes`.
    """
    per_account = of_rows(tables, ACTIONS, lambda: acts, ("timing",), _of_actions)["timing"]
    frame = in_account_order(per_account, tables.accounts.height)
    frame = frame.hstack(lives.select("tenure", "last_sign_of_life"))
    days = pl.col("tenure").floor() + 1
    return frame.with_columns(
        (pl.col("active_days.share") / days).clip(0.0, 1.0),
        tables.accounts["created_at"].dt.hour().alias("sign_up_hour"),
    )


def _of_actions(acts: pl.DataFrame) -> dict[str, pl.DataFrame]:
    per_account = _gaps(acts)
    for part in (_day_rhythm(acts), _days_used(acts)):
        per_account = per_account.join(part, on="account", how="left")
    return {"timing": per_account}


def _gaps(acts: pl.DataFrame) -> pl.DataFrame:
    """Burstiness and memory of the gaps between actions.

    K.-I. Goh, A.-L. Barabasi: Burstiness and memory in complex systems. EPL 81 (2008).
    """
    same = pl.col("account") == pl.col("account").shift(1)
    seconds = pl.col("ts").diff().dt.total_microseconds() / 1e6
    frame = acts.with_columns(pl.when(same).then(seconds).alias("gap"))
    same_next = pl.col("account") == pl.col("account").shift(-1)
    frame = frame.with_columns(pl.when(same_next).then(pl.col("gap").shift(-1)).alias("next"))
    gap, mean, std = pl.col("gap"), pl.col("gap").mean(), pl.col("gap").std(ddof=0)
    enough = gap.count() >= 2
    return frame.group_by("account").agg(
        gap.median().log1p().alias("gaps.median"),
        gap.min().log1p().alias("gaps.shortest"),
        (gap < 5).mean().alias("gaps.within_5s"),
        (gap < 60).mean().alias("gaps.within_60s"),
        pl.when(enough).then((std - mean) / (std + mean)).alias("rhythm.burstiness"),
        pl.when(gap.count() >= 4).then(_correlation("gap", "next")).alias("rhythm.memory"),
        pl.when(enough).then(std / mean).alias("rhythm.variation"),
        gap.max().log1p().alias("dormancy.longest"),
        (1 - gap.arg_max() / pl.len()).alias("dormancy.share_after"),
    )


def _correlation(left: str, right: str) -> pl.Expr:
    """Pearson correlation over the rows where both are known."""
    known = pl.col(left).is_not_null() & pl.col(right).is_not_null()
    x, y = pl.col(left).filter(known), pl.col(right).filter(known)
    x, y = x - x.mean(), y - y.mean()
    return (x * y).sum() / ((x * x).sum() * (y * y).sum()).sqrt()


def _day_rhythm(acts: pl.DataFrame) -> pl.DataFrame:
    clock = acts.select(
        "account", pl.col("ts").dt.hour().alias("hour"), pl.col("ts").dt.weekday().alias("weekday")
    )
    night = clock.group_by("account").agg((pl.col("hour") < NIGHT_ENDS).mean().alias("night_share"))
    for unit in ("hour", "weekday"):
        spread = entropy(clock, "account", unit, f"{unit}_entropy")
        night = night.join(spread, on="account", how="left")
    return night


def _days_used(acts: pl.DataFrame) -> pl.DataFrame:
    daily = acts.group_by("account", pl.col("ts").dt.date()).len()
    return daily.group_by("account").agg(
        pl.len().alias("active_days.share"), pl.col("len").max().log1p().alias("busiest_day")
    )


def _days(duration: pl.Expr) -> pl.Expr:
    return duration.dt.total_microseconds() / (DAY * 1e6)
