"""One row per account: what it did in all, for how long, and how much of it per day."""

from __future__ import annotations

import numpy as np
import polars as pl

from ...features.frames import in_account_order
from .log import KINDS, RAPID

DAY = 86_400
COUNTED = {"search": "num_searches", "call": "num_calls", "message": "num_messages"}
PER_DAY = {"search": "search_per_day", "call": "call_per_day", "message": "message_per_day"}


def master_table(log: pl.DataFrame, accounts: int) -> pl.DataFrame:
    """The document's summary and master table in one.

    Tenure is the number of days from sign-up to the last search, call or message, counted from 1;
    the amount where that is negative (clocks differ), 1 where there was no action or no sign-up.

    Parameters
    ----------
    log
        From `event_log`.
    accounts
        Number of accounts.

    Returns
    -------
    pl.DataFrame
        One row per account in account order: signup_ts, last_action_ts, signups, total_actions,
        num_searches, num_calls, num_messages, num_rapid_actions, mean_gap and median_gap
        (seconds between actions), tenure_days, search_per_day, call_per_day, message_per_day
        (rounded to 2 places).
    """
    kind, moment = pl.col("kind"), pl.col("second")
    acted = kind.is_in(list(COUNTED))
    counts = [(kind == k).sum().cast(pl.Int64).alias(name) for k, name in COUNTED.items()]
    summary = log.group_by("account").agg(
        moment.filter(kind == "signup").min().alias("first"),
        moment.filter(acted).max().alias("last"),
        (kind == "signup").sum().alias("signups"),
        pl.len().alias("total_actions"),
        *counts,
        (pl.col("gap") < RAPID).sum().alias("num_rapid_actions"),
        # whole seconds: the sum is exact in any order
        (pl.col("gap").sum() / pl.col("gap").count()).alias("mean_gap"),
        pl.col("gap").median().alias("median_gap"),
    )
    totals = ["signups", "total_actions", "num_rapid_actions", *COUNTED.values()]
    frame = in_account_order(summary, accounts).with_columns(pl.col(totals).fill_null(0))
    days = ((pl.col("last") - pl.col("first")).floordiv(DAY) + 1).abs().fill_null(0)
    frame = frame.with_columns(tenure_days=days.replace(0, 1)).with_columns(
        pl.col("mean_gap").fill_nan(None),
        signup_ts=pl.from_epoch("first", "s").cast(pl.Datetime("us")),
        last_action_ts=pl.from_epoch("last", "s").cast(pl.Datetime("us")),
    )
    rates = {
        PER_DAY[k]: np.round((frame[name] / frame["tenure_days"]).to_numpy(), 2)
        for k, name in COUNTED.items()
    }
    frame = frame.with_columns(pl.Series(name, values) for name, values in rates.items())
    times = ["signup_ts", "last_action_ts"]
    return frame.select(*times, pl.all().exclude(*times, "first", "last"))


def funnel(master: pl.DataFrame) -> pl.DataFrame:
    """How many accounts got how far: stage, accounts."""
    stages = {"signed up": pl.len()}
    names = {"searched": "num_searches", "messaged": "num_messages", "called": "num_calls"}
    stages |= {stage: (pl.col(name) > 0).sum() for stage, name in names.items()}
    found = master.select(expr.alias(stage) for stage, expr in stages.items())
    return pl.DataFrame({"stage": list(stages), "accounts": found.row(0)})


def daily_trend(log: pl.DataFrame) -> pl.DataFrame:
    """Actions of each kind per day: day, signup, search, call, message, other."""
    day = pl.from_epoch("second", "s").dt.date().alias("day")
    counted = log.group_by(day, "kind").len()
    kinds = list(KINDS)
    wide = counted.pivot("kind", on_columns=kinds, index="day", values="len").fill_null(0)
    return wide.sort("day")
