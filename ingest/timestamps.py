"""Time stamps: ISO 8601 and epoch numbers, mixed in one column, to UTC."""

from __future__ import annotations

from datetime import datetime

import polars as pl

EARLIEST = datetime(1971, 1, 1)
"""First time stamp accepted: what is earlier is a placeholder for 'not known'."""

LATEST = datetime(2100, 1, 1)
"""Time stamps from here on are refused."""

_ISO = (
    r"^(\d{4})-?(\d{2})-?(\d{2})(?:[T ]\s*(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?$"
)
_UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def parse_times(values: pl.Series) -> pl.Series:
    """Parse text to naive UTC time stamps.

    Read are ISO 8601 (date alone, `T` or blank between date and time, fractions, zone or offset;
    without zone it is UTC) and epoch seconds, milliseconds, microseconds and nanoseconds, told
    apart by size.

    Parameters
    ----------
    values
        String cells.

    Returns
    -------
    Datetime("us"); null where the cell is blank, not a time stamp, or outside
    [`EARLIEST`, `LATEST`).
    """
    cells = values.str.strip_chars()
    plain = cells.str.slice(0, 19).str.replace(" ", "T", literal=True)
    plain = plain.str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us")
    short = cells.str.len_bytes() == 19
    times = pl.select(pl.when(short).then(plain)).to_series()
    rest = (times.is_null() & cells.is_not_null()).arg_true()
    if len(rest):
        times = times.scatter(rest, _parse_slow(cells.gather(rest)))
    inside = (times >= EARLIEST) & (times < LATEST)
    return pl.select(pl.when(inside).then(times)).to_series().alias(values.name)


def _parse_slow(cells: pl.Series) -> pl.Series:
    epoch = _epoch(cells)
    parts = cells.str.to_uppercase().str.extract_groups(_ISO).struct.unnest()
    parts.columns = ["year", "month", "day", "hour", "minute", "second", "fraction", "zone"]
    two = [
        pl.col(name).fill_null("00").str.zfill(2)
        for name in ("month", "day", "hour", "minute", "second")
    ]
    text = pl.format("{}-{}-{}T{}:{}:{}", "year", *two)
    micros = pl.col("fraction").fill_null("0").str.pad_end(6, "0").str.slice(0, 6).cast(pl.Int64)
    digits = pl.col("zone").str.replace_all(r"\D", "").str.pad_end(4, "0")
    minutes = digits.str.slice(0, 2).cast(pl.Int64, strict=False) * 60
    minutes = (minutes + digits.str.slice(2, 2).cast(pl.Int64, strict=False)).fill_null(0)
    sign = pl.when(pl.col("zone").str.starts_with("-")).then(-1).otherwise(1)
    offset = pl.duration(microseconds=micros) - pl.duration(minutes=minutes * sign)
    clock = text.str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us")
    iso = parts.select(time=pl.when(minutes <= 14 * 60).then(clock + offset))["time"]
    return pl.select(pl.coalesce(epoch, iso.cast(pl.Datetime("us")))).to_series()


def _epoch(cells: pl.Series) -> pl.Series:
    """Read numbers as seconds since 1970 in the one unit that puts them between the bounds."""
    number = cells.str.contains(r"^\d{8,19}(?:\.\d{0,9})?$")
    value = pl.select(pl.when(number).then(cells)).to_series()
    first, last = (int((day - datetime(1970, 1, 1)).total_seconds()) for day in (EARLIEST, LATEST))
    seconds = value.cast(pl.Float64, strict=False)
    whole = value.str.extract(r"^(\d+)").cast(pl.Int64, strict=False)
    micros = pl.lit(None, dtype=pl.Int64)
    for size in _UNITS.values():
        inside = (seconds >= first * size) & (seconds < last * size)
        if size == 1:
            exact = (seconds * 1_000_000).round().cast(pl.Int64, strict=False)
        else:
            exact = whole * (10**6 // size) if size <= 10**6 else whole // (size // 10**6)
        micros = pl.when(inside).then(exact).otherwise(micros)
    return pl.select(micros.cast(pl.Datetime("us"))).to_series()
