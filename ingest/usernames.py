"""User names by what they look like."""

from __future__ import annotations

import polars as pl

from .homoglyphs import fold


def username_skeleton(values: pl.Series) -> pl.Series:
    """Return the letters of a user name as a reader sees them.

    Case, look-alike letters, separators and digits are taken away; null where nothing is left.

    Examples
    --------
    >>> import polars as pl
    >>> username_skeleton(pl.Series(["Emma.Silva5696", "777"])).to_list()
    ['emmasilva', None]
    """
    letters = fold(values).str.replace_all(r"[\s\d\pP\pS]+", "")
    return pl.select(pl.when(letters != "").then(letters)).to_series().alias(values.name)


def username_pattern(values: pl.Series) -> pl.Series:
    """Return the shape of a user name: `a` per run of letters, `9` per digit, others as they are.

    Names made by one generator share their shape.

    Examples
    --------
    >>> import polars as pl
    >>> username_pattern(pl.Series(["emma.silva5696"])).to_list()
    ['a.a9999']
    """
    return fold(values).str.replace_all(r"\pL+", "a").str.replace_all(r"\d", "9").alias(values.name)
