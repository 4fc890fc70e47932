from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.stats import ks_2samp

from ringscope.nightly.drift import compare_levels, compare_numbers, psi

QUANTILES = np.linspace(0, 1, 201)


def numbers(*nights: np.ndarray) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "rows": [len(night) for night in nights],
            "missing": [0] * len(nights),
            "quantiles": [
                np.quantile(night, QUANTILES, method="inverted_cdf").tolist() for night in nights
            ],
        }
    )


def levels(*nights: dict[str, float], rows: int = 1_000) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "rows": [rows] * len(nights),
            "missing": [0] * len(nights),
            "levels": [list(night) for night in nights],
            "shares": [list(night.values()) for night in nights],
        }
    )


def test_psi_is_the_formula() -> None:
    assert psi(np.array([0.2, 0.8]), np.array([0.2, 0.8])) == 0
    assert psi(np.array([0.3, 0.7]), np.array([0.5, 0.5])) == pytest.approx(
        -0.2 * np.log(0.6) + 0.2 * np.log(1.4)
    )


@pytest.mark.parametrize("seed", range(6))
def test_draws_of_one_distribution_are_no_drift(seed: int) -> None:
    rng = np.random.default_rng(seed)
    draws = [rng.lognormal(1, 1, 400) for _ in range(5)]
    found = compare_numbers(numbers(draws[0]), numbers(*draws[1:]))
    assert not found.drifted, f"seed {seed}: {found.words}"


def test_a_shift_by_its_spread_is_drift() -> None:
    rng = np.random.default_rng(3)
    found = compare_numbers(
        numbers(rng.normal(2, 1, 2_000)), numbers(rng.normal(0, 1, 2_000), rng.normal(0, 1, 2_000))
    )
    assert found.drifted
    assert found.psi > found.limit
    assert "median is 2" in found.words


def test_the_distance_is_that_of_the_samples_but_for_the_smear() -> None:
    rng = np.random.default_rng(4)
    one, other = rng.normal(1, 1, 3_000), rng.normal(0, 1, 3_000)
    found = compare_numbers(numbers(one), numbers(other))
    assert found.ks == pytest.approx(ks_2samp(one, other).statistic, abs=0.03)


def test_a_step_of_many_equal_values_is_no_drift() -> None:
    before = np.repeat([0.10, 0.30, 0.55], [300, 500, 400])
    found = compare_numbers(numbers(before + 0.003), numbers(before))
    assert not found.drifted


@pytest.mark.parametrize("now", [0.0, 1.0])
def test_a_constant_is_known_from_another_one(now: float) -> None:
    found = compare_numbers(numbers(np.full(500, now)), numbers(np.zeros(500)))
    assert found.drifted == (now != 0)


def test_few_values_are_given_more_room() -> None:
    rng = np.random.default_rng(5)
    few = compare_numbers(numbers(rng.normal(0, 1, 30)), numbers(rng.normal(0, 1, 30)))
    many = compare_numbers(numbers(rng.normal(0, 1, 3_000)), numbers(rng.normal(0, 1, 3_000)))
    assert few.limit > 4 * many.limit


def test_levels_that_trade_places_are_drift() -> None:
    usual = levels({"PL": 0.7, "FR": 0.3}, {"PL": 0.68, "FR": 0.32})
    assert not compare_levels(levels({"PL": 0.66, "FR": 0.34}), usual).drifted
    found = compare_levels(levels({"PL": 0.2, "FR": 0.3, "XX": 0.5}), usual)
    assert found.drifted
    assert found.words.startswith("'XX' is 50% tonight and was 0%")
