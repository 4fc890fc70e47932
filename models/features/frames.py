"""Small steps that all feature families share: account order, shared counts, entropy."""

from __future__ import annotations

import polars as pl
from polars import selectors as cs


def in_account_order(per_account: pl.DataFrame, accounts: int) -> pl.DataFrame:
    """Give every account its row.

    Parameters
    ----------
    per_account
        `account` (UInt32 row number, each at most once) and numeric or Boolean columns.
    accounts
        Number of accounts.

    Returns
    -------
    pl.DataFrame
        `accounts` rows in account order without the column `account`; null where an account has
        no row.
    """
    order = pl.DataFrame({"account": pl.int_range(accounts, dtype=pl.UInt32, eager=True)})
    joined = order.join(per_account, on="account", how="left", maintain_order="left")
    return joined.drop("account")


def as_features(frame: pl.DataFrame) -> pl.DataFrame:
    """Cast all columns to Float32; values that are not finite become null."""
    finite = cs.float().is_finite()
    return frame.cast(pl.Float32).select(pl.when(finite).then(cs.float()).name.keep())


def log_others(key: str) -> pl.Expr:
    """Log(1 + number of other rows with the same value of `key`); null where `key` is null."""
    return pl.when(pl.col(key).is_not_null()).then((pl.len().over(key) - 1).log1p())


def entropy(frame: pl.DataFrame, by: str, value: str, name: str) -> pl.DataFrame:
    """Shannon entropy in bits of `value` within each `by`.

    Returns
    -------
    pl.DataFrame
        `by` and `name`, in [0, log2(number of different values)].
    """
    # Sorted, so that sums of floats have one order whatever the order of the input.
    counts = frame.group_by(by, value).len().sort(by, value)
    count = pl.col("len").cast(pl.Float64)
    bits = count.sum().log(2) - (count * count.log(2)).sum() / count.sum()
    return counts.group_by(by).agg(bits.clip(0.0).alias(name))
