"""Figures of clean tables: linked and scored in memory, compared with the truth."""

from __future__ import annotations

import time
from unittest import mock

import polars as pl
from _kept import Figures

from ingest import Tables
from ingest.read_once import read_once
from ringscope import Settings, analysis
from ringscope.evaluate import compare
from ringscope.output import SHOWN


def scored(tables: Tables, truth: pl.DataFrame, seed: int) -> Figures:
    """Link and score, and compare with the truth, as a run would; nothing is written.

    The held-out figures of a run are not asked for here, so they are not made.
    """
    settings = Settings(seed=seed)
    began = time.perf_counter()
    tables = read_once(tables)
    linkage = analysis.link(tables, settings)
    with mock.patch("models.scoring.honest_metrics", return_value={"supervised": True}):
        scores = analysis.score(tables, linkage, settings, None)
    seconds = time.perf_counter() - began
    shown = scores.rings.filter(pl.col("status").is_in(SHOWN)).select("ring", "ring_id")
    placed = scores.members.join(shown, "ring").select("account", "ring_id")
    found = (
        tables.accounts.select("account_id", risk=scores.accounts["risk"])
        .with_row_index("account")
        .join(placed, "account", "left")
    )
    return compare(truth, found).figures | {"seconds": seconds}
