"""What the account table itself says: extra numeric columns, categories, missing fields."""

from __future__ import annotations

import polars as pl

from ingest import Tables

from .frames import as_features
from .words import safe_name

RARE = 0.005
"""A flag for missing values is kept if this share to 1 - this share of the values is missing."""
COMMON_LEVEL = 0.01
"""A level of a category gets its own column from this share of the accounts on."""
PROFILE = ("created_at", "email", "username", "phone", "country")

WORDS = {
    "column_*": "{name} is {value:.4g}",
    "column_*_missing": "{name} is missing | {name} is given",
    "category_*": "{value:.1%} of the accounts have its {name}",
    "level_*": "{name} | not {name}",
    "country_share": "{value:.1%} of the accounts give its country",
    "profile_missing": "number of empty profile fields: {value:.0f}",
    "profile_no_*": "the profile has no {name} | the profile has its {name}",
}


def tabular_features(tables: Tables) -> pl.DataFrame:
    """Features from the columns of the account table; labels are not read.

    Returns
    -------
    pl.DataFrame
        One row per account in account order, Float32. Numeric columns `column_<name>` as they
        are (missing values stay null) with `column_<name>_missing` in {0, 1} where some are
        missing; per category its share of the accounts in [0, 1] and one flag per common level;
        the share of the account's country; empty profile fields.
    """
    accounts = tables.accounts
    exprs = [*_numeric(accounts, tables.features), *_profile()]
    for column in tables.categories:
        exprs += _category(accounts[column].cast(pl.String), column)
    exprs.append(_share("country").alias("country_share"))
    return as_features(accounts.select(exprs))


def _numeric(accounts: pl.DataFrame, columns: tuple[str, ...]) -> list[pl.Expr]:
    exprs = []
    for column in columns:
        name = f"column_{safe_name(column)}"
        exprs.append(pl.col(column).cast(pl.Float64).alias(name))
        missing = accounts[column].null_count() / max(accounts.height, 1)
        if RARE <= missing <= 1 - RARE:
            exprs.append(pl.col(column).is_null().alias(f"{name}_missing"))
    return exprs


def _category(levels: pl.Series, column: str) -> list[pl.Expr]:
    name = safe_name(column)
    counts = levels.drop_nulls().value_counts(name="count")
    enough = max(COMMON_LEVEL * levels.len(), 1)
    common = counts.filter(pl.col("count") >= enough)[levels.name].sort()
    text = pl.col(column).cast(pl.String)
    flags = [(text == level).alias(f"level_{name}={safe_name(level)}") for level in common]
    return [_share(column).alias(f"category_{name}"), *flags]


def _profile() -> list[pl.Expr]:
    # The phone is told by the identity features.
    fields = [pl.col(field).is_null() for field in PROFILE]
    flags = [pl.col(f).is_null().alias(f"profile_no_{f}") for f in PROFILE if f != "phone"]
    return [pl.sum_horizontal(fields).alias("profile_missing"), *flags]


def _share(column: str) -> pl.Expr:
    known = pl.col(column).is_not_null()
    return pl.when(known).then(pl.len().over(column) / pl.len())
