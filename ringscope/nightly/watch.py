"""Watching the nights: drift of data and scores, tables that changed, jumps in rings.

Tonight's profile is compared with those of the last good runs: levels and quantiles by the
population stability index (Siddiqi, 2006) and the distance of Kolmogorov and Smirnov (Smirnov,
1948), numbers of rows by their ratio. Each warning is one sentence with its figures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from ..output import SHOWN
from .drift import Compared, compare_levels, compare_numbers

RUNS = 7
"""Good runs that tonight is compared with, the latest."""
FEWER, MORE = 0.5, 2.0
"""Share of the usual rows of a table below and above which it is told."""
FEW_ROWS = 30
"""Tables and columns with fewer rows, then and now, are left alone."""
MISSING_JUMP = 0.2
"""Rise of the share of missing values that is told."""
RINGS_JUMP = 0.5
"""Change of the number of rings, or of accounts in them, in parts of what is usual."""
MOST = 40
"""Warnings that are given; the rest is counted."""

Frames = Mapping[str, pl.DataFrame]
_KEY = ["part", "table", "column"]
_PLACES = {"recent": "the last day of ", "input": "", "feature": "the features of ", "score": ""}


@dataclass(frozen=True)
class Caution:
    """One thing that is not as it was.

    Attributes
    ----------
    what
        rows, missing, levels, numbers or rings.
    place
        Where: table and column in words.
    figure, limit
        What was measured and what it went beyond.
    sentence
        All of it in one line.
    """

    what: str
    place: str
    figure: float
    limit: float
    sentence: str


def watch(tonight: Frames, earlier: Sequence[Frames]) -> list[Caution]:
    """Compare a run with those before it.

    Parameters
    ----------
    tonight
        Frames of the run: profile, rings.
    earlier
        Frames of the last good runs, the newest last; `RUNS` of them count. None: no warning.

    Returns
    -------
    list of Caution
        The gravest sorts first: tables, missing values, rings, then drift.
    """
    known = [run for run in earlier if "profile" in run][-RUNS:]
    if not known or "profile" not in tonight:
        return []
    past = pl.concat(
        [run["profile"].with_columns(night=pl.lit(night)) for night, run in enumerate(known)]
    )
    profile = tonight["profile"]
    found = [
        *_rows(profile, past),
        *_missing(profile, past),
        *_rings(tonight, known),
        *_drift(profile, past, "levels", compare_levels),
        *_drift(profile, past, "quantiles", compare_numbers),
    ]
    return found[:MOST]


def _rows(profile: pl.DataFrame, past: pl.DataFrame) -> list[Caution]:
    """Tables that are missing, or much shorter or longer than usual."""
    now = profile.filter(pl.col("column") == "", pl.col("part").is_in(["input", "recent"]))
    usual = past.group_by(_KEY).agg(usual=pl.col("rows").median(), nights=pl.len())
    both = now.join(usual, _KEY, "left").sort(_KEY)
    warnings = []
    for part, table, rows, usually in both.select("part", "table", "rows", "usual").iter_rows():
        if usually is None or max(rows, usually) < FEW_ROWS:
            continue
        place = f"{_PLACES[part]}{table}"
        if rows == 0:
            text = f"{place}: no row tonight, {usually:,.0f} as a rule"
            warnings.append(Caution("rows", place, 0.0, FEWER, text))
            continue
        ratio = rows / max(usually, 1)
        if FEWER < ratio < MORE:
            continue
        limit = FEWER if ratio <= FEWER else MORE
        text = f"{place}: {rows:,} rows tonight, {usually:,.0f} as a rule ({ratio:.0%})"
        warnings.append(Caution("rows", place, round(ratio, 3), limit, text))
    return warnings


def _missing(profile: pl.DataFrame, past: pl.DataFrame) -> list[Caution]:
    """Columns of which more is missing than on any of the nights before, up to all of it."""
    share = pl.col("missing") / pl.col("rows")
    enough = (pl.col("column") != "") & (pl.col("rows") >= FEW_ROWS)
    most = past.filter(enough).group_by(_KEY).agg(most=share.max())
    both = profile.filter(enough).with_columns(share=share).join(most, _KEY).sort(_KEY)
    risen = both.filter(pl.col("share") - pl.col("most") >= MISSING_JUMP)
    warnings = []
    for part, table, column, now, before in risen.select(*_KEY, "share", "most").iter_rows():
        place = f"{_PLACES[part]}{table}, column {column}"
        how = "is empty" if now == 1 else f"lacks {now:.0%} of its values"
        text = f"{place}: {how} tonight, {before:.0%} at most in the runs before"
        warnings.append(
            Caution("missing", place, round(now, 3), round(before + MISSING_JUMP, 3), text)
        )
    return warnings


def _rings(tonight: Frames, earlier: Sequence[Frames]) -> list[Caution]:
    """Jumps of the number of called rings, of the accounts in them and of the largest ring."""
    past = [_counts(run["rings"]) for run in earlier]
    warnings = []
    for name, now in _counts(tonight["rings"]).items():
        usual = float(np.median([counts[name] for counts in past]))
        # Small numbers jump by themselves: three times their square root counts as noise.
        limit = max(RINGS_JUMP * usual, 3 * usual**0.5, 3.0)
        if abs(now - usual) > limit:
            text = f"{name}: {now:,} tonight, {usual:,.0f} as a rule"
            warnings.append(Caution("rings", name, float(now), round(limit, 1), text))
    return warnings


def _counts(rings: pl.DataFrame) -> dict[str, int]:
    called = rings.filter(pl.col("status").is_in(SHOWN))["size"].to_list()
    return {
        "rings": len(called),
        "accounts in rings": sum(called),
        "accounts in the largest ring": max(called, default=0),
    }


def _drift(
    profile: pl.DataFrame,
    past: pl.DataFrame,
    what: str,
    compare: Callable[[pl.DataFrame, pl.DataFrame], Compared],
) -> list[Caution]:
    """Columns whose values are spread otherwise than in the runs before, most drifted first."""
    shaped = pl.col(what).is_not_null() & (pl.col("rows") - pl.col("missing") >= FEW_ROWS)
    nights = past.filter(shaped).partition_by(_KEY, as_dict=True)
    found = []
    for row in profile.filter(shaped).sort(_KEY).partition_by(_KEY):
        key = row.select(_KEY).row(0)
        if key not in nights:
            continue
        measured = compare(row, nights[key])
        if measured.drifted:
            place = f"{_PLACES[key[0]]}{key[1]}, column {key[2]}"
            text = f"{place}: {measured.words}"
            found.append(Caution(what, place, measured.psi, measured.limit, text))
    return sorted(found, key=lambda warning: (warning.limit - warning.figure, warning.place))
