"""Places of their own: addresses that hardly anybody uses but the accounts of two fragments.

A carrier, a cafe or a proxy for rent has passers-by, and the address of a home is that of one
household. One that several risky accounts of two fragments share, and hardly anybody else uses,
speaks for one operation as another kind of identifier would. Cards, phones and devices do not: they
are sold as they are, from one operation to the next.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .kinds import kinds

FEWEST = 3
"""Accounts that use an address, below which it is nobody's place."""
NEARLY_ALL = 0.8
"""Part of them that must be risky and in the two fragments."""
OWN_PLACE = "own place"
"""Kind of what is shared by such an address, beside that of the address itself."""


def own_places(
    label: NDArray[np.int32],
    counted: NDArray[np.bool_],
    sightings: pl.DataFrame,
    evidence: pl.DataFrame,
) -> pl.DataFrame:
    """Find what pairs of accounts share as a place of their own.

    Parameters
    ----------
    label
        (accounts,) fragment of each account.
    counted
        (accounts,) who is risky; others only pass by.
    sightings
        account, identifier, kind.
    evidence
        a, b, identifier: what links pairs of accounts.

    Returns
    -------
    DataFrame
        a, b, kind (`OWN_PLACE`), weight (0: the address itself has been weighed), as
        `fragments.join_fragments` takes them.
    """
    roofs = [name for name, kind in kinds().items() if kind.roof]
    of_two = (
        sightings.filter(pl.col("kind").is_in(roofs))
        .with_columns(
            label=pl.lit(pl.Series(label)).gather("account"),
            counted=pl.lit(pl.Series(counted)).gather("account"),
        )
        .group_by("identifier", "label")
        .agg(users=pl.len(), risky=pl.col("counted").sum())
        .group_by("identifier")
        .agg(pl.col("users").sum(), two=pl.col("risky").top_k(2).sum())
        .filter((pl.col("users") >= FEWEST) & (pl.col("two") >= NEARLY_ALL * pl.col("users")))
    )
    return (
        evidence.join(of_two, "identifier", "semi")
        .select("a", "b", kind=pl.lit(OWN_PLACE), weight=pl.lit(0.0))
        .unique()
    )
