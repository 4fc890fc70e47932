from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from models.facts import CONTEXT, FACTS, MOST, score_facts
from models.features import FeatureTable

EVEN = np.array([0.5, 0.5])
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
    facts = score_facts(np.array([[0.5, 0.2, -0.1], [0.0, 0.0, 0.0]]), table, EVEN)
    assert dict(facts.schema) == FACTS
    assert facts.filter(pl.col("fact") != CONTEXT).rows() == [
        (0, "gaps", "behaviour", pytest.approx(0.7), "60 s between logins"),
        (0, "photos", "behaviour", pytest.approx(-0.1), "3 photos"),
    ]


def test_a_missing_value_and_a_fact_that_hardly_moves(table: FeatureTable) -> None:
    facts = score_facts(np.array([[0.0, 0.0, 0.0], [0.001, 0.0, -0.3]]), table, EVEN)
    told = facts.filter(pl.col("fact") != CONTEXT)
    assert told.select("account", "says").rows() == [(1, "nothing is known about photos")]


def test_the_facts_and_what_is_around_add_up_to_the_score(table: FeatureTable) -> None:
    facts = score_facts(np.array([[0.5, 0.2, -0.1], [0.0, 0.0, 0.0]]), table, np.array([0.9, 0.5]))
    assert facts["account"].unique().to_list() == [0]
    assert facts["contribution"].sum() == pytest.approx(np.log(9))


def test_accounts_that_were_not_taken_apart_have_no_facts(table: FeatureTable) -> None:
    assert score_facts(np.zeros((2, 3)), table, EVEN).is_empty()


def test_few_facts_are_kept() -> None:
    names = [f"f{i}" for i in range(40)]
    frame = pl.DataFrame({name: [1.0] for name in names}, schema=dict.fromkeys(names, pl.Float32))
    words = {name: f"{name} is {{value:.0f}}" for name in names}
    facts = score_facts(
        np.arange(40, dtype=float)[None, :], FeatureTable.of("tabular", frame, words), EVEN[:1]
    )
    assert facts.height == MOST + 1
    assert facts["fact"].to_list()[:2] == [CONTEXT, "f39"]
