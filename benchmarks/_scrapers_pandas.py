"""The document's rules in pandas, account by account, as a notebook does them.

Written anew from what the document says; only what has to be equal is equal. Times are parsed
mixed, percentiles are taken over all accounts, and a progression needs three gaps, as here.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

NAMES = ("signup", "call", "search", "message")
RATES = ["search_per_day", "call_per_day", "message_per_day"]


def suspects(folder: Path) -> dict[str, set[str]]:
    """Accounts that each rule of the document finds, from the document's files."""
    data = {name: read(folder / f"{name}.tsv", f"{name}_ts") for name in NAMES}
    master = master_table(data)
    found = {"rapid_actions": rapid(data)}
    found |= volume_rules(master)
    signups = data["signup"]["user_id"].value_counts()
    found["multiple_signups"] = signups.index[signups > 1]
    fast = fast_searchers(data["search"])
    found["search_velocity"] = fast
    found |= gap_rules(data["search"][data["search"]["user_id"].isin(fast)])
    for name in ("search", "call", "message"):
        found[f"regular_{name}"] = regular(data[name])
    return {rule: {str(user) for user in users} for rule, users in found.items()}


def read(path: Path, column: str) -> pd.DataFrame:
    """Read one file, without duplicates, with times in whole seconds."""
    frame = pd.read_csv(path, sep="\t", dtype={column: str}).drop_duplicates()
    millis = pd.to_numeric(frame[column], errors="coerce")
    text = pd.to_datetime(frame[column].where(millis.isna()), format="ISO8601", errors="coerce")
    times = pd.to_datetime(millis, unit="ms").fillna(text)
    return frame.assign(ts=times.dt.floor("s")).dropna(subset="ts")


def rapid(data: dict[str, pd.DataFrame]) -> pd.Index:
    """More than 5 actions within 5 seconds of the one before, or a mean gap below 2 seconds."""
    log = pd.concat([frame[["user_id", "ts"]] for frame in data.values()])
    log = log.sort_values(["user_id", "ts"])
    gap = (log.groupby("user_id")["ts"].shift(-1) - log["ts"]).dt.total_seconds()
    is_rapid = gap.apply(lambda x: 1 if pd.notna(x) and x < 5 else 0)
    summary = pd.DataFrame({"user_id": log["user_id"], "rapid": is_rapid, "gap": gap})
    own = summary.groupby("user_id").agg(rapid=("rapid", "sum"), mean=("gap", "mean"))
    return own.index[own.apply(lambda row: row["rapid"] > 5 or row["mean"] < 2, axis=1)]


def master_table(data: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Tenure and rates per day of every account."""
    master = data["signup"].groupby("user_id")["ts"].min().to_frame("signup_ts")
    lasts = []
    for name in ("search", "call", "message"):
        own = data[name].groupby("user_id")["ts"]
        master[f"num_{name}"] = own.size().reindex(master.index).fillna(0)
        lasts.append(own.max().rename(name))
    last = pd.concat(lasts, axis=1).max(axis=1).reindex(master.index)
    days = ((last - master["signup_ts"]).dt.days + 1).abs().fillna(0).replace(0, 1)
    master["tenure_days"] = days
    for name in ("search", "call", "message"):
        master[f"{name}_per_day"] = (master[f"num_{name}"] / days).round(2)
    return master


def volume_rules(master: pd.DataFrame) -> dict[str, pd.Index]:
    """The top 20, the jump and the four mixtures."""
    search, call = (master[name] for name in RATES[:2])
    at = {name: sorted(master[name].unique(), reverse=True)[:20][-1] for name in RATES[:2]}
    jump = pd.Series(data=False, index=master.index)
    for name in RATES:
        values = np.sort(master[name].unique())
        size = int(0.02 * len(values))
        tail = values[-size:] if size > 1 else values[-10:]
        steps = np.diff(tail)
        for i, step in enumerate(steps):
            if len(values) >= 10 and step >= 10 * np.median(steps):
                jump |= master[name] >= tail[i + 1]
                break
    q = master.quantile
    high = {(n, p): master[n] >= q(p)[n] for n in RATES for p in (0.75, 0.95, 0.97, 0.99)}
    low = {(n, p): master[n] <= q(p)[n] for n in RATES for p in (0.25, 0.5, 0.95)}
    rules = {
        "extreme_activity": (search >= at[RATES[0]]) | (call >= at[RATES[1]]),
        "beyond_jump": jump,
        "low_engagement": (master["num_search"] >= master["num_search"].quantile(0.97))
        & high[RATES[0], 0.99]
        & low[RATES[1], 0.5]
        & low[RATES[2], 0.95],
        "high_activity": high[RATES[0], 0.97]
        & (high[RATES[1], 0.99] | high[RATES[2], 0.75])
        & (master["tenure_days"] >= master["tenure_days"].quantile(0.97)),
        "search_call_low_message": high[RATES[0], 0.97]
        & high[RATES[1], 0.95]
        & low[RATES[2], 0.25],
        "search_message_low_call": high[RATES[0], 0.99]
        & high[RATES[2], 0.99]
        & low[RATES[1], 0.25],
    }
    return {name: master.index[flags] for name, flags in rules.items()}


def fast_searchers(search: pd.DataFrame) -> pd.Index:
    """Over 100 searches a day between first and last, and more than 97 % of accounts."""
    own = search.groupby("user_id")["ts"].agg(["min", "max", "count"])
    with np.errstate(divide="ignore"):
        velocity = own["count"] / ((own["max"] - own["min"]).dt.total_seconds() / 86_400)
    return own.index[(velocity > 100) & (own["count"] > own["count"].quantile(0.97))]


def gap_rules(search: pd.DataFrame) -> dict[str, list[object]]:
    """Constant gaps and the three progressions, account by account."""
    names = ("constant_gap", "arithmetic_progression", "geometric_progression")
    found: dict[str, list[object]] = {name: [] for name in (*names, "fractional_progression")}
    for user, rows in search.sort_values(["user_id", "ts"]).groupby("user_id"):
        gaps = rows["ts"].diff().dt.total_seconds().dropna().reset_index(drop=True)
        if len(gaps) < 3:
            continue
        if gaps.nunique() == 1:
            found["constant_gap"].append(user)
        ratio = gaps[1:] / gaps[:-1].to_numpy()
        if gaps.diff().dropna().nunique() == 1:
            found["arithmetic_progression"].append(user)
        elif ratio.nunique() == 1:
            found["geometric_progression"].append(user)
        elif gaps.pct_change().dropna().nunique() == 1:
            found["fractional_progression"].append(user)
    return found


def regular(events: pd.DataFrame) -> list[object]:
    """Mean gap within 10 % of the mode and a deviation below 60 seconds, account by account."""
    found = []
    for user, rows in events.groupby("user_id"):
        gaps = rows["ts"].sort_values().diff().dt.total_seconds().dropna()
        if len(gaps) >= 3:
            mode, mean, spread = gaps.mode().iloc[0], gaps.mean(), gaps.std()
            if mode > 0 and abs(mean - mode) / mode < 0.1 and spread < 60:
                found.append(user)
    return found
