"""Attacks on what is shared: identifiers that are used once, and devices for two at most."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest import Tables

from .tables import ring_members
from .uses import deal, uses

COMPANY = 2
"""Members that share one device after a split."""
OWN_DOMAIN = 100
"""Mail domains of at most so many accounts count as shared identifiers; others are providers'."""


def rotate(
    tables: Tables, truth: pl.DataFrame, rng: np.random.Generator, *, share: float
) -> Tables:
    """Let ring members use a value of their own in place of a share of what their ring shares.

    A device, address, card, number or mail address that two members of one ring use counts as
    shared, and so does a mail domain of their own; each use is replaced with the same chance.
    """
    shared = _shared(tables, truth)
    chosen = shared.filter(pl.Series(rng.random(shared.height) < share))
    return deal(tables, chosen.with_columns(new=_fresh(chosen, tables, rng)))


def split_devices(tables: Tables, truth: pl.DataFrame, rng: np.random.Generator) -> Tables:
    """Let at most two members of a ring share a device: each two get one of their own."""
    shared = _shared(tables, truth).filter(pl.col("kind") == "device")
    place = pl.int_range(pl.len()).over("ring", "value")
    order = shared[rng.permutation(shared.height)].sort("ring", "value", maintain_order=True)
    pairs = order.with_columns(pair=place // COMPANY).sort("ring", "value", "pair", "account")
    groups = pairs.select(pl.struct("ring", "value", "pair").rank("dense") - 1).to_series()
    tokens = pl.Series(_tokens(int(groups.max() or 0) + 1, rng))
    return deal(tables, pairs.with_columns(new=tokens.gather(groups)))


def _shared(tables: Tables, truth: pl.DataFrame) -> pl.DataFrame:
    """ring, kind, account, value: what at least two members of one ring use."""
    members = ring_members(tables, truth)
    domain = pl.col("value").str.extract(r"@(.+)$")
    everyone = uses(tables).with_columns(
        key=pl.when(pl.col("kind") == "email").then(domain).otherwise("value")
    )
    common = (pl.col("kind") == "email") & (pl.len().over("kind", "key") > OWN_DOMAIN)
    mailbox = pl.lit(tables.accounts["email_mailbox"]).gather("account")
    keyed = everyone.with_columns(key=pl.when(common).then(mailbox).otherwise("key"))
    inside = keyed.join(members, "account")
    company = pl.col("account").n_unique().over("ring", "kind", "key")
    return inside.filter(company > 1).drop("key").sort("ring", "kind", "value", "account")


def _fresh(chosen: pl.DataFrame, tables: Tables, rng: np.random.Generator) -> pl.Series:
    """A value that nobody uses for each row, of the kind and the form of the old one."""
    count = chosen.height
    kind, value = pl.col("kind"), pl.col("value")
    digits = pl.Series(rng.integers(10**6, 10**7, count)).cast(pl.String)
    octets = rng.integers([20, 0, 0, 1], [90, 256, 256, 255], (count, 4))
    address = pl.Series([".".join(map(str, row)) for row in octets.tolist()], dtype=pl.String)
    domains = tables.accounts["email_domain"].drop_nulls().sort()
    homes = domains.gather(rng.integers(0, max(len(domains), 1), count if len(domains) else 0))
    token = pl.Series(_tokens(count, rng), dtype=pl.String)
    mail = token + "@" + homes if len(domains) else token
    return chosen.select(
        pl.when(kind == "phone").then(value.str.head(-7) + digits)
        .when(kind == "ip").then(address)
        .when(kind == "email").then(mail)
        .otherwise(token)
    ).to_series()  # fmt: skip


def _tokens(count: int, rng: np.random.Generator) -> list[str]:
    return [f"{high:08x}{low:08x}" for high, low in rng.integers(0, 2**32, (count, 2)).tolist()]
