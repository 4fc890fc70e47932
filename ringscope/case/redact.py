"""How much of a case packet names anybody: everything, keyed tokens, or counts alone.

Redaction comes first: it makes tables in which nothing that was taken away is left, and everything
else in a packet is computed from those.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import polars as pl

from ingest.errors import SettingsError
from ingest.pseudonyms import check_key, tokens

from ..evidence.source import Part

LEVELS = ("full", "keyed", "counts")
"""full: all as it is. keyed: a token made with a secret key in place of each account, name and
value, no texts. counts: numbers in place of names; no table holds a row per account."""

_ACCOUNTS = ("account_id", "account_a", "account_b")
_BLANKED = {
    "accounts": ("username", "email", "phone"),
    "scores": ("reasons",),
    "rings": ("why",),
    "templates": ("example",),
    "hubs": ("reason", "who"),
}


def redacted(part: Part, level: str, key: bytes | None = None, key_id: str = "k1") -> Part:
    """Take away what a packet of a level must not show.

    Parameters
    ----------
    part
        The tables of one ring.
    level
        One of `LEVELS`.
    key, key_id
        For keyed: the secret (16 to 64 bytes) and its name; see `ingest.pseudonyms`.

    Raises
    ------
    SettingsError
        The level is unknown, or keyed has no key or one of the wrong length.
    """
    if level == "full":
        return part
    if level == "keyed":
        if key is None:
            raise SettingsError("--redact keyed needs --key-file with 16 to 64 random bytes")
        check_key(key)
        secret = key
        return _replaced(part, lambda texts, kind: tokens(texts, kind, secret, key_id))
    if level == "counts":
        return _replaced(part, _numbered)
    raise SettingsError(f"unknown level {level!r} of redaction; use {', '.join(LEVELS)}")


def _numbered(texts: pl.Series, kind: str) -> pl.Series:
    """Numbers in place of texts; their order says nothing of the texts."""
    unique = texts.drop_nulls().unique().to_list()
    order = sorted(unique, key=_mixed)
    first = "account" if kind == "account" else "no."
    names = [f"{first} {place}" for place in range(1, len(order) + 1)]
    return texts.replace_strict(order, names, default=None, return_dtype=pl.String)


def _mixed(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "replace")).digest()


def _replaced(part: Part, name: Any) -> Part:
    """Replace all accounts and values by other names, the same ones in all tables."""
    frames = {table: _blanked(table, frame) for table, frame in part.frames.items()}
    called = _names(frames, name)
    return Part({table: _renamed(frame, called) for table, frame in frames.items()}, part.manifest)


def _blanked(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(
        pl.lit(None, dtype=frame.schema[column]).alias(column)
        for column in _BLANKED.get(table, ())
        if column in frame.columns
    )


def _names(frames: Mapping[str, pl.DataFrame], name: Any) -> dict[str, pl.DataFrame]:
    """New names: of accounts (old, new) and of identifiers (kind, old, new)."""
    accounts = pl.concat(
        [
            frame[column].rename("old")
            for frame in frames.values()
            for column in _ACCOUNTS
            if column in frame.columns
        ]
    ).unique().sort()  # fmt: skip
    values = pl.concat(
        [
            frame.select("kind", old="value")
            for frame in frames.values()
            if {"kind", "value"} <= set(frame.columns)
        ]
        + [frames["templates"].select(kind=pl.lit("template"), old="template")]
    ).drop_nulls().unique().sort("kind", "old")  # fmt: skip
    made = [
        some.with_columns(new=name(some["old"], str(kind)))
        for (kind,), some in values.partition_by("kind", as_dict=True).items()
    ]
    return {
        "accounts": pl.DataFrame({"old": accounts, "new": name(accounts, "account")}),
        "values": pl.concat(made) if made else values.with_columns(new="old"),
    }


def _renamed(frame: pl.DataFrame, called: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    columns = frame.columns
    accounts, values = called["accounts"], called["values"]
    for column in _ACCOUNTS:
        if column in columns:
            names = accounts.rename({"old": column, "new": f"{column} new"})
            frame = frame.join(names, column, "left", maintain_order="left").with_columns(
                pl.col(f"{column} new").alias(column)
            )
    if "template" in columns:
        words = values.filter(pl.col("kind") == "template").select(template="old", new="new")
        frame = frame.join(words, "template", "left", maintain_order="left").with_columns(
            template="new"
        )
    if {"kind", "value"} <= set(columns):
        words = values.rename({"old": "value"})
        frame = frame.join(words, ["kind", "value"], "left", maintain_order="left").with_columns(
            value="new"
        )
    frame = frame.select(columns)
    return _ordered(frame)


def _ordered(frame: pl.DataFrame) -> pl.DataFrame:
    """The smaller of two accounts first again; rows in the order of the new names."""
    if "account_a" in frame.columns:
        low, high = (
            pl.min_horizontal("account_a", "account_b"),
            pl.max_horizontal("account_a", "account_b"),
        )
        frame = frame.with_columns(account_a=low, account_b=high)
    keys = ("ring_id", "account_id", "account_a", "account_b", "kind", "value", "template")
    by = [key for key in keys if key in frame.columns]
    return frame.sort(by) if by else frame
