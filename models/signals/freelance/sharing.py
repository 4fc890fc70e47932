"""Signals of what freelancers share: networks, devices, payment details, portfolio items."""

from __future__ import annotations

import polars as pl

from .family import FREELANCE, Work

PORTFOLIO = ("portfolio_item",)


@FREELANCE.signal(
    "shared_ip_range",
    "other accounts in the IP range that it uses most: {count:,.0f}",
    needs=("logins.subnet",),
)
def shared_ip_range(work: Work) -> pl.Series:
    """Other accounts in the IP range (/24 or /48) from which it logs in most often.

    A handful may be a household, an office or accounts of one hand; hundreds are a carrier or a
    campus and say nothing. Private ranges are left out.
    """
    logins = work.tables.logins.filter(pl.col("ip_scope") == "public")
    used = logins.select("account", "subnet").drop_nulls().group_by("account", "subnet").len()
    used = used.with_columns(others=pl.len().over("subnet") - 1)
    most = used.sort("account", "len", "others", "subnet", descending=[False, True, False, False])
    return work.per_account(most.group_by("account").agg(pl.col("others").first()))


@FREELANCE.signal(
    "shared_device",
    "other accounts on one of its devices: {count:,.0f}",
    needs=("logins.device_id",),
)
def shared_device(work: Work) -> pl.Series:
    """Other accounts that logged in on a device of the account; the device with the most.

    Families share one or two. The fingerprint of a rooted phone or an emulator may repeat.
    """
    return _others(work, work.tables.logins.select("account", "device_id"))


@FREELANCE.signal(
    "shared_payment",
    "other accounts with one of its payment details: {count:,.0f}",
    needs=("payments",),
)
def shared_payment(work: Work) -> pl.Series:
    """Other accounts with a card, bank account or wallet of the account; the one with the most.

    Couples share one account; beyond two, somebody is paid for the work of others.
    """
    return _others(work, work.tables.payments.select("account", "instrument_id"))


@FREELANCE.signal(
    "listed_network",
    "{value:.0%} of its logins came through a listed VPN or hosting network",
    needs=("logins.network_listed",),
)
def listed_network(work: Work) -> pl.Series:
    """Share of logins from networks on the lists that the user gave (VPN, hosting).

    People use VPNs too, at work above all. All of somebody's logins from machines in a data
    centre are a program, or a person who hides the place.
    """
    listed = work.tables.logins.select("account", "network_listed").drop_nulls()
    return work.per_account(listed.group_by("account").agg(pl.col("network_listed").mean()))


@FREELANCE.signal(
    "portfolio_copies",
    "portfolio items that another account had shown before: {count:,.0f}",
    needs=("events.target_id",),
)
def portfolio_copies(work: Work) -> pl.Series:
    """Items of its portfolio (by hash) that another account had shown earlier.

    The first to show an item is never blamed. Stock pictures and templates of site builders repeat
    as well: look at the item.
    """
    shown = work.events(PORTFOLIO).select("account", "target_id", "ts").drop_nulls()
    own = shown.group_by("account", "target_id").agg(pl.col("ts").min())
    copied = (pl.col("ts") > pl.col("ts").min().over("target_id")).alias("copied")
    per_account = own.select("account", copied).group_by("account").agg(pl.col("copied").sum())
    return work.per_account(per_account)


def _others(work: Work, used: pl.DataFrame) -> pl.Series:
    """Other accounts with the same value; per account the most over its values."""
    value = used.columns[1]
    pairs = used.drop_nulls().unique().with_columns(others=pl.len().over(value) - 1)
    return work.per_account(pairs.group_by("account").agg(pl.col("others").max()))
