"""Small tools for columns of text: draw words, join columns, pick one of several shapes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from .clock import Flags, Floats, Ints

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_SYLLABLES = {
    1: pl.Series(list(_ALPHABET)),
    2: pl.Series([a + b for a in _ALPHABET for b in _ALPHABET]),
    3: pl.Series([a + b + c for a in _ALPHABET for b in _ALPHABET for c in _ALPHABET]),
}


def tokens(rng: np.random.Generator, count: int, length: int, prefix: str = "") -> pl.Series:
    """Draw `count` different tokens of `length` characters whose order says nothing."""
    drawn = int(count * 1.02) + 20
    parts = []
    for start in range(0, length, 3):
        table = _SYLLABLES[min(3, length - start)]
        parts.append(table.gather(rng.integers(0, len(table), drawn)))
    return join(prefix, *parts).unique(maintain_order=True).head(count)


def pick(words: Sequence[str], at: Ints) -> pl.Series:
    """One word per entry of `at`, by number."""
    return pl.Series(list(words)).gather(at)


def draw(
    rng: np.random.Generator,
    words: Sequence[str],
    count: int,
    shares: Sequence[float] | None = None,
) -> pl.Series:
    """Draw `count` words, equally likely or with the given shares."""
    if shares is None:
        return pick(words, rng.integers(0, len(words), count))
    steps = np.cumsum(shares)
    return pick(words, np.searchsorted(steps[:-1] / steps[-1], rng.random(count), side="right"))


def join(*parts: pl.Series | str) -> pl.Series:
    """Concatenate columns and constant texts row by row."""
    series = [pl.lit(p) if isinstance(p, str) else p.alias(f"p{k}") for k, p in enumerate(parts)]
    return pl.select(pl.concat_str(series)).to_series()


def either(flag: Flags, yes: pl.Series, no: pl.Series) -> pl.Series:
    """Take `yes` where the flag is set, `no` elsewhere."""
    return no.zip_with(~pl.Series(flag), yes)


def shaped(style: Ints, shapes: Sequence[pl.Series]) -> pl.Series:
    """Take row i from the shape that `style[i]` numbers."""
    result = shapes[0]
    for number, shape in enumerate(shapes[1:], start=1):
        result = either(style == number, shape, result)
    return result


def sometimes(rng: np.random.Generator, words: pl.Series, chance: float | Floats) -> pl.Series:
    """Leave an entry empty with chance 1 - `chance`."""
    blank = pl.Series([""]).new_from_index(0, len(words))
    return either(rng.random(len(words)) < chance, words, blank)
