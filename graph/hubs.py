"""Hub policy: identifiers shared by so many that sharing them says little."""

from __future__ import annotations

import polars as pl

from .ruled import limits, no_policy, ruled
from .sharing import COMPARED

SILENT = ("cap", "ignore")
"""Treatments of identifiers that link nobody."""


def find_hubs(
    identifiers: pl.DataFrame,
    popularity: pl.DataFrame,
    accounts: int,
    policy: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Cap identifiers by measured sharing, and do as people decided.

    An identifier is capped when the accounts that used it at the same time, on average over its
    accounts, exceed its kind's hub cap; or when so many accounts used it in all that it was not
    compared. Addresses that many used one after the other stay in. A row of the policy comes
    before all that: its identifier is ignored, allowed, or has a cap of its own.

    Parameters
    ----------
    identifiers
        See `Sightings.identifiers`.
    popularity
        identifier, popularity: measured by `shared_pairs`.
    accounts
        Number of accounts in all.
    policy
        What people decided, see `ruled.POLICY`.

    Returns
    -------
    DataFrame
        identifier, kind, value, accounts, treatment, reason, share (of all accounts), who, when,
        expiry; most shared first.
    """
    rows = ruled(identifiers, no_policy() if policy is None else policy)
    measured = limits(identifiers, rows).join(popularity, "identifier", "left")
    crowded = pl.col("popularity") > pl.col("cap")
    uncompared = pl.col("accounts") > COMPARED * pl.col("cap")
    together = pl.format(
        "{} accounts used it at the same time on average, more than {}",
        pl.col("popularity").round().cast(pl.Int64),
        pl.col("cap").cast(pl.Int64),
    )
    in_all = pl.format("{} accounts used it in all: too many to compare", "accounts")
    share = pl.col("accounts") / max(accounts, 1)
    found = measured.filter(crowded | uncompared).select(
        "identifier",
        "kind",
        "value",
        "accounts",
        treatment=pl.lit("cap"),
        reason=pl.when(uncompared).then(in_all).otherwise(together),
        share=share,
        who=pl.lit("ringscope"),
        when=pl.lit(None, dtype=pl.Datetime("us")),
        expiry=pl.lit(None, dtype=pl.Datetime("us")),
    )
    # A cap that a person set shows only where it bites.
    said = rows.filter((pl.col("treatment") != "cap") | _among(found)).with_columns(share=share)
    return pl.concat(
        [found.join(said, "identifier", "anti"), said.select(found.columns)], how="vertical_relaxed"
    ).sort("accounts", "kind", "value", descending=[True, False, False])


def _among(found: pl.DataFrame) -> pl.Expr:
    return pl.col("identifier").is_in(found["identifier"].implode())
