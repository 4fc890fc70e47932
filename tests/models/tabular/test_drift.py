from __future__ import annotations

import numpy as np
import pytest

from models.tabular.drift import column_drift
from models.tabular.profile import column_profile


def drift(then: np.ndarray, now: np.ndarray):  # type: ignore[no-untyped-def]
    return column_drift("x", column_profile(then), now)


@pytest.mark.parametrize("kind", ["numbers", "counts", "flags"])
def test_the_same_source_is_stable(kind: str) -> None:
    rng = np.random.default_rng(1)
    draw = {
        "numbers": lambda: rng.normal(size=4000),
        "counts": lambda: rng.poisson(9, 4000).astype(float),
        "flags": lambda: (rng.random(4000) < 0.1).astype(float),
    }[kind]
    found = drift(draw(), draw())
    assert found.psi < 0.02, kind
    assert found.ks < 0.05, kind
    assert found.state == "stable"


def test_a_shift_moves() -> None:
    rng = np.random.default_rng(2)
    then = rng.normal(size=5000)
    half, full = drift(then, rng.normal(0.5, 1, 5000)), drift(then, rng.normal(1.5, 1, 5000))
    assert 0.1 < half.psi < full.psi
    assert full.state == "moved much"
    # The largest gap between two normal curves half a deviation apart is .197.
    assert half.ks == pytest.approx(0.197, abs=0.03)


def test_the_index_of_a_flag_is_its_formula() -> None:
    then, now = np.repeat([0.0, 1.0], [900, 100]), np.repeat([0.0, 1.0], [700, 300])
    wanted = (0.7 - 0.9) * np.log(0.7 / 0.9) + (0.3 - 0.1) * np.log(0.3 / 0.1)
    found = drift(then, now)
    assert found.psi == pytest.approx(wanted)
    assert found.ks == pytest.approx(0.2)


def test_cells_that_go_missing_are_drift() -> None:
    values = np.random.default_rng(3).normal(size=2000)
    gone = np.where(np.arange(2000) % 2 == 0, np.nan, values)
    found = drift(values, gone)
    assert found.psi > 0.25
    assert (found.missing_then, found.missing_now) == (0, 0.5)


def test_a_new_level_is_seen() -> None:
    assert drift(np.repeat([1.0, 2.0], 500), np.repeat([1.0, 2.0, 9.0], 300)).psi > 0.05


@pytest.mark.parametrize("then", [np.full(50, np.nan), np.arange(100.0)])
def test_columns_without_values_are_told(then: np.ndarray) -> None:
    found = drift(then, np.full(50, np.nan))
    assert np.isnan(found.median_now)
    assert found.ks == 0
