"""Made-up engagement of honest accounts and of accounts that buy it, hour by hour."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .attacks import ATTACKS, Plan
from .profiles import METRICS, PROFILES, draw_base

START = 1_772_409_600  # Monday 2 March 2026, 00:00 UTC
SHARED = 0.5
"""Share of fake accounts that are served by a campaign together with others."""
LARGEST = 8
NOISE = 0.25
"""Deviation of the logarithm of an attack's strength between the accounts of a campaign."""


def make_engagement(
    users: int = 500,
    length: int = 336,
    fake_ratio: float = 0.35,
    seed: int = 7,
    strength: float = 1.0,
) -> dict[str, pl.DataFrame]:
    """Draw series with planted attacks.

    Counts are Poisson around an expected value, which is drawn per profile with daily and weekly
    cycle, noise that lasts, posts that take off and events that move half of all accounts. An
    attack multiplies the expected value within its windows. Views and the interactions that they
    bring rise together.

    Parameters
    ----------
    users
        Accounts.
    length
        Hours.
    fake_ratio
        Share of accounts with an attack, in [0, 1].
    seed
        Same seed, same series.
    strength
        What an attack adds is multiplied by this: 0.5 makes all attacks half as large.

    Returns
    -------
    dict
        accounts (account_id, created_at), engagement (account_id, ts, views, likes, comments,
        shares), truth (account_id, fake, profile, attack, campaign) and windows (account_id,
        begin, end: first and last hour of each window).
    """
    rng = np.random.default_rng(seed)
    names = np.array([f"u{number:05d}" for number in range(users)])
    shares = np.array([profile.share for profile in PROFILES.values()])
    profile = rng.choice(list(PROFILES), users, p=shares / shares.sum())
    fakes = np.sort(rng.choice(users, round(fake_ratio * users), replace=False))
    attack, campaign, plans = _campaigns(rng, fakes, length)
    moments = np.arange(length) % 168
    base = draw_base(rng, profile, length, moments)
    expected = np.concatenate([base.views[..., None], base.views[..., None] * base.rates], axis=2)
    for account, number in zip(fakes.tolist(), campaign.tolist(), strict=True):
        own = strength * np.exp(NOISE * rng.normal())
        expected[account] *= 1 + (plans[number].factors - 1) * own
    counts = rng.poisson(expected)
    truth = pl.DataFrame({"account_id": names, "profile": profile}).join(
        pl.DataFrame({"account_id": names[fakes], "attack": attack, "campaign": campaign}),
        on="account_id", how="left", maintain_order="left",
    )  # fmt: skip
    fake = pl.col("attack").is_not_null().cast(pl.Int8)
    created = pl.from_epoch(pl.Series(START - rng.integers(30, 900, users) * 86_400), "s")
    return {
        "accounts": pl.DataFrame({"account_id": names, "created_at": created}),
        "engagement": _rows(names, counts),
        "truth": truth.select("account_id", fake.alias("fake"), "profile", "attack", "campaign"),
        "windows": _windows(names[fakes], campaign, plans),
    }


def _campaigns(
    rng: np.random.Generator, fakes: NDArray[np.intp], length: int
) -> tuple[NDArray[np.str_], NDArray[np.int64], list[Plan]]:
    """Attack and campaign of each fake account, and the plan of each campaign."""
    order = rng.permutation(len(fakes))
    campaign = np.zeros(len(fakes), dtype=np.int64)
    plans: list[Plan] = []
    kinds: list[str] = []
    place = 0
    while place < len(fakes):
        size = int(rng.integers(3, LARGEST + 1)) if rng.random() < SHARED / 3 else 1
        campaign[order[place : place + size]] = len(plans)
        kind = list(ATTACKS)[len(plans) % len(ATTACKS)]
        kinds.append(kind)
        plans.append(ATTACKS[kind](rng, length))
        place += size
    return np.array(kinds, dtype="<U32")[campaign], campaign, plans


def _rows(names: NDArray[np.str_], counts: NDArray[np.int64]) -> pl.DataFrame:
    users, length, _ = counts.shape
    moment = pl.Series(np.tile(START + 3_600 * np.arange(length), users))
    columns = {metric: counts[:, :, place].ravel() for place, metric in enumerate(METRICS)}
    ids = pl.Series(names).gather(np.repeat(np.arange(users), length))
    return pl.DataFrame({"account_id": ids, "ts": pl.from_epoch(moment, "s"), **columns})


def _windows(
    names: NDArray[np.str_], campaign: NDArray[np.int64], plans: list[Plan]
) -> pl.DataFrame:
    rows = [
        (str(name), START + 3_600 * begin, START + 3_600 * end)
        for name, number in zip(names, campaign.tolist(), strict=True)
        for begin, end in plans[number].windows
    ]
    frame = pl.DataFrame(rows, schema=["account_id", "begin", "end"], orient="row")
    return frame.with_columns(pl.from_epoch(pl.col("begin", "end"), "s"))
