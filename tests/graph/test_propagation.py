"""Propagation: the dense solution, bounds, monotonicity, contributions, cross-fitting."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from graph.propagation import Propagation, cross_fitted, propagate
from ingest import InputError, SettingsError

Links = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


def random_links(rng: np.random.Generator, n: int, count: int) -> Links:
    """Links with repetitions and loops."""
    ends = rng.integers(0, n, size=(2, count))
    return ends[0], ends[1], rng.uniform(0.01, 5, size=count)


def dense(
    links: Links, n: int, prior: NDArray[np.float64], d: float, s: float
) -> NDArray[np.float64]:
    adjacency = np.zeros((n, n))
    for a, b, weight in zip(*links, strict=True):
        if a != b:
            adjacency[a, b] += weight
            adjacency[b, a] += weight
    total = adjacency.sum(axis=1) + s
    share = np.divide(adjacency, total[:, None], where=total[:, None] > 0, out=np.zeros((n, n)))
    return np.asarray(np.linalg.solve(np.eye(n) - d * share, (1 - d) * prior))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("damping", "shrinkage"), [(0.5, 1.0), (0.95, 0.0), (0.0, 2.0), (0.8, 10)])
def test_equals_the_dense_solution(seed: int, damping: float, shrinkage: float) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 80))
    links, prior = random_links(rng, n, int(rng.integers(0, 3 * n))), rng.uniform(size=n)
    got = propagate(links, n, prior, damping=damping, shrinkage=shrinkage)
    wanted = dense(links, n, prior, damping, shrinkage)
    assert np.abs(got.risk - wanted).max() < 1e-11, f"seed {seed}"


@given(st.integers(0, 2**32 - 1), st.floats(0, 0.97), st.floats(0, 100))
def test_bounds_contributions_and_monotonicity(seed: int, damping: float, shrinkage: float) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 25))
    links, prior = random_links(rng, n, int(rng.integers(0, 60))), rng.uniform(size=n)
    prior[rng.uniform(size=n) < 0.3] = 1.0
    got = propagate(links, n, prior, damping=damping, shrinkage=shrinkage)
    assert got.risk.min() >= 0
    assert got.risk.max() <= 1
    for account in range(n):
        came = got.contributions(account)["contribution"]
        assert abs(came.sum() - (got.risk - got.own)[account]) < 1e-9
        assert came.is_sorted(descending=True)
    raised = np.minimum(prior + rng.uniform(size=n) * (rng.uniform(size=n) < 0.2), 1.0)
    more = propagate(links, n, raised, damping=damping, shrinkage=shrinkage)
    assert (more.risk >= got.risk - 1e-11).all()


def test_isolated_accounts_keep_their_own_part() -> None:
    got = propagate(([0], [1], [2.0]), 4, [1.0, 0.0, 1.0, 0.5], damping=0.6)
    assert got.risk[2:].tolist() == pytest.approx([0.4, 0.2])
    assert got.contributions(2).height == 0
    assert got.contributions(2).columns == ["neighbour", "contribution"]


def test_risk_stays_inside_a_component() -> None:
    links = ([0, 1, 3, 4], [1, 2, 4, 5], [1.0, 1.0, 1.0, 1.0])
    got = propagate(links, 6, [1.0, 0, 0, 0, 0, 0])
    assert (got.risk[:3] > 0).all()
    assert got.risk[3:].tolist() == [0, 0, 0]
    assert got.risk[0] > got.risk[1] > got.risk[2]


def test_a_weak_link_carries_little() -> None:
    weak = propagate(([0], [1], [0.01]), 2, [1.0, 0.0])
    strong = propagate(([0], [1], [10.0]), 2, [1.0, 0.0])
    assert weak.risk[1] < 0.01 * 0.2
    assert strong.risk[1] > 0.1
    unshrunk = propagate(([0], [1], [0.01]), 2, [1.0, 0.0], shrinkage=0.0)
    assert unshrunk.risk[1] > 0.3


def test_order_and_direction_of_links_do_not_matter() -> None:
    rng = np.random.default_rng(9)
    a, b, weight = random_links(rng, 50, 200)
    prior = rng.uniform(size=50)
    order = rng.permutation(200)
    one = propagate((a, b, weight), 50, prior).risk
    other = propagate((b[order], a[order], weight[order]), 50, prior).risk
    assert np.abs(one - other).max() < 1e-12


def test_no_accounts_and_no_links() -> None:
    assert propagate(([], [], []), 0, []).risk.tolist() == []
    assert propagate(([], [], []), 2, [1, 0]).risk.tolist() == pytest.approx([0.2, 0.0])


def labelled(seed: int) -> tuple[Links, NDArray[np.float64], NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, size=60).astype(float)
    folds = rng.integers(0, 4, size=60)
    labels[:12] = np.nan
    folds[:6] = -1
    return random_links(rng, 60, 150), labels, folds


@pytest.mark.parametrize("seed", range(3))
def test_flipping_a_held_out_label_changes_nothing_in_its_fold(seed: int) -> None:
    links, labels, folds = labelled(seed)
    before = cross_fitted(links, 60, labels, folds, prior=0.1)
    changed_elsewhere = 0
    for account in range(12, 60):
        flipped = labels.copy()
        flipped[account] = 1 - flipped[account]
        after = cross_fitted(links, 60, flipped, folds, prior=0.1)
        own_fold = folds == folds[account]
        assert (after.risk[own_fold] == before.risk[own_fold]).all(), f"seed {seed}"
        assert after.contributions(account).equals(before.contributions(account))
        changed_elsewhere += int((after.risk != before.risk).any())
    assert changed_elsewhere > 30


def test_cross_fitting_is_propagation_without_the_labels_of_the_fold() -> None:
    links, labels, folds = labelled(5)
    got = cross_fitted(links, 60, labels, folds, prior=0.2)
    for fold in (-1, 0, 1, 2, 3):
        hidden = np.isnan(labels) | (folds == fold)
        alone = propagate(links, 60, np.where(hidden, 0.2, np.nan_to_num(labels)))
        assert np.abs(got.risk - alone.risk)[folds == fold].max() < 1e-12
    sums = [got.contributions(i)["contribution"].sum() for i in range(60)]
    assert np.abs(np.array(sums) - (got.risk - got.own)).max() < 1e-9


def solve(**changes: object) -> Propagation:
    arguments: dict[str, object] = {"damping": 0.5, "shrinkage": 1.0, **changes}
    links = arguments.pop("links", ([0], [1], [1.0]))
    prior = arguments.pop("prior", [0.0, 1.0])
    return propagate(links, 2, prior, **arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"damping": 1.0}, SettingsError, "damping is 1.0"),
        ({"damping": float("nan")}, SettingsError, "damping"),
        ({"shrinkage": -1.0}, SettingsError, "shrinkage is -1.0"),
        ({"links": ([0], [2], [1.0])}, InputError, "row 0"),
        ({"links": ([0, 0], [1, 1], [1.0, 0.0])}, InputError, "row 1"),
        ({"links": ([0], [1], [float("nan")])}, InputError, "positive weight"),
        ({"prior": [0.0, 1.2]}, InputError, "account 1"),
        ({"prior": [float("nan"), 1.0]}, InputError, "account 0"),
    ],
)
def test_wrong_input_is_refused(
    changes: dict[str, object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        solve(**changes)


def test_a_label_without_a_fold_is_refused() -> None:
    with pytest.raises(InputError, match="account 1 has a label but no fold"):
        cross_fitted(([0], [1], [1.0]), 2, [np.nan, 1.0], [-1, -1])
