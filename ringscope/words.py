"""Figures, times and kinds in words for people."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import polars as pl

from graph.kinds import kinds

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SMALLEST = 300  # doubles end at 10^-308
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNITS = (
    (timedelta(days=365), "year"),
    (timedelta(days=1), "day"),
    (timedelta(hours=1), "hour"),
    (timedelta(minutes=1), "minute"),
)


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: `count(1, "ring")` is "1 ring".

    Examples
    --------
    >>> count(1200, "mailbox", "mailboxes")
    '1,200 mailboxes'
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def chance(surprise: float | None) -> str:
    """The chance-test result in words.

    Parameters
    ----------
    surprise
        -log10 of the probability that chance alone gives such a group; None: not tested.

    Examples
    --------
    >>> chance(8.2), chance(2.7), chance(0.1)
    ('1 in 10⁸', '1 in 500', 'as expected')
    """
    if surprise is None or math.isnan(surprise):
        return "not tested"
    if surprise >= _SMALLEST:
        return "under 1 in " + _power(_SMALLEST)
    if surprise >= 5:
        return "1 in " + _power(int(surprise))
    if surprise < 0.2:
        return "as expected"
    times = 10**surprise
    digits = max(len(str(int(times))) - 1, 0)
    return f"1 in {round(times, -digits):,.0f}"


def _power(exponent: int) -> str:
    return "10" + str(exponent).translate(_RAISED)


def percent(share: float | None) -> str:
    """A share in [0, 1] as a percentage that never claims certainty.

    Examples
    --------
    >>> percent(0.973), percent(0.9999), percent(0.0001), percent(None)
    ('97%', '>99%', '<1%', '–')
    """
    if share is None or math.isnan(share):
        return "–"
    if share >= 0.995:
        return ">99%"
    if 0 < share < 0.005:
        return "<1%"
    return f"{share:.0%}"


def day(moment: datetime | None) -> str:
    """A date such as "4 Mar 2026"; a dash where it is unknown."""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}" if moment else "–"


def minute(moment: datetime | None) -> str:
    """A time such as "4 Mar 2026 13:05"; a dash where it is unknown."""
    return f"{day(moment)} {moment:%H:%M}" if moment else "–"


def period(first: datetime | None, last: datetime | None) -> str:
    """Two dates as a span; what they have in common is said once.

    Examples
    --------
    >>> period(datetime(2026, 1, 4), datetime(2026, 3, 9))
    '4 Jan – 9 Mar 2026'
    """
    if first is None or last is None:
        return day(first or last)
    if first.date() == last.date():
        return day(first)
    if first.year != last.year:
        return f"{day(first)} – {day(last)}"
    if first.month == last.month:
        return f"{first.day} – {day(last)}"
    return f"{first.day} {_MONTHS[first.month - 1]} – {day(last)}"


def duration(span: timedelta) -> str:
    """A span in its largest fitting unit: "3 hours"."""
    for unit, name in _UNITS:
        if span >= 2 * unit or (span >= unit and name == "minute"):
            return count(round(span / unit), name)
    return "a minute"


def kind_words(kind: str, number: int = 1) -> str:
    """The word that people use for a kind of identifier, singular or plural."""
    known = kinds().get(kind)
    if known is None:
        return kind.replace("_", " ")
    return known.one if number == 1 else known.many


def day_column(name: str) -> pl.Expr:
    """A time column as dates such as "4 Mar 2026", null where unknown."""
    return pl.col(name).dt.strftime("%-d %b %Y")
