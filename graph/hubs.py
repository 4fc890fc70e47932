"""Hub policy: identifiers shared by so many that sharing them says little."""

from __future__ import annotations

import polars as pl

from .kinds import kinds
from .sharing import COMPARED


def find_hubs(identifiers: pl.DataFrame, popularity: pl.DataFrame, accounts: int) -> pl.DataFrame:
    """Cap identifiers by measured sharing.

    An identifier is capped when the accounts that used it at the same time, on average over its
    accounts, exceed its kind's hub cap; or when so many accounts used it in all that it was not
    compared. Addresses that many used one after the other stay in.

    Parameters
    ----------
    identifiers
        See `Sightings.identifiers`.
    popularity
        identifier, popularity: measured by `shared_pairs`.
    accounts
        Number of accounts in all.

    Returns
    -------
    DataFrame
        identifier, kind, value, accounts, treatment, reason, share (of all accounts), who, when,
        expiry; most shared first.
    """
    entries = kinds().values()
    caps = pl.DataFrame(
        {"kind": [k.name for k in entries], "cap": [k.hub_cap for k in entries]},
        schema_overrides={"cap": pl.Float64},
    )
    measured = identifiers.join(popularity, "identifier", "left").join(caps, "kind")
    crowded = pl.col("popularity") > pl.col("cap")
    uncompared = pl.col("accounts") > COMPARED * pl.col("cap")
    together = pl.format(
        "{} accounts used it at the same time on average, more than {}",
        pl.col("popularity").round().cast(pl.Int64),
        pl.col("cap").cast(pl.Int64),
    )
    in_all = pl.format("{} accounts used it in all: too many to compare", "accounts")
    return (
        measured.filter(crowded | uncompared)
        .select(
            "identifier",
            "kind",
            "value",
            "accounts",
            treatment=pl.lit("cap"),
            reason=pl.when(uncompared).then(in_all).otherwise(together),
            share=pl.col("accounts") / max(accounts, 1),
            who=pl.lit("ringscope"),
            when=pl.lit(None, dtype=pl.Datetime("us")),
            expiry=pl.lit(None, dtype=pl.Datetime("us")),
        )
        .sort("accounts", "kind", "value", descending=[True, False, False])
    )
