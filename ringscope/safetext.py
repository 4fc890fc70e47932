"""Text from strangers, made safe to show on one line of a terminal or a log."""

from __future__ import annotations

import unicodedata

# Controls (Cc), invisible and bidirectional format characters (Cf), lone surrogates (Cs),
# private use (Co) and the two Unicode line breaks (Zl, Zp): none has a place in one line of text.
_UNSAFE = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def visible(text: object) -> str:
    r"""Return text with control, format and bidirectional characters written as escapes.

    Parameters
    ----------
    text
        Anything; None becomes the empty string.

    Returns
    -------
    str
        Printable text on one line.

    Examples
    --------
    >>> visible("a\nb\u202e")
    'a\\nb\\u202e'
    """
    if text is None:
        return ""
    raw = str(text)
    if raw.isascii() and raw.isprintable():
        return raw
    return "".join(_escaped(ch) if unicodedata.category(ch) in _UNSAFE else ch for ch in raw)


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
