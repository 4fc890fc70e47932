from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.sparse import csr_matrix

from models.features.words import words_for
from models.neighbours import WORDS, neighbour_features

# 0 is linked to 1 (weight 1) and 2 (weight 3); 3 is alone.
LINKS = csr_matrix(np.array([[0, 1, 3, 0], [1, 0, 0, 0], [3, 0, 0, 0], [0, 0, 0, 0.0]]))


def test_aggregates_by_hand() -> None:
    frame = neighbour_features(LINKS, pl.DataFrame({"age.days": [10.0, 2.0, 6.0, 4.0]}))
    assert frame["near_age_days.mean"].to_list() == pytest.approx([5.0, 10.0, 10.0, None])
    assert frame["near_age_days.mean2"].to_list() == pytest.approx([10.0, 5.0, 5.0, None])
    spread = [np.sqrt(3), 0.0, 0.0, None]
    assert frame["near_age_days.spread"].to_list() == pytest.approx(spread, abs=1e-6)
    assert frame["near_age_days.max"].to_list() == pytest.approx([6.0, 10.0, 10.0, None])
    assert frame["near_age_days.min"].to_list() == pytest.approx([2.0, 10.0, 10.0, None])


def test_missing_values_do_not_count() -> None:
    frame = neighbour_features(LINKS, pl.DataFrame({"f": [None, 2.0, None, 1.0]}))
    assert frame["near_f.mean"].to_list() == pytest.approx([2.0, None, None, None])
    assert frame["near_f.max"].to_list() == pytest.approx([2.0, None, None, None])


def test_a_feature_that_is_missing_for_all() -> None:
    frame = neighbour_features(LINKS, pl.DataFrame({"f": [None] * 4}, schema={"f": pl.Float32}))
    assert frame["near_f.mean"].null_count() == 4


def test_no_links_and_no_accounts() -> None:
    empty = neighbour_features(csr_matrix((2, 2)), pl.DataFrame({"f": [1.0, 2.0]}))
    assert empty["near_f.min"].null_count() == 2
    assert neighbour_features(csr_matrix((0, 0)), pl.DataFrame({"f": [0.0]}).clear()).is_empty()


def test_every_column_has_words() -> None:
    frame = neighbour_features(LINKS, pl.DataFrame({"f": [1.0, 2.0, 3.0, 4.0]}))
    words = words_for(frame.columns, WORDS)
    assert words["near_f.mean"].format(value=3.0) == "the accounts linked to it average 3 in f"
