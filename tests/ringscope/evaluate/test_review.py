from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from models.metrics import calibration_error
from ringscope.evaluate.calibration import calibration_bins, wilson
from ringscope.evaluate.matched import match
from ringscope.evaluate.review import in_a_day, review_curve

# Three true rings of four; the first is found whole, the second with three honest accounts beside
# two members, the third not at all.
RINGS = {
    "found": ["a0", "a1", "a2", "a3"],
    "mixed": ["b0", "b1", "b2", "b3"],
    "missed": ["c0", "c1", "c2"],
}
PLACED = {"R-1": ["a0", "a1", "a2", "a3"], "R-2": ["b0", "b1", "h0", "h1", "h2"], "R-3": ["h9"]}


@pytest.fixture
def both() -> pl.DataFrame:
    ring = {account: name for name, accounts in RINGS.items() for account in accounts}
    placed = {account: name for name, accounts in PLACED.items() for account in accounts}
    ids = [*ring, *(f"h{number}" for number in range(20))]
    truth = pl.DataFrame(
        {
            "account_id": ids,
            "spam": [int(one in ring) for one in ids],
            "ring": [ring.get(one) for one in ids],
            "kind": "any",
            "labelled": 0,
        }
    )
    risk = [0.9 if placed.get(one) == "R-1" else 0.6 if one in placed else 0.1 for one in ids]
    ring_id = pl.Series([placed.get(one) for one in ids], dtype=pl.String)
    return match(
        truth, pl.DataFrame({"account_id": ids, "risk": risk}).with_columns(ring_id=ring_id)
    )


def test_a_ring_of_one_is_none_and_sizes_are_those_of_the_groups(both: pl.DataFrame) -> None:
    rows = {row["account_id"]: row for row in both.iter_rows(named=True)}
    assert rows["h9"]["placed"] is None
    sizes = [rows["b0"][name] for name in ("true_size", "found_size", "common")]
    assert sizes == [4, 5, 2]
    assert [rows["h0"][name] for name in ("true_size", "found_size", "common")] == [None, 5, 1]


def test_rings_are_reviewed_by_risk(both: pl.DataFrame) -> None:
    curve = review_curve(both)
    assert curve.rows() == [(1, "R-1", 1.0, 4, 4, 0, 1), (2, "R-2", 0.5, 9, 6, 3, 1)]
    assert in_a_day(curve)["rings"].to_list() == [2]
    assert review_curve(both.with_columns(placed=pl.lit(None, pl.String))).is_empty()


def test_bins_add_up_to_the_calibration_error() -> None:
    rng = np.random.default_rng(5)
    risk = rng.random(3000)
    spam = (rng.random(3000) < risk**2).astype(int)
    both = pl.DataFrame({"risk": risk, "spam": spam, "labelled": 0})
    bins = calibration_bins(both)
    gap = (bins["accounts"] * (bins["risk"] - bins["spam"]).abs()).sum() / 3000
    assert gap == pytest.approx(calibration_error(spam, risk))
    assert ((bins["low"] <= bins["spam"]) & (bins["spam"] <= bins["high"])).all()
    assert (bins["risk"].is_between(bins["from"], bins["to"])).all()


def test_wilsons_interval_of_known_cases() -> None:
    # As printed in the usual tables: 0 of 10, and 5 of 10.
    low, high = wilson(np.array([0.0, 0.5]), np.array([10, 10]))
    assert low == pytest.approx([0.0, 0.2366], abs=1e-4)
    assert high == pytest.approx([0.2775, 0.7634], abs=1e-4)
