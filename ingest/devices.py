"""Device identifiers without the placeholders that unrelated devices share."""

from __future__ import annotations

import polars as pl

from .limits import MAX_ID_CHARS

PLACEHOLDERS = (
    "9774d56d682e549c",  # one id on many early Android devices
    "020000000000",  # what Android tells instead of its network address
    "123456789",
    "1234567890",
    "123456789012345",
    "0123456789abcdef",
    "test",
    "default",
    "android",
    "device",
    "generic",
    "not available",
    "notavailable",
)
"""Values (letters and digits only) that say nothing about a device."""


def clean_devices(values: pl.Series) -> pl.Series:
    """Trim device identifiers and lower their case.

    Returns
    -------
    String; null where the cell is blank, a placeholder (`unknown`, only zeros, only `f` or
    only `x`, known defaults) or longer than `MAX_ID_CHARS`.
    """
    text = values.str.strip_chars().str.to_lowercase()
    core = text.str.replace_all(r"[^a-z0-9]", "")
    bad = core.str.contains("^(?:0*|f*|x*)$") & text.str.contains(r"^[\x00-\x7f]*$")
    bad |= core.is_in(PLACEHOLDERS) | (text.str.len_chars() > MAX_ID_CHARS)
    return pl.select(pl.when(~bad).then(text)).to_series().alias(values.name)
