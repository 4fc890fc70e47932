"""Country cells."""

from __future__ import annotations

import polars as pl

_MAX_CHARS = 64


def clean_countries(values: pl.Series) -> pl.Series:
    """Trim country cells; two-letter codes become upper case, `UK` becomes `GB`.

    Returns
    -------
    String; null where the cell is blank or longer than 64 characters.
    """
    text = values.str.strip_chars()
    code = pl.when(text.str.len_bytes() == 2).then(text.str.to_uppercase()).otherwise(text)
    code = code.replace({"UK": "GB"})
    return (
        pl.select(pl.when(text.str.len_chars() <= _MAX_CHARS).then(code))
        .to_series()
        .alias(values.name)
    )
