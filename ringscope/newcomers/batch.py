"""Many new accounts, in parts: others get their turn, and whoever waits is told how far it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from .estimate import Newcomer, estimate
from .fields import Row, check_rows, read_newcomers
from .known import Known

CHUNK = 500
TOLD = {
    "account_id": pl.String,
    "risk": pl.Float64,
    "by_links": pl.Float64,
    "by_itself": pl.Float64,
    "known": pl.Boolean,
    "linked": pl.Int64,
    "rings": pl.String,
    "says": pl.String,
}
"""Columns of the result, see `Newcomer`; rings: "R-1;R-2"."""


def score_batch(known: Known, rows: Sequence[Row], tell: Callable[[float], None]) -> pl.DataFrame:
    """Score many accounts in their order; columns as in `TOLD`.

    Parameters
    ----------
    known
        The run.
    rows
        See `read_newcomers`.
    tell
        Told the part that is done, in [0, 1].

    Raises
    ------
    InputError
        There is no account, or there are too many.
    """
    check_rows(rows)
    parts = []
    for start in range(0, len(rows), CHUNK):
        fresh = read_newcomers(rows[start : start + CHUNK], now=known.moment)
        parts += [_told(found) for found in estimate(known, fresh)]
        tell((start + CHUNK) / len(rows))
    return pl.DataFrame(parts, schema=TOLD)


def warm_up(known: Known) -> None:
    """Score a made-up account, so that what is loaded at the first score is there."""
    row = {"account_id": "x", "email": "x@mail.example", "phone": "+4915112345678", "text": "x"}
    estimate(known, read_newcomers([row], now=known.moment))


def _told(found: Newcomer) -> dict[str, object]:
    return {name: getattr(found, name) for name in TOLD} | {"rings": ";".join(found.rings)}
