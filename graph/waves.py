"""Engagement waves as identifiers: accounts whose engagement rises in step, again and again."""

from __future__ import annotations

import hashlib

import numpy as np
import polars as pl

from ingest import Tables

from .engagement import beginnings, engagement_waves, residuals, series_of

BLOCK = 5_000
"""Accounts whose expectations are worked out at a time, so that memory stays small."""


def find_waves(tables: Tables) -> pl.DataFrame:
    """Find the waves of the engagement table and who is in them.

    A wave is a group of accounts that are connected by pairs in step (see `engagement_waves`, which
    tests each pair against chance). Its moments are those at which two of a pair rise.

    Returns
    -------
    DataFrame
        account (UInt32), ts (a moment of the wave at which the account rises), wave (text: the
        first moment of the wave, and a mark that tells waves of one hour apart).
    """
    series = series_of(tables.engagement)
    if not len(series.accounts):
        return _nobody()
    blocks = range(0, len(series.accounts), BLOCK)
    parts = [series.part(slice(begin, begin + BLOCK)) for begin in blocks]
    starts = np.concatenate([beginnings(residuals(part)) for part in parts], axis=1)
    pairs, members = engagement_waves(series, starts)
    ends = [pairs.select("moments", account=end) for end in ("a", "b")]
    rises = pl.concat(ends).explode("moments").unique()
    named = rises.join(members.join(_marks(tables, members), "wave"), "account")
    first = pl.col("moments").min().over("wave").dt.strftime("%Y-%m-%d %H:%M")
    wave = pl.format("from {} ({})", first, "mark")
    return named.select("account", ts="moments", wave=wave).sort("wave", "account", "ts")


def _marks(tables: Tables, members: pl.DataFrame) -> pl.DataFrame:
    """Mark each wave by its first account; no account is in two waves."""
    ids = tables.accounts["account_id"]
    firsts = members.group_by("wave").agg(pl.col("account").min()).sort("wave")
    marks = [
        hashlib.blake2b(ids[account].encode(), digest_size=4).hexdigest()
        for account in firsts["account"].to_list()
    ]
    return firsts.select("wave", mark=pl.Series(marks, dtype=pl.String))


def _nobody() -> pl.DataFrame:
    return pl.DataFrame(
        schema={"account": pl.UInt32(), "ts": pl.Datetime("us"), "wave": pl.String()}
    )
