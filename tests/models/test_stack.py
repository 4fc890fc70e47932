from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from models.account_graph import AccountGraph
from models.bases import StackSettings
from models.gnn_settings import GnnSettings
from models.metrics import auroc, calibration_error
from models.stack import Stack, TooFewLabels, fit_stack

QUICK = StackSettings(
    folds=3, trees=20, rounds=40, gnn=GnnSettings(hidden=16, epochs=20, rate=0.01), threads=2
)
TREES = replace(QUICK, bases=("forest", "boosted"))


def world(seed: int, n: int = 900) -> tuple[pl.DataFrame, np.ndarray, np.ndarray, AccountGraph]:
    """Rings share a device and a habit; a third of the accounts has no label."""
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, n // 6, n)
    spam = (rng.random(n // 6) < 0.25)[groups].astype(int)
    features = pl.DataFrame(
        {
            "rate": rng.normal(spam * 1.5, 1),
            "age": rng.normal(-spam * 1.0, 1),
            "noise": rng.random(n),
        }
    ).cast(pl.Float32)
    features = features.with_columns(
        age=pl.when(pl.Series(rng.random(n) < 0.1)).then(None).otherwise("age")
    )
    labels = np.where(rng.random(n) < 0.33, -1, spam).astype(np.int8)
    graph = AccountGraph(n, sightings={"device": (np.arange(n), groups, np.ones(n))})
    return features, labels, groups, graph


@pytest.fixture(scope="module")
def fitted() -> Stack:
    return fit_stack(*world(0), QUICK)


def test_all_models_are_stacked_and_rank_well(fitted: Stack) -> None:
    _, labels, _, _ = world(0)
    known = labels >= 0
    assert list(fitted.parts) == ["forest", "extra", "boosted", "kernel", "gnn"]
    assert auroc(labels[known], fitted.out_of_fold[known]) > 0.85
    assert calibration_error(labels[known], fitted.out_of_fold[known]) < 0.08


def test_labelled_accounts_are_published_with_their_out_of_fold_risk(fitted: Stack) -> None:
    features, labels, _, graph = world(0)
    known = labels >= 0
    assert (fitted.risk[known] == fitted.out_of_fold[known]).all()
    assert np.isnan(fitted.out_of_fold[~known]).all()
    fresh = fitted.predict(features, graph)
    assert fresh[~known] == pytest.approx(fitted.risk[~known], abs=1e-12)
    assert ((fitted.risk >= 0) & (fitted.risk <= 1)).all()


def test_same_input_same_bits_whatever_the_threads(fitted: Stack) -> None:
    again = fit_stack(*world(0), replace(QUICK, threads=1))
    assert (again.risk == fitted.risk).all()


def test_another_seed_gives_nearly_the_same_risk() -> None:
    one, two = (fit_stack(*world(0), replace(TREES, seed=seed)) for seed in (0, 1))
    assert (one.risk != two.risk).any()
    assert np.corrcoef(one.risk, two.risk)[0, 1] > 0.9


def test_contributions_point_at_the_features_that_matter(fitted: Stack) -> None:
    features, *_ = world(0)
    parts = fitted.contributions(features.head(200))
    assert parts.shape == (200, 3)
    strength = np.abs(parts).mean(axis=0)
    assert strength[:2].min() > 2 * strength[2]


@pytest.mark.parametrize("name", ["forest", "extra", "boosted", "kernel", "gnn"])
def test_what_a_model_does_not_read_does_not_move_it(name: str) -> None:
    features, labels, groups, graph = world(0)
    reads = {name: (["age", "rate"],)}
    settings = replace(QUICK, bases=(name,))
    stack = fit_stack(features, labels, groups, graph, settings, reads=reads)
    other = features.with_columns(noise=1e6 - pl.col("noise"))
    assert (stack.predict(other, graph) == stack.predict(features, graph)).all()
    assert (fit_stack(other, labels, groups, graph, settings, reads=reads).risk == stack.risk).all()


def test_features_are_found_by_name(fitted: Stack) -> None:
    features, _, _, graph = world(0)
    turned = features.select("noise", "age", "rate").with_columns(new=pl.lit(1.0))
    assert (fitted.predict(turned, graph) == fitted.predict(features, graph)).all()


def test_a_lacking_feature_counts_as_missing(fitted: Stack) -> None:
    features, _, _, graph = world(0)
    missing = features.with_columns(rate=pl.lit(None, pl.Float32))
    lacking = features.drop("rate")
    assert (fitted.predict(lacking, graph) == fitted.predict(missing, graph)).all()


@pytest.mark.parametrize(("spam", "honest"), [(3, 500), (500, 3), (0, 0)])
def test_too_few_labels_are_refused_with_the_reason(spam: int, honest: int) -> None:
    features, _, groups, graph = world(0)
    labels = np.full(900, -1)
    labels[:spam] = 1
    labels[spam : spam + honest] = 0
    with pytest.raises(TooFewLabels, match="at least 10 are needed"):
        fit_stack(features, labels, groups, graph, TREES)


def test_labels_of_one_ring_are_no_sample() -> None:
    features, labels, groups, graph = world(0)
    ring = np.where(labels == 1, 7, groups + 1000)
    with pytest.raises(TooFewLabels, match="rings"):
        fit_stack(features, labels, ring, graph, TREES)


def test_few_spam_labels_leave_the_network_out_and_say_so() -> None:
    features, labels, groups, graph = world(0)
    spam = np.flatnonzero(labels == 1)
    labels[spam[25:]] = -1
    stack = fit_stack(features, labels, groups, graph, QUICK)
    assert list(stack.models) == ["forest", "extra", "boosted", "kernel"]
    assert "25 labelled spam accounts are too few" in stack.notes[0]


def test_the_network_alone_is_a_stack_if_the_labels_suffice() -> None:
    features, labels, groups, graph = world(0)
    alone = replace(QUICK, bases=("gnn",))
    stack = fit_stack(features, labels, groups, graph, alone)
    assert list(stack.models) == ["gnn"]
    assert stack.stacker.weights[0] > 0
    labels[np.flatnonzero(labels == 1)[25:]] = -1
    with pytest.raises(TooFewLabels, match="too few for the graph network alone"):
        fit_stack(features, labels, groups, graph, alone)
