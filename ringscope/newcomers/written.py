"""What a few accounts have written: `content_features` and phrasing without the tables of a run.

The same figures as in a run. Only what needs linear-time patterns is left to Polars, once for all
messages; joins and groups cost more than the texts of one account. Tests hold both ways equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graph import bare_words
from models.features.content import (
    CHARACTERS,
    READ_CHARS,
    SHARES,
    VOCABULARY_MESSAGES,
    first_domain,
    measures,
)
from models.grams import MAX_MESSAGES, grams_of_few
from models.phrasing import Phrasing, by_account

Message = dict[str, Any]
_COUNTED = ("characters", "words", "capitals", "letters")


def written_of(
    messages: Sequence[Sequence[str]], phrasing: Phrasing
) -> tuple[list[dict[str, float]], NDArray[np.float64]]:
    """What each account's messages show.

    Parameters
    ----------
    messages
        Of each account.
    phrasing
        As the run has learned it.

    Returns
    -------
    content, phrased
        Features by name, without those that cannot be told; and what `Phrasing.apply` gives.
    """
    heads = [[text[:READ_CHARS] for text in some] for some in messages]
    distinct = {text for some in (*heads, *messages) for text in some}
    bare = dict(zip(distinct, _bare(distinct), strict=True))
    read = iter(_read([text for some in heads for text in some], bare))
    content = [_content([next(read) for _ in some]) if some else {} for some in heads]
    said = [sorted({bare[text] for text in some} - {""})[:MAX_MESSAGES] for some in messages]
    account = np.repeat(np.arange(len(said)), [len(some) for some in said])
    texts = [text for some in said for text in some]
    score = phrasing.of_few(*grams_of_few(texts), len(texts))
    return content, by_account(score, account, len(messages))


def _bare(texts: Iterable[str]) -> list[str]:
    return bare_words(pl.Series(list(texts), dtype=pl.String)).to_list()


def _read(texts: Sequence[str], bare: Mapping[str, str]) -> list[Message]:
    """What patterns tell of each message, and its words and normal form."""
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    low = pl.col("text").str.to_lowercase().alias("low")
    rows = frame.select("text", *measures(), first_domain(), low).to_dicts()
    return [row | {"bare": bare[row["text"]]} for row in rows]


def _content(read: list[Message]) -> dict[str, float]:
    """Features of the messages of one account."""
    size = len(read)
    totals = {name: sum(one[name] for one in read) for name in (*SHARES, *CHARACTERS, *_COUNTED)}
    found = {name: totals[name] / size for name in SHARES}
    found |= {name: totals[name] / totals["characters"] for name in CHARACTERS}
    if totals["letters"]:
        found["capitals.share"] = totals["capitals"] / totals["letters"]
    for unit in ("characters", "words"):
        found[f"length.{unit}"] = totals[unit] / size
        if size > 1:
            found[f"length.{unit}_spread"] = float(np.std([one[unit] for one in read]))
    if size > 1:
        found["repeats.share"] = 1 - len({one["bare"] for one in read}) / size
    domains = {one["domain"] for one in read} - {None}
    found["links.domains"] = float(np.log1p(len(domains)))
    first = sorted(read, key=lambda one: str(one["text"]))[:VOCABULARY_MESSAGES]
    words = [word for one in first for word in one["low"].split(" ") if word]
    if words:
        found["vocabulary.share"] = len(set(words)) / len(words)
    return found
