from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from models.tabular.generator import PAIRS, gig_table
from models.tabular.shapes import load_preset


def test_the_table_is_as_the_document_says() -> None:
    frame = gig_table(40_000, seed=5)
    assert frame.columns == ["label", "user_id", *(f"X{i}" for i in range(1, 52))]
    assert frame["label"].mean() == pytest.approx(0.0269, abs=1e-4)
    gaps = {name: n for name, n in frame.null_count().row(0, named=True).items() if n}
    assert gaps == {"X13": 6}
    assert frame["user_id"].is_unique().all()


@pytest.mark.parametrize(("first", "second", "wanted"), PAIRS)
def test_pairs_are_correlated_as_published(first: str, second: str, wanted: float) -> None:
    frame = gig_table(40_000, seed=5)
    assert frame.select(pl.corr(first, second)).item() == pytest.approx(wanted, abs=0.02)


def test_no_other_pair_is_strongly_correlated() -> None:
    frame = gig_table(40_000, seed=5).drop("label", "user_id").fill_null(1)
    matrix = np.corrcoef(frame.to_numpy().T)
    first, second = np.nonzero(np.triu(np.abs(matrix) > 0.8, k=1))
    names = {(frame.columns[a], frame.columns[b]) for a, b in zip(first, second, strict=True)}
    assert names == {(a, b) for a, b, _ in PAIRS}


def test_values_stay_in_the_published_ranges() -> None:
    frame = gig_table(5000, seed=1)
    assert frame["X19"].min() >= 0
    assert frame["X19"].max() <= 1_000_000
    assert frame["X1"].max() <= 1000
    assert frame["X2"].max() <= 500
    for name, column in load_preset("gig-platform").columns.items():
        if column.kind == "category":
            assert set(frame[name].drop_nulls().unique()) <= set(column.levels), name
        if column.kind == "flag":
            assert set(frame[name].unique()) <= {0.0, 1.0}, name


def test_a_seed_makes_one_table() -> None:
    assert gig_table(1000, seed=4).equals(gig_table(1000, seed=4))
    assert not gig_table(1000, seed=4).equals(gig_table(1000, seed=5))


def test_drift_changes_spam_only_in_kind() -> None:
    usual, drifted = gig_table(20_000, seed=2), gig_table(20_000, seed=2, drift=1.0)

    def age(frame: pl.DataFrame) -> float:
        return float(frame.filter(pl.col("label") == 1)["X19"].median())  # type: ignore[arg-type]

    assert age(drifted) > 2 * age(usual)
    assert usual["label"].equals(drifted["label"])
