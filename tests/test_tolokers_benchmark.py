from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix, random

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
SEED = 4


@pytest.fixture(scope="module")
def modules() -> Iterator[tuple[Any, Any]]:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        yield importlib.import_module("tolokers"), importlib.import_module("tolokers_tried")
    finally:
        sys.path.remove(str(BENCHMARKS))


def made_links(accounts: int = 120) -> csr_matrix:
    half = random(accounts, accounts, density=0.1, random_state=SEED, format="csr")
    links = csr_matrix((half + half.T) > 0, dtype=np.float64)
    links.setdiag(0)
    links.eliminate_zeros()
    return links


def made_labels(accounts: int = 120) -> Any:
    return np.random.default_rng(SEED).integers(-1, 2, accounts).astype(np.int8)


def test_inside_holds_out_known_labels_only(modules: tuple[Any, Any]) -> None:
    tolokers, _ = modules
    known = np.random.default_rng(SEED).random((2, 200)) < 0.75
    truth = np.random.default_rng(SEED + 1).integers(0, 2, 200).astype(np.int8)
    workers = tolokers.inside(tolokers.Workers(None, made_links(200), truth, known, ~known))
    assert workers.known.shape == workers.test.shape == (2 * tolokers.PARTS, 200)
    assert not (workers.known & workers.test).any()
    for row in range(2 * tolokers.PARTS):
        used = workers.known[row] | workers.test[row]
        assert (used == known[row // tolokers.PARTS]).all()
    assert (workers.test[: tolokers.PARTS].sum(axis=0) == known[0]).all()


def test_a_label_changes_no_share_of_its_own_account(modules: tuple[Any, Any]) -> None:
    _, tried = modules
    links, labels = made_links(), made_labels()
    weights = tried.overlap(links)
    before = tried.label_shares(weights, labels)
    for account in np.flatnonzero(labels >= 0):
        flipped = labels.copy()
        flipped[account] = 1 - flipped[account]
        moved = np.abs(tried.label_shares(weights, flipped) - before).ravel()
        assert moved[account] == 0, (SEED, account)
        assert moved.max() > 0.01, (SEED, account)


def test_overlap_is_the_cosine_of_closed_neighbourhoods(modules: tuple[Any, Any]) -> None:
    _, tried = modules
    links = made_links()
    closed = links.toarray() + np.eye(120)
    cosine = (closed @ closed) / np.sqrt(np.outer(closed.sum(axis=1), closed.sum(axis=1)))
    assert np.allclose(tried.overlap(links).toarray(), cosine * links.toarray(), atol=1e-6)


def test_lower_neighbours_counts_equal_ones_as_half(modules: tuple[Any, Any]) -> None:
    _, tried = modules
    links = csr_matrix(np.array([[0, 1, 1], [1, 0, 0], [1, 0, 0]], dtype=float))
    below = tried.lower_neighbours(links, np.array([[2.0], [1.0], [2.0]]))
    assert below.ravel().tolist() == [0.75, 0.0, 0.5]


def test_varimax_finds_the_accounts_of_each_group(modules: tuple[Any, Any]) -> None:
    _, tried = modules
    groups = np.kron(np.eye(3), np.ones((10, 1)))
    turn, _ = np.linalg.qr(np.random.default_rng(SEED).standard_normal((3, 3)))
    found = np.abs(tried.varimax(groups @ turn))
    assert (found.max(axis=1) > 0.99).all()
    assert (np.sort(found, axis=1)[:, :2] < 0.05).all()


def test_quantiles_of_neighbours(modules: tuple[Any, Any]) -> None:
    _, tried = modules
    links, values = made_links(), np.random.default_rng(SEED).random((120, 2))
    found = tried.neighbour_quantiles(links, values)
    near = values[links[7].indices, 1]
    quantiles = sys.modules["_tried_features"].QUANTILES
    expected = np.quantile(near, quantiles, method="lower")
    assert np.allclose(found[7, len(quantiles) :], expected)


def test_short_walks_meet_inside_a_group(modules: tuple[Any, Any]) -> None:
    _, tried = modules
    groups = np.kron(np.eye(2), np.ones((60, 60)))
    near = np.random.default_rng(SEED).random((120, 120)) < np.where(groups, 0.3, 0.02)
    links = csr_matrix(np.triu(near, 1) + np.triu(near, 1).T, dtype=np.float64)
    found = tried.walks(links, dimensions=4)
    alike = found @ found.T
    assert alike[groups > 0].mean() > 3 * alike[groups == 0].mean()


def test_a_mixture_is_judged_on_held_out_accounts_only(modules: tuple[Any, Any]) -> None:
    tolokers, _ = modules
    mixed = importlib.import_module("tolokers_mixed").mixed
    rng = np.random.default_rng(SEED)
    truth = rng.integers(0, 2, 400).astype(np.int8)
    known = (np.arange(400) < 300)[None]
    workers = tolokers.Workers(None, made_links(400), truth, known, ~known)
    good, bad = np.clip(rng.normal(truth, 1) * 0.3 + 0.4, 0.01, 0.99), rng.random(400)
    told = np.where(known[0], truth, 0.5).astype(float)
    assert mixed(workers, [[told]])[0][0, 0] == 50
    figures, weights = mixed(workers, [[good], [bad]])
    assert figures.shape == (1, 3)
    assert figures[0, 0] > 65
    assert weights[0] > 2 * weights[1]


def test_accounts_that_err_alike_are_told(modules: tuple[Any, Any]) -> None:
    tolokers, tried = modules
    rng = np.random.default_rng(SEED)
    pair = np.repeat(np.arange(300), 2)
    truth = rng.integers(0, 2, 300)[pair].astype(np.int8)
    mates = csr_matrix((np.ones(600), (np.arange(600), np.arange(600) ^ 1)))
    strangers = csr_matrix((np.ones(600), (np.arange(600), rng.permutation(600))))
    known = (np.arange(600) % 2 == 0)[None]
    workers = tolokers.Workers(None, mates, truth, known, ~known)
    table = rng.random((600, 3)).astype(np.float32)
    found = tried.err_alike(workers, table, {"mates": mates, "strangers": strangers})
    assert found["mates"][0] > 0.5
    assert abs(found["strangers"][0]) < 0.2
