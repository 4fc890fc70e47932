from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from models.facts import FACTS, MOST, score_facts
from models.features import FeatureTable

WORDS = {
    "gaps.median": "{value:.0f} s between logins",
    "gaps.shortest": "{value:.0f} s at least",
    "photos": "{value:.0f} photos",
}


@pytest.fixture
def table() -> FeatureTable:
    frame = pl.DataFrame(
        {"gaps.median": [60, 5], "gaps.shortest": [1, 2], "photos": [3, None]},
        schema=dict.fromkeys(WORDS, pl.Float32),
    )
    return FeatureTable.of("behaviour", frame, WORDS)


def test_columns_of_one_fact_are_added_up_and_the_strongest_speaks(table: FeatureTable) -> None:
    facts = score_facts(np.array([[0.5, 0.2, -0.1], [0.0, 0.0, 0.0]]), table)
    assert dict(facts.schema) == FACTS
    assert facts.rows() == [
        (0, "gaps", "behaviour", pytest.approx(0.7), "60 s between logins"),
        (0, "photos", "behaviour", pytest.approx(-0.1), "3 photos"),
    ]


def test_a_missing_value_and_a_fact_that_hardly_moves(table: FeatureTable) -> None:
    facts = score_facts(np.array([[0.0, 0.0, 0.0], [0.001, 0.0, -0.3]]), table)
    assert facts.select("account", "says").rows() == [(1, "nothing is known about photos")]


def test_accounts_that_were_not_taken_apart_have_no_facts(table: FeatureTable) -> None:
    assert score_facts(np.zeros((2, 3)), table).is_empty()


def test_few_facts_are_kept() -> None:
    names = [f"f{i}" for i in range(40)]
    frame = pl.DataFrame({name: [1.0] for name in names}, schema=dict.fromkeys(names, pl.Float32))
    words = {name: f"{name} is {{value:.0f}}" for name in names}
    facts = score_facts(
        np.arange(40, dtype=float)[None, :], FeatureTable.of("tabular", frame, words)
    )
    assert facts.height == MOST
    assert facts["fact"][0] == "f39"
