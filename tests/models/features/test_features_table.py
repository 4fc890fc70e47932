"""The table that combines the families."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from ingest import Tables
from models.features import FeatureTable, base_features

Make = Callable[..., Tables]


def table(family: str, **columns: list[float | None]) -> FeatureTable:
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Float32))
    return FeatureTable.of(family, frame, {"*": "{name} is {value}"})


def test_matrix_has_nan_where_missing() -> None:
    matrix = table("graph", a=[1.0, None], b=[2.0, 3.0]).matrix()
    assert matrix.dtype == np.float32
    assert matrix.flags.c_contiguous
    np.testing.assert_array_equal(matrix, np.array([[1, 2], [np.nan, 3]], dtype=np.float32))


def test_join_and_without_are_inverse() -> None:
    left, right = table("graph", a=[1.0]), table("position", b=[2.0])
    both = left.join(right)
    assert both.families == {"a": "graph", "b": "position"}
    assert both.words == {"a": "a is {value}", "b": "b is {value}"}
    assert both.without("position").columns == ["a"]
    assert both.without("nothing").columns == ["a", "b"]


def test_tables_that_do_not_join() -> None:
    with pytest.raises(ValueError, match=r"both tables have the columns \['a'\]"):
        table("graph", a=[1.0]).join(table("position", a=[1.0]))
    with pytest.raises(ValueError, match="1 and 2 accounts"):
        table("graph", a=[1.0]).join(table("position", b=[1.0, 2.0]))


def test_columns_need_words() -> None:
    with pytest.raises(ValueError, match="words"):
        FeatureTable(pl.DataFrame({"a": [1.0]}), {"a": "graph"}, {})


def test_aligned_follows_the_columns_of_a_model() -> None:
    aligned = table("graph", a=[1.0], b=[2.0]).aligned(["b", "new"])
    np.testing.assert_array_equal(aligned, np.array([[2.0, np.nan]], dtype=np.float32))


def test_known_leaves_out_empty_columns() -> None:
    assert table("graph", a=[None, None], b=[None, 1.0]).known().columns == ["b"]


def test_base_features_of_planted_tables(planted_tables: Make) -> None:
    features = base_features(planted_tables())
    assert set(features.families.values()) == {"tabular", "behaviour", "content", "identity"}
    assert features.matrix().shape == (60, len(features.columns))
    assert not np.isnan(features.matrix()).all(axis=0).any()


def test_base_features_of_accounts_alone(make_tables: Make) -> None:
    features = base_features(make_tables(accounts=[{"username": "anna"}, {}]))
    assert set(features.families.values()) == {"tabular", "identity"}
