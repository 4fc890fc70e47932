"""Pseudonymised tables: tokens in place of identifiers, equal where the identifiers are equal."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import Any

import polars as pl

from .errors import SettingsError
from .tables import Tables

_MIN_KEY_BYTES = 16

_KINDS: dict[str, dict[str, str]] = {
    "accounts": {
        "account_id": "account",
        "email": "email",
        "email_mailbox": "mailbox",
        "email_domain": "domain",
        "username": "username",
        "username_skeleton": "skeleton",
        "phone": "phone",
    },
    "logins": {"ip": "ip", "subnet": "subnet", "device_id": "device"},
    "messages": {"recipient_id": "account"},
    "events": {"target_id": "account"},
    "payments": {"instrument_id": "instrument"},
}


def pseudonymise(tables: Tables, key: bytes, key_id: str = "k1") -> Tables:
    """Replace each identifier by a keyed hash.

    Equal identifiers of one kind get equal tokens, so links survive; an IP address and its subnet
    get a token each, so addresses of one subnet stay together. Without the key the tokens cannot
    be made again from guesses. Values in the quarantine are blanked. Message texts and user
    agents stay as they are.

    Parameters
    ----------
    key
        Secret of 16 to 64 bytes; keep it apart from the tables.
    key_id
        Name of the key, put before each token: tokens of two keys are never mixed up.

    Returns
    -------
    Tables in canonical order under the new account ids.

    Raises
    ------
    SettingsError
        The key is too short or too long.
    """
    check_key(key)
    frames: dict[str, Any] = {}
    for name, kinds in _KINDS.items():
        frame: pl.DataFrame = getattr(tables, name)
        hidden = [tokens(frame[column], kind, key, key_id) for column, kind in kinds.items()]
        frames[name] = frame.with_columns(hidden)
    accounts = frames.pop("accounts").with_row_index("old").sort("account_id")
    moved = accounts.with_row_index("new").select("old", "new")
    for name in ("logins", "messages", "events", "payments", "engagement", "edges"):
        frames[name] = _renumber(frames.get(name, getattr(tables, name)), moved)
    blanked = tables.quarantine.with_columns(value=pl.lit(""))
    return dataclasses.replace(tables, accounts=accounts.drop("old"), quarantine=blanked, **frames)


def check_key(key: bytes) -> None:
    """Refuse a key of the wrong length.

    Raises
    ------
    SettingsError
        It has fewer than 16 or more than 64 bytes.
    """
    if not _MIN_KEY_BYTES <= len(key) <= hashlib.blake2b.MAX_KEY_SIZE:
        raise SettingsError(f"the pseudonym key has {len(key)} bytes; give 16 to 64 random bytes")


def tokens(values: pl.Series, kind: str, key: bytes, key_id: str) -> pl.Series:
    """Keyed hashes of one kind in place of texts; blanks stay blank.

    Parameters
    ----------
    values
        Texts.
    kind
        Equal texts of different kinds get different tokens; at most 16 bytes of it count.
    key, key_id
        See `pseudonymise`.
    """

    def token(value: str) -> str:
        hashed = hashlib.blake2b(value.encode(), digest_size=16, key=key, person=kind.encode()[:16])
        return f"{key_id}-{hashed.hexdigest()}"

    unique = values.drop_nulls().unique().to_list()
    hidden = [token(value) for value in unique]
    return values.replace_strict(unique, hidden, default=None, return_dtype=pl.String)


def _renumber(frame: pl.DataFrame, moved: pl.DataFrame) -> pl.DataFrame:
    """Give each account its new row number and sort again."""
    columns = frame.columns
    for name in {"account", "other"} & set(columns):
        new = frame.select(old=name).join(moved, on="old", how="left", maintain_order="left")["new"]
        frame = frame.with_columns(new.alias(name))
    return frame.sort(columns)
