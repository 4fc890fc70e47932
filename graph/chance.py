"""Chance test: could so many accounts agree on so many identifiers by accident?"""

from __future__ import annotations

import math

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import gammaln

MAX_SURPRISE = 300.0
IMPLIED = {"email_domain": "email"}
"""Whoever shares a mailbox shares its domain."""
_LN10 = math.log(10)


def ring_surprise(
    members: pl.DataFrame,
    sightings: pl.DataFrame,
    identifiers: pl.DataFrame,
    accounts: int,
) -> pl.DataFrame:
    """-log10 of the expected number of such groups if identifiers were drawn at random.

    Under the null each identifier keeps its number of accounts but they are drawn at random from
    all accounts. A group of s accounts of whom m share an identifier used by n of N accounts then
    has chance at most C(s, m) C(N - m, n - m) / C(N, n); there are C(N, s) groups to choose from
    and as many identifiers as have the kind and a similar n. The product over the identifiers that
    the group shares, each counted only where it lowers the figure, is the expected number of groups
    like this one (a union bound, so the figure errs on the side of chance). Kinds of which one
    follows from the other (`IMPLIED`) count once, by the more telling. For templates the chance
    that others wrote the same text by themselves stands beside it, and counts where it is smaller.

    Parameters
    ----------
    members
        ring, account.
    sightings, identifiers
        See `Linkage`.
    accounts
        Number of accounts N.

    Returns
    -------
    DataFrame
        ring, surprise in [0, `MAX_SURPRISE`]; one row per ring.
    """
    rings = members.group_by("ring").agg(pl.len().alias("size"))
    tries = identifiers.filter(pl.col("accounts") > 1).with_columns(
        bucket=pl.col("accounts").log(2).floor()
    )
    tries = tries.with_columns(
        tries=pl.len().over("kind", "bucket"), specificity=pl.col("specificity").fill_null(0)
    )
    shared = (
        sightings.join(members.select("ring", "account"), "account")
        .group_by("ring", "identifier")
        .agg(pl.len().alias("sharing"))
        .filter(pl.col("sharing") > 1)
        .join(tries.select("identifier", "kind", "accounts", "tries", "specificity"), "identifier")
        .join(rings, "ring")
        .sort("ring", "identifier")
    )
    drawn = _drawn(shared, accounts)
    gain = np.maximum(np.maximum(drawn, 0.0), _written(shared, accounts))
    total = (
        shared.select("ring", "kind", gain=pl.Series(gain))
        .group_by("ring", "kind", maintain_order=True)
        .agg(pl.col("gain").sum())
        .group_by("ring", pl.col("kind").replace(IMPLIED), maintain_order=True)
        .agg(pl.col("gain").max())
        .group_by("ring", maintain_order=True)
        .agg(pl.col("gain").sum())
    )
    # A group of more than half of all is as hard to choose as one of half: it adds up as many
    # small coincidences.
    size = np.minimum(rings["size"].to_numpy(), accounts // 2)
    choices = _log_choose(accounts, size) / _LN10
    return (
        rings.with_columns(choices=pl.Series(choices))
        .join(total, "ring", "left")
        .select(
            "ring",
            surprise=(pl.col("gain").fill_null(0) - pl.col("choices")).clip(0, MAX_SURPRISE),
        )
        .sort("ring")
    )


def _drawn(shared: pl.DataFrame, accounts: int) -> NDArray[np.float64]:
    """-log10 of the expected number of identifiers that the group would share by chance."""
    size, sharing = shared["size"].to_numpy(), shared["sharing"].to_numpy()
    used, tries = shared["accounts"].to_numpy(), shared["tries"].to_numpy()
    log_chance = (
        _log_choose(size, sharing)
        + _log_choose(accounts - sharing, used - sharing)
        - _log_choose(accounts, used)
    )
    return np.asarray(-(log_chance + np.log(tries)) / _LN10, dtype=np.float64)


def _written(shared: pl.DataFrame, accounts: int) -> NDArray[np.float64]:
    """-log10 of the chance that a template's senders hit on its wording by themselves.

    At full specificity the wording is rarer than one in the number of pairs of messages (see
    `wording_surprise`), so each further sender is less likely than one in N^2.
    """
    further = shared["sharing"].to_numpy() - 1.0
    rarity = 2 * math.log10(max(accounts, 2))
    return np.asarray(shared["specificity"].to_numpy() * further * rarity, dtype=np.float64)


def _log_choose(n: NDArray[np.float64] | int, k: NDArray[np.float64]) -> NDArray[np.float64]:
    n, k = np.asarray(n, dtype=np.float64), np.asarray(k, dtype=np.float64)
    return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1), dtype=np.float64)
