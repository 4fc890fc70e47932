"""Message templates, with what identifies a person in the example masked."""

from __future__ import annotations

from typing import Any

import polars as pl

from ..words import day_column
from .frames import Frames

ROWS = 30
_CUT = 280  # unicode codepoints of an example
# Polars' engine is linear in the length of the text, whatever an attacker writes.
_MASKS = (
    (r"(?i)\b(?:https?://|www\.)[^\s<>\"]+", "[link]"),
    (r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", "[mail]"),
    (r"(^|\s)@\w{3,}", "$1[handle]"),
    (r"\+?\d(?:[ .()/-]{0,2}\d){5,}", "[number]"),
)


def masked(column: str) -> pl.Expr:
    """A text column with links, mail addresses, handles and long numbers masked, cut in length.

    Examples
    --------
    >>> frame = pl.DataFrame({"text": ["write to a.b@example.com or +49 151 2345678"]})
    >>> frame.select(masked("text")).item()
    'write to [mail] or [number]'
    """
    text = pl.col(column).str.slice(0, 2 * _CUT)
    for pattern, word in _MASKS:
        text = text.str.replace_all(pattern, word)
    cut = pl.concat_str(text.str.slice(0, _CUT), pl.lit("…"))
    return pl.when(text.str.len_chars() > _CUT).then(cut).otherwise(text)


def template_rows(frames: Frames, members: pl.DataFrame) -> list[dict[str, Any]]:
    """The `ROWS` templates that most accounts sent, each with the rings that sent it.

    Parameters
    ----------
    frames
        Conformed frames (`templates`, `sightings`).
    members
        ring_id, account_id of the rings that the report shows.
    """
    largest = frames["templates"].sort(
        "accounts", "messages", "template", descending=[True, True, False]
    )
    rows = largest.head(ROWS).with_columns(
        masked("example"), day_column("first_seen"), day_column("last_seen")
    )
    rings = (
        frames["sightings"]
        .filter(pl.col("kind") == "template")
        .join(members.select("ring_id", "account_id"), on="account_id")
        .group_by(pl.col("value").alias("template"), "ring_id")
        .agg(pl.col("account_id").n_unique().alias("sharing"))
        .filter(pl.col("sharing") >= 2)
        .sort("sharing", "ring_id", descending=[True, False])
        .group_by("template", maintain_order=True)
        .agg(pl.col("ring_id").alias("rings"))
    )
    return rows.join(rings, on="template", how="left", maintain_order="left").to_dicts()
