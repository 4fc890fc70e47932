from __future__ import annotations

import numpy as np
import pytest

from models.calibration import log_odds, probability
from models.population import (
    FEWEST,
    Population,
    estimate_population,
    label_error,
    without_error,
)


def planted(
    seed: int, *, error: float, share: float, labelled_share: float, n: int = 40_000
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Risk as calibrated on wrong labels of a skewed sample; labels; who is spam in truth."""
    rng = np.random.default_rng(seed)
    known = rng.random(n) < 0.4
    spam = rng.random(n) < np.where(known, labelled_share, share)
    # The score has log-likelihood ratio `evidence`: normal with means +-m^2/2, variance m^2.
    m = 2.5
    evidence = rng.normal(np.where(spam, 1, -1) * m**2 / 2, m)
    clean = probability(evidence + log_odds(np.array(labelled_share)))
    risk = clean * (1 - error) + (1 - clean) * error
    wrong = rng.random(n) < error
    return risk, np.where(known, spam ^ wrong, -1), spam


def estimated(risk: np.ndarray, labels: np.ndarray) -> Population:
    error = label_error(risk, labels)
    return estimate_population(without_error(risk, error), labels, error)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("error", [0.0, 0.03, 0.08])
@pytest.mark.parametrize("share", [0.03, 0.1, 0.25])
def test_planted_error_and_shift_are_recovered(seed: int, error: float, share: float) -> None:
    risk, labels, spam = planted(seed, error=error, share=share, labelled_share=0.3)
    got = estimated(risk, labels)
    assert got.error == pytest.approx(error, abs=0.012), f"seed {seed}"
    assert got.labelled_share == pytest.approx(0.3, abs=0.03), f"seed {seed}"
    assert got.share == pytest.approx(share, rel=0.2, abs=0.01), f"seed {seed}"
    unknown = labels < 0
    applied = got.apply(risk[unknown])
    assert applied.mean() == pytest.approx(spam[unknown].mean(), abs=0.025), f"seed {seed}"


def test_there_is_no_more_spam_than_among_the_labels() -> None:
    risk, labels, _ = planted(3, error=0.0, share=0.6, labelled_share=0.3)
    got = estimated(risk, labels)
    assert got.share == got.labelled_share == pytest.approx(0.3, abs=0.03)


def test_applying_keeps_the_order_and_the_bounds() -> None:
    risk = np.linspace(0, 1, 1001)
    got = Population(0.05, 0.3, 0.1).apply(risk)
    assert (np.diff(got) >= 0).all()
    assert ((got > 0) & (got < 1)).all()
    assert (got[100:900] < risk[100:900]).all()


def test_as_labelled_nothing_changes() -> None:
    risk = np.linspace(0.001, 0.999, 500)
    assert Population().apply(risk) == pytest.approx(risk, abs=1e-9)


@pytest.mark.parametrize("known", [FEWEST - 1, 1000 - FEWEST + 1])
def test_too_few_accounts_of_either_sort_estimate_nothing(known: int) -> None:
    rng = np.random.default_rng(0)
    labels = np.full(1000, -1)
    labels[:known] = rng.integers(0, 2, known)
    risk = rng.random(1000)
    assert label_error(risk, labels) == 0
    assert estimate_population(risk, labels, 0.0) == Population()


@pytest.mark.parametrize("spam", [0.0, 0.85, 1.0])
def test_lopsided_labels_never_turn_the_order_round(spam: float) -> None:
    rng = np.random.default_rng(4)
    labels = np.where(rng.random(2000) < 0.5, rng.random(2000) < spam, -1)
    risk = np.clip(rng.normal(spam, 0.05, 2000), 0.01, 0.99)
    got = estimated(risk, labels)
    assert 0 <= got.error < 0.5
    applied = got.apply(np.linspace(0, 1, 100))
    assert np.isfinite(applied).all()
    assert (np.diff(applied) >= 0).all()


def test_verdicts_on_all_that_was_found_do_not_make_the_next_ring_impossible() -> None:
    risk, labels, spam = planted(7, error=0.0, share=0.05, labelled_share=0.3, n=20_000)
    judged = spam & (labels < 0)
    told = np.where(judged, 1, labels)
    blind = estimate_population(risk, told, 0.0)
    assert blind.share < 0.005
    got = estimate_population(risk, told, 0.0, judged)
    assert got.share == pytest.approx(0.05, rel=0.2)
    assert got.labelled_share == blind.labelled_share
