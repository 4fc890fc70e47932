from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
import pytest

from ingest import Tables
from models.account_features import account_features
from models.honest import FOLDS, _by_time, _held_out, _shuffled
from models.learned import OWN
from models.metrics import average_precision


def test_the_headline_is_out_of_fold_and_stands_beside_simpler_models(scored: Any) -> None:
    metrics = scored.scores.metrics
    stack = scored.scores.learned.stack
    labels = scored.tables.accounts["label"].fill_null(-1).to_numpy()
    known = labels >= 0
    wanted = average_precision(labels[known], stack.out_of_fold[known])
    headline = metrics["headline"]
    assert headline["average_precision"]["value"] == pytest.approx(wanted)
    assert headline["average_precision"]["low"] <= wanted + 1e-9
    assert {"stack", "tabular_forest", "forest", "boosted", "gnn"} <= set(metrics["by_model"])
    compared = metrics["average_precision_of_boosted_trees"]
    assert {"all", "graph_shuffled", "without_graph", "without_tabular"} <= set(compared)
    assert compared["all"] >= compared["graph_shuffled"]
    assert metrics["supervised"] is True
    json.dumps(metrics, allow_nan=False)


def test_dealing_the_graph_anew_moves_graph_columns_as_whole_rows(scored: Any) -> None:
    features = account_features(scored.tables, scored.linkage, seed=7)
    graph = [c for c in features.columns if features.families[c] not in OWN]
    dealt, given = _shuffled(features, graph, 3), features.matrix()
    place = np.array([c in graph for c in features.columns])
    assert np.array_equal(dealt[:, ~place], given[:, ~place], equal_nan=True)
    assert not np.array_equal(dealt[:, place], given[:, place], equal_nan=True)
    rows = [sorted(map(bytes, m[:, place].copy())) for m in (dealt, given)]
    assert rows[0] == rows[1]


def test_held_out_means_that_an_own_label_teaches_nothing() -> None:
    """A column that is the label of the group: useless where no group is split."""
    rng = np.random.default_rng(0)
    group = np.repeat(np.arange(60), 10)
    labels = rng.integers(0, 2, 60)[group]
    names = np.eye(60, dtype=np.float32)[group]
    whole = (group % FOLDS).astype(np.int8)
    split = rng.integers(0, FOLDS, len(group)).astype(np.int8)
    assert _held_out(names, labels, whole, 0) < 0.7
    assert _held_out(names, labels, split, 0) > 0.7


def test_by_time_trains_on_older_accounts(scored: Any) -> None:
    by_time = scored.scores.metrics["by_time"]
    cut = datetime.fromisoformat(by_time["trained_before"])
    created = scored.tables.accounts.drop_nulls("label")["created_at"]
    assert (created >= cut).mean() == pytest.approx(0.3, abs=0.02)
    assert by_time["accounts"] == (created >= cut).sum()


@pytest.mark.parametrize("case", ["no times", "one class"])
def test_by_time_says_why_it_was_not_tested(
    planted_world: Callable[..., Tables], scored: Any, case: str
) -> None:
    tables = scored.tables
    features = account_features(tables, scored.linkage, seed=7)
    accounts = tables.accounts
    if case == "no times":
        accounts = accounts.with_columns(created_at=pl.lit(None, pl.Datetime("us")))
    else:
        newest = pl.col("created_at").rank() > 0.5 * pl.len()
        accounts = accounts.with_columns(
            label=pl.when(newest & pl.col("label").is_not_null()).then(0).otherwise("label")
        )
    labels = accounts["label"].fill_null(-1).to_numpy()
    got = _by_time(replace(tables, accounts=accounts), features, labels, 0)
    assert "not tested by time" in str(got["note"])
