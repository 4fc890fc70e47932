"""Who an account says it is: user name, mail address, phone; and from where it logs in."""

from __future__ import annotations

import polars as pl

from ingest import Tables, username_pattern

from . import places
from .frames import as_features, entropy, in_account_order, log_others

LONGEST = 64
"""Characters of a user name or mail name that are compared."""
PAIRS = 20
"""Letter pairs of a name that are compared."""

WORDS = places.WORDS | {
    "username.length": "its user name has {value:.0f} characters",
    "username.digit_share": "{value:.0%} of its user name are digits",
    "username.entropy": "randomness of its user name: {value:.1f} bits a character",
    "username.letters_digits": "its user name is letters then digits | "
    "its user name is not letters then digits",
    "username.separator": "its user name has a separator | its user name has no separator",
    "username_pattern.others": "other accounts with a user name built like its own: {count:,.0f}",
    "username_shape.others": "other accounts whose user name has the same letter and digit places:"
    " {count:,.0f}",
    "username_skeleton.others": "other accounts with a user name that looks the same: {count:,.0f}",
    "email_name.similarity": "its mail name and user name agree in {value:.0%} of letter pairs",
    "email_name.same_number": "its mail name and user name end in the same number | "
    "its mail name and user name do not end in the same number",
    "email_name.digits": "digits in its mail name: {value:.0f}",
    "email_tag": "its mail address carries a plus tag | its mail address carries no plus tag",
    "email_disposable": "its mail address is from a disposable provider | "
    "its mail address is not from a disposable provider",
    "email_domain.others": "other accounts at its mail domain: {count:,.0f}",
    "phone_given": "it gave a phone number | it gave no phone number",
    "sign_ups.same_hour": "other sign-ups in the same hour: {count:,.0f}",
    "sign_ups.same_day": "other sign-ups on the same day: {count:,.0f}",
}


def identity_features(tables: Tables) -> pl.DataFrame:
    """Features of names, addresses and places; labels and links are not read.

    Returns
    -------
    pl.DataFrame
        One row per account in account order, Float32. Numbers of other accounts, addresses and
        devices are stored as log(1 + count); shares are in [0, 1]; null where the account has no
        user name, mail address, sign-up time or login.
    """
    parts = [
        _username(tables.accounts),
        _mail(tables.accounts),
        _sign_up(tables.accounts),
        in_account_order(places.login_places(tables.logins), tables.accounts.height),
    ]
    return as_features(pl.concat(parts, how="horizontal"))


def _username(accounts: pl.DataFrame) -> pl.DataFrame:
    names = accounts["username"].str.head(LONGEST)
    frame = accounts.select(
        "username_skeleton",
        names.alias("name"),
        username_pattern(names).alias("pattern"),
        names.str.replace_all(r"\p{L}", "a").str.replace_all(r"\d", "9").alias("shape"),
        _character_entropy(names),
    )
    name = pl.col("name")
    return frame.select(
        name.str.len_chars().alias("username.length"),
        (name.str.count_matches(r"\d") / name.str.len_chars()).alias("username.digit_share"),
        "username.entropy",
        name.str.contains(r"^\p{L}+\d+$").alias("username.letters_digits"),
        name.str.contains(r"[^\p{L}\d]").alias("username.separator"),
        log_others("pattern").alias("username_pattern.others"),
        log_others("shape").alias("username_shape.others"),
        log_others("username_skeleton").alias("username_skeleton.others"),
    )


def _character_entropy(names: pl.Series) -> pl.Series:
    """Bits per character of each name, from the counts of its own characters."""
    unique = names.drop_nulls().unique().alias("name").to_frame()
    characters = unique.with_columns(pl.col("name").str.split("").alias("character"))
    characters = characters.explode("character", empty_as_null=True)
    bits = entropy(characters, "name", "character", "username.entropy")
    joined = names.alias("name").to_frame().join(bits, on="name", how="left", maintain_order="left")
    return joined["username.entropy"]


def _mail(accounts: pl.DataFrame) -> pl.DataFrame:
    local = pl.col("email").str.splitn("@", 2).struct.field("field_0").str.to_lowercase()
    frame = accounts.select(
        "phone",
        "email_domain",
        "email_disposable",
        local.str.head(LONGEST).alias("local"),
        pl.col("username").str.head(LONGEST).str.to_lowercase().alias("name"),
    )
    frame = frame.with_columns(pl.col("local").str.replace(r"\+.*", "").alias("box"))
    number = r"(\d+)$"
    same = pl.col("box").str.extract(number) == pl.col("name").str.extract(number)
    both = pl.col("box").is_not_null() & pl.col("name").is_not_null()
    return frame.select(
        _similarity(frame.select("box", "name")).alias("email_name.similarity"),
        pl.when(both).then(same.fill_null(False)).alias("email_name.same_number"),
        pl.col("box").str.count_matches(r"\d").alias("email_name.digits"),
        pl.col("local").str.contains("+", literal=True).alias("email_tag"),
        pl.col("email_disposable").cast(pl.Boolean),
        log_others("email_domain").alias("email_domain.others"),
        pl.col("phone").is_not_null().alias("phone_given"),
    )


def _similarity(names: pl.DataFrame) -> pl.Series:
    """Share of the letter pairs of both columns that occur in the other one, in [0, 1].

    Null where one of the two names has fewer than two letters.
    """
    letters = names.select(pl.all().str.replace_all(r"[^\p{L}]", ""))
    left, right = letters.columns
    pairs = pl.sum_horizontal(_pairs(left), _pairs(right))
    shared = pl.sum_horizontal(_pairs_within(left, right), _pairs_within(right, left))
    usable = (_pairs(left) > 0) & (_pairs(right) > 0)
    return letters.select(pl.when(usable).then(shared / pairs)).to_series()


def _pairs(name: str) -> pl.Expr:
    length = pl.col(name).str.len_chars().cast(pl.Int64)
    return (length - 1).clip(0, PAIRS)


def _pairs_within(name: str, other: str) -> pl.Expr:
    found = []
    for start in range(PAIRS):
        pair = pl.col(name).str.slice(start, 2)
        hit = pl.col(other).str.contains(pair, literal=True)
        found.append((pl.col(name).str.len_chars() > start + 1) & hit)
    return pl.sum_horizontal(found)


def _sign_up(accounts: pl.DataFrame) -> pl.DataFrame:
    times = accounts.select(
        pl.col("created_at").dt.truncate("1h").alias("hour"),
        pl.col("created_at").dt.truncate("1d").alias("day"),
    )
    return times.select(
        log_others("hour").alias("sign_ups.same_hour"), log_others("day").alias("sign_ups.same_day")
    )
