"""The figures and sentences at the top of the report."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl

from ..words import count, percent, period
from .frames import Frames
from .rings import Ranked


def headline(frames: Frames, order: Ranked) -> dict[str, Any]:
    """Headline figures and a plain summary.

    Returns
    -------
    dict
        figures (value, label, note each) and summary (sentences).
    """
    accounts = frames["accounts"]
    read = max(accounts.height, frames["scores"].height)
    inside = order.members.join(order.found, on="ring_id", how="semi")["account_id"].n_unique()
    honest = float(order.found["expected_honest"].sum() or 0.0)
    spam = accounts.filter(pl.col("label") == 1).height
    labelled = accounts["label"].count()
    share = f"{percent(inside / read)} of all" if read else ""
    figures = [
        _figure(f"{read:,}", "accounts read", ""),
        _figure(f"{order.found.height:,}", "rings", _decided(order)),
        _figure(f"{order.suspected.height:,}", "suspected groups", "not certain enough"),
        _figure(f"{inside:,}", "accounts in rings", share),
        _figure(_about(honest), "of them probably honest", "expected number"),
        _figure(
            f"{labelled:,}" if labelled else "none",
            "labels available",
            f"{spam:,} spam, {labelled - spam:,} honest" if labelled else "no supervised model",
        ),
    ]
    first, last = covered(frames)
    return {
        "figures": figures,
        "period": period(first, last) if first else "",
        "summary": _summary(order, read, inside, honest),
    }


def covered(frames: Frames) -> tuple[datetime | None, datetime | None]:
    """First and last moment at which an identifier was seen, else of the sign-ups."""
    sightings, created = frames["sightings"], frames["accounts"]["created_at"]
    ends = (sightings["first_seen"].min(), sightings["last_seen"].max())
    if ends[0] is None:
        ends = (created.min(), created.max())
    first, last = ends
    return (
        first if isinstance(first, datetime) else None,
        last if isinstance(last, datetime) else None,
    )


def _figure(value: str, label: str, note: str) -> dict[str, str]:
    return {"value": value, "label": label, "note": note}


def _about(number: float) -> str:
    return f"{number:.1f}" if 0 < number < 10 else f"{number:,.0f}"


def _decided(order: Ranked) -> str:
    confirmed = order.found.filter(pl.col("status") == "confirmed").height
    return f"{confirmed:,} confirmed by people" if confirmed else "certain enough"


def _summary(order: Ranked, read: int, inside: int, honest: float) -> list[str]:
    found = order.found
    if not read:
        return ["No account was read."]
    if not found.height:
        tail = _suspected(order)
        return [f"No ring stands out among {count(read, 'account')}.", *tail]
    stand = "stands" if inside == 1 else "stand"
    sentences = [
        f"Of {count(read, 'account')}, {inside:,} ({percent(inside / read)}) {stand} in "
        f"{count(found.height, 'ring')}; about {_about(honest)} of them are expected to be honest.",
        _readings(found),
        _largest(found),
    ]
    return [*filter(None, sentences), *_suspected(order)]


def _readings(found: pl.DataFrame) -> str:
    common = (
        found.drop_nulls("reading").group_by("reading").len().sort(["len", "reading"],
        descending=[True, False]).head(3)
    )  # fmt: skip
    if found.height < 4 or not common.height:
        return ""
    parts = [f"{reading} ({many:,})" for reading, many in common.iter_rows()]
    return f"Most frequent readings: {', '.join(parts)}."


def _largest(found: pl.DataFrame) -> str:
    undecided = found.filter(pl.col("status").ne_missing("confirmed"))
    if undecided.is_empty():
        return "People have confirmed all of them."
    top = undecided.row(0, named=True)
    part = float(found["worth"].head(10).sum()) / max(float(found["worth"].sum()), 1e-9)
    first = (
        f"Start with {top['ring_id']}: {count(top['size'] or 0, 'account')}, "
        f"read as {top['reading'] or 'unclear'}."
    )
    if found.height <= 20:
        return first
    return first + f" The first ten rings hold {percent(part)} of the spam expected in all rings."


def _suspected(order: Ranked) -> list[str]:
    many = order.suspected.height
    if not many:
        return []
    verb = "looks" if many == 1 else "look"
    return [
        f"{count(many, 'further group')} {verb} suspicious but not certain enough to be "
        "called a ring: the risk is too low, or chance could explain them."
    ]
