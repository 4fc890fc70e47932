"""A made-up log of sign-ups, searches, calls and messages, with planted scrapers.

In shape and size it follows the source document: 26,000 accounts of five countries in 33 days, 33
searches, 47 calls and 4 messages per account, some times as text and some in milliseconds. What
is planted, and how honest people look guilty, is in `PLANTED` and `DECOYS`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from . import gaps

DAYS = 33
START = 1_551_484_800  # 2 March 2019
COUNTRIES = {"IT": 0.432, "GB": 0.209, "SE": 0.181, "ES": 0.112, "FR": 0.066}
SCRAPERS, DECOY = 0.015, 0.02
"""Share of accounts that scrape, and that are honest and look as if they did."""


@dataclass(frozen=True)
class Habit:
    """How accounts of one sort search.

    Attributes
    ----------
    draw
        Gaps of one go.
    goes, searches
        Least and most goes, and searches per go.
    calls, messages
        Mean number of each.
    """

    draw: gaps.Draw
    goes: tuple[int, int]
    searches: tuple[int, int]
    calls: float = 2.0
    messages: float = 0.2


PLANTED: dict[str, Habit] = {
    "burst": Habit(gaps.burst, (1, 1), (200, 500)),
    "constant_gap": Habit(gaps.constant, (1, 2), (60, 300)),
    "growing_gap": Habit(gaps.arithmetic, (1, 1), (60, 150)),
    "timer": Habit(gaps.timer, (1, 4), (60, 200)),
    "jittered": Habit(gaps.jitter, (2, 6), (40, 120)),
    "marathon": Habit(gaps.human, (1, 2), (600, 1500)),
    "grabber": Habit(gaps.quick, (2, 5), (40, 120), calls=250.0),
    "mass_mailer": Habit(gaps.human, (3, 6), (30, 60), calls=0.5, messages=300.0),
    "slow": Habit(gaps.human, (12, 25), (8, 20)),
}
"""Kinds of scrapers. Slow ones search like people, only more of it."""

DECOYS: dict[str, Habit] = {
    "power_user": Habit(gaps.human, (20, 40), (8, 25), calls=150.0, messages=20.0),
    "saved_search": Habit(gaps.constant, (1, 1), (12, 30), calls=20.0, messages=1.0),
    "double_tapper": Habit(gaps.quick, (2, 4), (4, 9), calls=40.0, messages=2.0),
    "house_hunter": Habit(gaps.human, (1, 2), (80, 160), calls=30.0, messages=4.0),
}
"""Honest accounts that look guilty: much, regular or fast for good reasons."""


def make_log(accounts: int = 26_000, seed: int = 7) -> dict[str, pl.DataFrame]:
    """Make the log and its truth.

    Returns
    -------
    dict
        signup (user_id, country_code, signup_ts), call, search and message (user_id, `<name>_ts`),
        and truth (account_id, scraper, kind). Times are text cells; rows are in random order, a
        few of them twice.
    """
    rng = np.random.default_rng(seed)
    ids = 10_000_000 + np.sort(rng.choice(4 * accounts, accounts, replace=False))
    kind = _kinds(rng, accounts)
    signup_day = rng.integers(0, DAYS, accounts)
    known = {**PLANTED, **DECOYS}
    special = [(i, known[str(kind[i])]) for i in np.flatnonzero(kind != "").tolist()]
    usual = np.flatnonzero(kind == "")
    tables = {"signup": _signups(rng, ids, signup_day)}
    for name in ("search", "call", "message"):
        account, second = _usual(rng, usual, signup_day, name)
        odd = _special_searches if name == "search" else _special_contacts
        more, when = odd(rng, special, signup_day, name)
        who, moment = np.concatenate([account, more]), np.concatenate([second, when])
        seen = moment < 86_400 * DAYS
        rows = {"user_id": ids[who[seen]], f"{name}_ts": _written(rng, moment[seen])}
        tables[name] = _dirty(pl.DataFrame(rows), rng)
    tables["truth"] = pl.DataFrame(
        {
            "account_id": ids.astype(str),
            "scraper": np.isin(kind, list(PLANTED)).astype(np.int8),
            "kind": kind,
        }
    )
    return tables


def _kinds(rng: np.random.Generator, accounts: int) -> NDArray[np.str_]:
    kind = np.full(accounts, "", dtype="<U16")
    order = rng.permutation(accounts)
    guilty = max(round(SCRAPERS * accounts), len(PLANTED))
    decoys = max(round(DECOY * accounts), len(DECOYS))
    kind[order[:guilty]] = np.resize(list(PLANTED), guilty)
    kind[order[guilty : guilty + decoys]] = np.resize(list(DECOYS), decoys)
    return kind


def _signups(
    rng: np.random.Generator, ids: NDArray[np.int64], day: NDArray[np.int64]
) -> pl.DataFrame:
    country = rng.choice(list(COUNTRIES), len(ids), p=list(COUNTRIES.values()))
    dates = pl.from_epoch(pl.Series(START + 86_400 * day), "s").dt.strftime("%Y-%m-%d")
    return pl.DataFrame({"user_id": ids, "country_code": country, "signup_ts": dates})


def _usual(
    rng: np.random.Generator, who: NDArray[np.intp], day: NDArray[np.int64], name: str
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Rows of ordinary accounts: goes on some evenings, within each go the gaps of people."""
    size = len(who)
    if name == "search":
        count = rng.poisson(rng.gamma(6, 4.2, size)) + 1
    elif name == "call":
        count = rng.poisson(rng.lognormal(3.35, 1.0, size)) * (rng.random(size) < 0.94)
    else:
        count = rng.poisson(rng.lognormal(1.5, 1.2, size)) * (rng.random(size) < 0.33)
    account = np.repeat(who, count)
    left = DAYS - day[account]
    go = rng.integers(0, np.maximum(3, left // 2), len(account))
    # One go of an account has one start: drawn from the account and the number of the go.
    start = _start_of(rng, account, go, left) + 86_400.0 * day[account]
    order = np.lexsort((start, account))
    account, start = account[order], start[order]
    is_new = np.r_[True, (np.diff(account) != 0) | (np.diff(start) != 0)]
    step = gaps.human(rng, len(account))
    total = np.cumsum(step)
    first = np.maximum.accumulate(np.where(is_new, np.arange(len(account)), 0))
    return account, start + total - total[first]


def _start_of(
    rng: np.random.Generator,
    account: NDArray[np.intp],
    go: NDArray[np.int64],
    left: NDArray[np.int64],
) -> NDArray[np.float64]:
    key = account.astype(np.int64) * 64 + go
    _, first, again = np.unique(key, return_index=True, return_inverse=True)
    day = rng.integers(0, left[first])
    hour = rng.beta(4, 2.5, len(first)) * 24
    return (86_400.0 * day + 3_600 * hour)[again]


def _special_searches(
    rng: np.random.Generator, special: list[tuple[int, Habit]], day: NDArray[np.int64], _: str
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    account, second = [np.zeros(0, dtype=np.intp)], [np.zeros(0)]
    for who, habit in special:
        for _go in range(int(rng.integers(habit.goes[0], habit.goes[1] + 1))):
            steps = habit.draw(rng, int(rng.integers(habit.searches[0], habit.searches[1] + 1)))
            begin = 86_400 * rng.uniform(day[who], DAYS)
            account.append(np.full(len(steps) + 1, who))
            second.append(begin + np.r_[0, np.cumsum(steps)])
    return np.concatenate(account), np.concatenate(second)


def _special_contacts(
    rng: np.random.Generator, special: list[tuple[int, Habit]], day: NDArray[np.int64], name: str
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    mean = np.array([h.calls if name == "call" else h.messages for _, h in special])
    who = np.array([i for i, _ in special], dtype=np.intp)
    account = np.repeat(who, rng.poisson(mean))
    return account, 86_400 * rng.uniform(day[account], DAYS)


def _written(rng: np.random.Generator, second: NDArray[np.float64]) -> pl.Series:
    """Times as text cells: two of three as text in seconds, the others in milliseconds."""
    millis = pl.Series(((START + second) * 1_000).astype(np.int64))
    text = pl.from_epoch(millis, "ms").dt.strftime("%Y-%m-%d %H:%M:%S")
    is_text = pl.Series(rng.random(len(second)) < 2 / 3)
    return pl.select(pl.when(is_text).then(text).otherwise(millis.cast(pl.String))).to_series()


def _dirty(rows: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Shuffle rows and repeat one in 50,000, at least one."""
    if not rows.height:
        return rows
    again = rng.integers(0, rows.height, max(1, rows.height // 50_000))
    order = rng.permutation(rows.height + len(again))
    return pl.concat([rows, rows[again]])[order]
