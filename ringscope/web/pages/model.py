"""How good the scores are: held-out figures, calibration, what moves scores, drift."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ...report.metrics import metric_tables
from ..reading import Reading
from ..rendering import page, place_of, reading_of
from .notes import note_of

router = APIRouter()
BINS = 8
FACTS = 20
LEAST = 20
"""Labelled accounts from which a calibration plot says something."""


@router.get("/model", response_class=HTMLResponse)
def model(request: Request) -> HTMLResponse:
    """The page."""
    reading = reading_of(request)
    data = {
        "metrics": metric_tables(reading.run.metrics()),
        "plot": calibration(reading),
        "facts": importances(reading),
        "histogram": histogram(reading),
        "note": note_of(place_of(request)),
    }
    return page(request, "model.html", data)


def calibration(reading: Reading) -> list[dict[str, Any]]:
    """Stated risk beside the share of spam that labels say, in bins of equally many accounts.

    The risk of a labelled account is from models that saw neither its label nor any of its
    community, so the labels are an independent check.

    Returns
    -------
    list
        risk, share (both in [0, 1]), accounts, low, high (95 % interval of the share; Wilson,
        1927), from the lowest risk up; empty where there are too few labels.
    """
    labels = reading.frames["accounts"].drop_nulls("label").select("account_id", "label")
    known = reading.frames["scores"].join(labels, "account_id").drop_nulls("risk").sort("risk")
    if known.height < LEAST:
        return []
    bins = np.array_split(np.arange(known.height), min(BINS, known.height // 10))
    points = []
    for places in bins:
        part = known[places.tolist()]
        n, spam = part.height, int(part["label"].sum())
        low, high = _wilson(spam, n)
        risk = float(part.select(pl.col("risk").mean()).item())
        points.append({"risk": risk, "share": spam / n, "accounts": n, "low": low, "high": high})
    return points


def _wilson(hits: int, n: int) -> tuple[float, float]:
    z = 1.96
    middle = (hits + z * z / 2) / (n + z * z)
    reach = z * float(np.sqrt(hits * (n - hits) / n + z * z / 4)) / (n + z * z)
    return max(middle - reach, 0.0), min(middle + reach, 1.0)


def importances(reading: Reading) -> list[dict[str, Any]]:
    """Facts that move the scores most: fact, family, up, down (sums of log-odds), accounts.

    Over the accounts whose scores were taken apart; empty for runs that do not hold that.
    """
    if not reading.has("contributions"):
        return []
    rows = reading.run.frame("contributions")
    moved = pl.col("contribution")
    found = (
        rows.group_by("fact", "family")
        .agg(
            moved.clip(lower_bound=0).sum().alias("up"),
            moved.clip(upper_bound=0).sum().abs().alias("down"),
            pl.col("account_id").n_unique().alias("accounts"),
        )
        .with_columns(total=pl.col("up") + pl.col("down"))
        .sort("total", "fact", descending=[True, False])
        .head(FACTS)
    )
    largest = found["total"].max()
    scale = largest if isinstance(largest, float) and largest > 0 else 1.0
    return found.with_columns(
        up_width=(100 * pl.col("up") / scale).round(1),
        down_width=(100 * pl.col("down") / scale).round(1),
    ).to_dicts()


def histogram(reading: Reading) -> list[dict[str, Any]]:
    """How many accounts have which risk: from, to, accounts, height in [0, 100] (log scale)."""
    risk = reading.frames["scores"]["risk"].drop_nulls().to_numpy()
    counts, edges = np.histogram(risk, bins=20, range=(0.0, 1.0))
    tall = np.log1p(counts)
    height = 100 * tall / max(float(tall.max()), 1.0) if len(risk) else tall
    return [
        {"from": float(a), "to": float(b), "accounts": int(n), "height": round(float(h), 1)}
        for a, b, n, h in zip(edges[:-1], edges[1:], counts, height, strict=True)
    ]
