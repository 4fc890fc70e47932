"""Letters that look like others: Cyrillic, Greek and more, folded to the Latin letter they imitate.

The pairs are from Unicode's confusables (UTS 39), as packaged by `confusable-homoglyphs`. Only
single letters of other scripts that look like one ASCII letter or digit are folded.
"""

from __future__ import annotations

from functools import cache

import polars as pl

_INVISIBLE = (
    r"[\u{ad}\u{34f}\u{61c}\u{180b}-\u{180e}\u{200b}-\u{200f}\u{202a}-\u{202e}"
    r"\u{2060}-\u{206f}\u{fe00}-\u{fe0f}\u{feff}\u{e0000}-\u{e007f}]"
)


FEW = 200
"""Texts below which they are folded one by one: to prepare the search for all look-alikes at once
takes longer than that."""


@cache
def look_alikes() -> dict[str, str]:
    """Return the ASCII letter (lower case) per lower-case letter that looks like it."""
    from confusable_homoglyphs import confusables

    found: dict[str, str] = {}
    for letter, twins in confusables.confusables_data.items():
        if len(letter) != 1 or letter.isascii() or not letter.isalpha():
            continue
        plain = sorted({twin["c"].lower() for twin in twins if _is_plain(twin["c"])})
        if len(plain) == 1:
            found.setdefault(letter.lower(), plain[0])
    # the lower case of some is plain already (Kelvin sign) or two letters (dotted I)
    return {a: b for a, b in sorted(found.items()) if len(a) == 1 and not a.isascii()}


def _is_plain(text: str) -> bool:
    return len(text) == 1 and text.isascii() and text.isalpha()


def fold(values: pl.Series) -> pl.Series:
    """Fold text to what a reader sees.

    Compatibility forms (NFKC: wide, styled and circled letters) become plain, invisible
    characters vanish, case is lowered and look-alikes become Latin.
    """
    other = values.str.len_bytes() != values.str.len_chars()
    if other.any():
        places = other.fill_null(False).arg_true()
        strange = values.gather(places).str.normalize("NFKC").str.replace_all(_INVISIBLE, "")
        values = values.clone().scatter(places, _as_latin(strange.str.to_lowercase()))
    return values.str.to_lowercase()


def _as_latin(values: pl.Series) -> pl.Series:
    twins = look_alikes()
    if len(values) >= FEW:
        return values.str.replace_many(list(twins), list(twins.values()))
    return pl.Series([text.translate(_table()) for text in values], dtype=pl.String)


@cache
def _table() -> dict[int, str]:
    return str.maketrans(look_alikes())
