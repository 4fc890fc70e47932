"""Dirty rows, as exports of real platforms have them: under one in a hundred."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from .wording import draw, either

_BAD_TIMES = ("n/a", "31/02/2025", "2025-13-01T00:00:00", "0000-00-00 00:00:00", "yesterday")
_BAD_IPS = ("999.12.7.1", "unknown", "10.0.0", "::ffff:xyz", "-")
ODD_TIMES, BAD_TIMES, BAD_IPS, BLANKS, DOUBLES = 0.004, 0.0008, 0.001, 0.0008, 0.002


def write_times(rng: np.random.Generator, ts: pl.Series) -> pl.Series:
    """Write times as ISO 8601; a few as epoch seconds, milliseconds or with a zone; a few bad."""
    text = ts.dt.strftime("%Y-%m-%dT%H:%M:%S")
    odd = np.flatnonzero(rng.random(len(ts)) < ODD_TIMES)
    for part, rows in enumerate(np.array_split(rng.permutation(odd), 4)):
        at = ts.gather(rows)
        shapes = (
            at.dt.epoch("s").cast(pl.String),
            at.dt.epoch("ms").cast(pl.String),
            (at + timedelta(hours=2)).dt.strftime("%Y-%m-%dT%H:%M:%S+02:00"),
            at.dt.strftime("%Y-%m-%d %H:%M:%S"),
        )
        text = text.scatter(rows, shapes[part])
    bad = np.flatnonzero(rng.random(len(ts)) < BAD_TIMES)
    return text.scatter(bad, draw(rng, _BAD_TIMES, len(bad)))


def soil(rng: np.random.Generator, table: pl.DataFrame, keys: tuple[str, ...]) -> pl.DataFrame:
    """Blank some cells of `keys`, spoil some addresses, repeat some rows, shuffle all."""
    for name in keys:
        empty = pl.Series(rng.random(table.height) < BLANKS)
        table = table.with_columns(table[name].set(empty, None))
    if "ip" in table.columns:
        wrong = rng.random(table.height) < BAD_IPS
        value = draw(rng, _BAD_IPS, table.height)
        table = table.with_columns(either(wrong, value, table["ip"]).alias("ip"))
    twice = np.flatnonzero(rng.random(table.height) < DOUBLES)
    order = rng.permutation(np.concatenate([np.arange(table.height), twice]))
    return table[order]
