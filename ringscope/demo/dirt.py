"""Dirty rows, as exports of real platforms have them: under one in a hundred."""

from __future__ import annotations

import numpy as np
import polars as pl

_BAD_TIMES = ("n/a", "31/02/2025", "2025-13-01T00:00:00", "0000-00-00 00:00:00", "yesterday")
_BAD_IPS = ("999.12.7.1", "unknown", "10.0.0", "::ffff:xyz", "-")
ODD_TIMES, BAD_TIMES, BAD_IPS, BLANKS, DOUBLES = 0.004, 0.0008, 0.001, 0.0008, 0.002


def write_times(rng: np.random.Generator, ts: pl.Series) -> pl.Series:
    """Write `Datetime` as ISO 8601, a few as epoch seconds, milliseconds, or with a zone; a few bad."""
    kind = rng.choice(5, len(ts), p=[1 - ODD_TIMES, *[ODD_TIMES / 4] * 4])
    bad = rng.random(len(ts)) < BAD_TIMES
    nonsense = pl.Series(np.array(_BAD_TIMES)[rng.integers(0, len(_BAD_TIMES), len(ts))])
    frame = pl.DataFrame({"ts": ts, "kind": kind, "bad": bad, "nonsense": nonsense})
    at = pl.col("ts")
    text = (
        pl.when("bad")
        .then("nonsense")
        .when(pl.col("kind") == 1)
        .then(at.dt.epoch("s").cast(pl.String))
        .when(pl.col("kind") == 2)
        .then(at.dt.epoch("ms").cast(pl.String))
        .when(pl.col("kind") == 3)
        .then((at + pl.duration(hours=2)).dt.strftime("%Y-%m-%dT%H:%M:%S+02:00"))
        .when(pl.col("kind") == 4)
        .then(at.dt.strftime("%Y-%m-%d %H:%M:%S"))
        .otherwise(at.dt.strftime("%Y-%m-%dT%H:%M:%S"))
    )
    return frame.select(text.alias("ts"))["ts"]


def soil(rng: np.random.Generator, table: pl.DataFrame, keys: tuple[str, ...]) -> pl.DataFrame:
    """Blank some cells of `keys`, spoil some addresses, repeat some rows, shuffle all."""
    for name in keys:
        empty = pl.Series(rng.random(table.height) < BLANKS)
        table = table.with_columns(table[name].set(empty, None))
    if "ip" in table.columns:
        wrong = pl.Series(rng.random(table.height) < BAD_IPS)
        value = pl.Series(rng.choice(_BAD_IPS, table.height))
        broken = pl.when(wrong).then(value).otherwise(table["ip"])
        table = table.with_columns(broken.alias("ip"))
    twice = np.flatnonzero(rng.random(table.height) < DOUBLES)
    order = rng.permutation(np.concatenate([np.arange(table.height), twice]))
    return table[order]
