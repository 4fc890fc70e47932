"""Messages in a normal form: what is left when an author only turns the small screws."""

from __future__ import annotations

import polars as pl

from .homoglyphs import fold
from .slices import in_slices

_TOP_LEVEL = (
    "com|net|org|info|biz|io|co|me|ru|cn|de|uk|fr|it|es|nl|pl|in|br|eu|us|app|dev|xyz|top|shop|site|"
    "online|club|live|link|click|icu|ly|gl|cc|tv|to|gg|ai|ws|su|tk|ml|ga|cf|pw|vip|store|tech|website"
)
_MAIL = r"[a-z0-9._%+\-]+@[a-z0-9\-]+(?:\.[a-z0-9\-]+)+"
_URL = (
    r"(?:https?|hxxps?|ftp)://[^ ]+|\bwww\.[^ ]+"
    rf"|\b(?:[a-z0-9](?:[a-z0-9\-]{{0,62}})\.)+(?:{_TOP_LEVEL})\b(?::[0-9]+)?(?:/[^ ]*)?"
)
_HANDLE = r"(^|[^a-z0-9_@>])@[a-z0-9_][a-z0-9_.]*"
_NUMBER = r"[+(]?[0-9](?:[0-9 ().,:/\-]*[0-9])?"


def normalise_text(values: pl.Series) -> pl.Series:
    """Bring messages to a normal form, so that near-duplicates become equal or nearly so.

    Case, homoglyphs, invisible characters and white space are evened out. Email addresses become
    `<mail>`, links `<url>`, handles `<at>`, and numbers, phone numbers, dates and amounts `<num>`.

    Parameters
    ----------
    values
        Messages (String).

    Returns
    -------
    String, same length; null stays null.

    Examples
    --------
    >>> import polars as pl
    >>> normalise_text(pl.Series(["Visit  https://a.example/x9 or call +49 171 555"])).to_list()
    ['visit <url> or call <num>']
    """
    return in_slices(_normalised, values).alias(values.name)


def _normalised(values: pl.Series) -> pl.Series:
    text = pl.col("text").str.replace_all(r"\s+", " ").str.strip_chars(" ")
    text = text.str.replace_all(_MAIL, "<mail>").str.replace_all(_URL, "<url>")
    text = text.str.replace_all(_HANDLE, "${1}<at>").str.replace_all(_NUMBER, "<num>")
    return pl.DataFrame({"text": fold(values)}).select(text).to_series()
