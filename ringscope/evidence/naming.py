"""Identifiers, counts and parts as they stand inside sentences."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ..safetext import visible
from ..words import count, kind_words

LONGEST = 48
NAMED = 4
"""Parts of a ring that a sentence names; smaller ones are added up."""


def short(value: str, most: int = LONGEST) -> str:
    """A value from strangers on one line, cut in length, its tricks written out."""
    text = visible(value)
    return text if len(text) <= most else text[: most - 1] + "…"


def called(kind: str, value: str | None) -> str:
    """An identifier in a sentence: "device D-17"."""
    if value is None:
        return f"one {kind_words(kind)} relation of the input"
    return f"{kind_words(kind)} {short(value)}"


def falls(sizes: Sequence[int]) -> str:
    """What becomes of a ring, from the sizes of its parts, largest first.

    Examples
    --------
    >>> falls([13]), falls([9, 4]), falls([9, 1, 1])
    ('it stays whole', 'it falls into 9 + 4', 'it shrinks to 9: 2 accounts are cut off')
    """
    if len(sizes) <= 1:
        return "it stays whole"
    groups = [size for size in sizes if size > 1]
    singles = len(sizes) - len(groups)
    if not groups:
        return "it falls into single accounts"
    are = "is" if singles == 1 else "are"
    off = f"{count(singles, 'account')} {are} cut off"
    if len(groups) == 1:
        return f"it shrinks to {groups[0]:,}: {off}"
    named = " + ".join(f"{size:,}" for size in groups[:NAMED])
    if len(groups) > NAMED:
        named += f" and {count(len(groups) - NAMED, 'smaller part')}"
    return f"it falls into {named}; {off}" if singles else f"it falls into {named}"


def listed(words: Sequence[str]) -> str:
    """Words as a list in a sentence: "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def examples(templates: pl.DataFrame) -> pl.DataFrame:
    """The example text of each template, keyed like an identifier: kind, value, example."""
    return templates.select(kind=pl.lit("template"), value="template", example="example")
