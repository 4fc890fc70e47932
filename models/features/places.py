"""From where an account logs in: addresses, devices, browsers."""

from __future__ import annotations

import polars as pl

NAMED_SCOPES = ("public", "private", "carrier")
"""Scopes of addresses that are not counted as reserved."""

WORDS = {
    "ips.distinct": "IP addresses: {count:,.0f}",
    "ips.subnets": "subnets: {count:,.0f}",
    "ips.per_login": "{value:.2f} IP addresses per login",
    "ip_scope.private": "{value:.0%} of its logins show a private IP address",
    "ip_scope.carrier": "{value:.0%} of its logins show an IP address inside a carrier's network",
    "ip_scope.reserved": "{value:.0%} of its logins show a reserved IP address",
    "devices.distinct": "devices: {count:,.0f}",
    "devices.top_share": "{value:.0%} of its logins are from one device",
    "user_agents.distinct": "browsers (user agents): {count:,.0f}",
    "user_agents.per_device": "{value:.1f} browsers (user agents) per device",
}


def login_places(logins: pl.DataFrame) -> pl.DataFrame:
    """Addresses and devices of the accounts that have logged in.

    Returns
    -------
    pl.DataFrame
        `account`, numbers as log(1 + count) and shares in [0, 1] (see WORDS).
    """
    scope = pl.col("ip_scope")
    ips = pl.col("ip").drop_nulls()
    summary = logins.group_by("account").agg(
        ips.n_unique().log1p().alias("ips.distinct"),
        pl.col("subnet").drop_nulls().n_unique().log1p().alias("ips.subnets"),
        (ips.n_unique() / ips.len()).alias("ips.per_login"),
        (scope == "private").mean().alias("ip_scope.private"),
        (scope == "carrier").mean().alias("ip_scope.carrier"),
        (~scope.is_in(NAMED_SCOPES)).mean().alias("ip_scope.reserved"),
        pl.col("user_agent").drop_nulls().n_unique().log1p().alias("user_agents.distinct"),
    )
    devices = _devices(logins.drop_nulls("device_id"))
    return summary.join(devices, on="account", how="left")


def _devices(logins: pl.DataFrame) -> pl.DataFrame:
    agents = pl.col("user_agent").drop_nulls().n_unique().alias("agents")
    per_device = logins.group_by("account", "device_id").agg(pl.len(), agents)
    known = pl.col("agents").filter(pl.col("agents") > 0)
    return per_device.group_by("account").agg(
        pl.len().log1p().alias("devices.distinct"),
        (pl.col("len").max() / pl.col("len").sum()).alias("devices.top_share"),
        (known.sum() / known.len()).alias("user_agents.per_device"),
    )
