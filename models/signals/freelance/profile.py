"""Signals of what a profile says about itself and cannot be."""

from __future__ import annotations

import polars as pl

from .family import FREELANCE, Work

FIRST_WORK = 15
"""Age in years at which the first working experience is counted."""
DAY = 86_400_000_000


@FREELANCE.signal(
    "experience_beyond_age",
    "states {value:.0f} years of experience more than its age allows",
    needs=("accounts.age", "accounts.experience_years"),
)
def experience_beyond_age(work: Work) -> pl.Series:
    """Years of stated experience beyond the years since the age of 15; 0 where they fit.

    Ten years of experience at the age of 18 are seven too many. Negative ages and years are taken
    as not stated.
    """
    age, years = pl.col("age"), pl.col("experience_years")
    possible = (age - FIRST_WORK).clip(0)
    beyond = pl.when((age > 0) & (years >= 0)).then((years - possible).clip(0))
    return work.tables.accounts.select(beyond=beyond)["beyond"]


@FREELANCE.signal(
    "active_before_signup",
    "was active {value:.1f} days before it signed up",
    needs=("accounts.created_at",),
)
def active_before_signup(work: Work) -> pl.Series:
    """Days from the first login, message or event to a later sign-up; 0 in the right order.

    A profile that is younger than its own history was given a new date or a new owner, or two
    systems disagree about the clock (hours, not days).
    """
    tables = (work.tables.logins, work.tables.messages, work.tables.events)
    acts = pl.concat([table.select("account", "ts") for table in tables])
    first = work.per_account(acts.group_by("account").agg(pl.col("ts").min()))
    early = (work.tables.accounts["created_at"] - first).dt.total_microseconds() / DAY
    return early.clip(0)
