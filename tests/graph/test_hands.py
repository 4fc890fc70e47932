from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import multivariate_normal, norm

from graph.hands import DIRECTIONS, OUTLIER, Hands, learn_hands, normal_scores


def crowd(seed: int, groups: int = 20) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Accounts of hands with habits of their own: habits, sign-ups, group, hand of each group."""
    rng = np.random.default_rng(seed)
    hand = rng.integers(0, max(groups // 2, 1), groups)
    center, start = rng.normal(0, 3, (groups, 5)), rng.uniform(0, 1000, groups)
    group = np.repeat(np.arange(groups), rng.integers(2, 9, groups))
    habits = center[hand[group]] + rng.normal(0, 1, (len(group), 5))
    return habits, start[hand[group]] + rng.exponential(20, len(group)), group, hand


def every(hands: Hands, x: int) -> np.ndarray:
    return hands.log_odds(x, np.arange(len(hands.size)))


def by_hand(seed: int) -> Hands:
    """Two groups in one direction with times; made up, not learned."""
    rng = np.random.default_rng(seed)
    return Hands(
        between=np.array([2.5]),
        size=np.array([3.0, 5.0]),
        mean=rng.normal(size=(2, 1)),
        known=np.array([3.0, 2.0]),
        time=np.array([0.4, -0.1]),
        spread=np.array([0.3, 0.05]),
        widths=np.array([0.04, 0.5]),
        center=0.1,
        wide=0.8,
    )


@pytest.mark.parametrize("seed", range(5))
def test_log_odds_of_habits_are_those_of_the_joint_normal_densities(seed: int) -> None:
    hands = by_hand(seed)
    hands.known[:] = 0
    own, other = 2.5 + 1 / 3, 2.5 + 1 / 5
    both = multivariate_normal(cov=[[own, 2.5], [2.5, other]]).logpdf(hands.mean[:, 0])
    apart = norm(0, own**0.5).logpdf(hands.mean[0, 0]) + norm(0, other**0.5).logpdf(
        hands.mean[1, 0]
    )
    assert every(hands, 0)[1] == pytest.approx(max(both - apart, OUTLIER))


def test_log_odds_of_sign_ups_are_those_of_densities_integrated_over_center_and_width() -> None:
    hands = by_hand(0)
    hands.between[:] = 0.0
    first = 0.4 + np.array([-1, 0, 1]) * 0.15**0.5
    second = -0.1 + np.array([-1, 1]) * 0.025**0.5

    def density(times: np.ndarray) -> float:
        def at(center: float) -> float:
            fits = [np.prod(norm(center, w**0.5).pdf(times)) for w in hands.widths]
            return float(np.mean(fits) * norm(0.1, 0.8**0.5).pdf(center))

        return float(quad(at, -6, 6)[0])

    expected = np.log(density(np.concatenate([first, second])) / density(first) / density(second))
    assert every(hands, 0)[1] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_log_odds_are_the_same_both_ways(seed: int) -> None:
    habits, times, group, _ = crowd(seed)
    hands = learn_hands(habits, times, group)
    odds = np.array([every(hands, x) for x in range(len(hands.size))])
    assert np.allclose(odds, odds.T)


@pytest.mark.parametrize("seed", range(5))
def test_a_group_that_absorbed_another_is_as_if_they_had_always_been_one(seed: int) -> None:
    habits, times, group, _ = crowd(seed)
    times[::4] = np.nan
    hands, after = learn_hands(habits, times, group), learn_hands(habits, times, group)
    after.absorb(2, 7)
    scores = normal_scores(times[:, None])[np.isin(group, [2, 7]), 0]
    assert after.size[2] == hands.size[2] + hands.size[7] == len(scores)
    assert after.known[2] == (~np.isnan(scores)).sum()
    assert after.time[2] == pytest.approx(np.nanmean(scores))
    assert after.spread[2] == pytest.approx(np.nansum((scores - np.nanmean(scores)) ** 2))
    pooled = (hands.mean[2] * hands.size[2] + hands.mean[7] * hands.size[7]) / after.size[2]
    assert np.allclose(after.mean[2], pooled)


def test_groups_of_one_hand_are_told_from_groups_of_two() -> None:
    right = []
    for seed in range(5):
        habits, times, group, hand = crowd(seed, groups=40)
        hands = learn_hands(habits, times, group)
        odds = np.array([every(hands, x) for x in range(40)])
        pairs = np.triu_indices(40, 1)
        same, told = (hand[:, None] == hand)[pairs], odds[pairs] > 3
        right.append((told == same).mean())
        assert hands.mean.shape[1] <= min(DIRECTIONS, 5)
    assert np.mean(right) > 0.97, "seeds 0 to 4"


def test_units_and_missing_values_do_not_matter() -> None:
    habits, times, group, _ = crowd(1)
    habits[::5, 2] = np.nan
    constant = np.full((len(habits), 2), np.nan)
    constant[:, 0] = 7.0
    hands = learn_hands(habits, times, group)
    other = learn_hands(np.exp(np.hstack([habits, constant])), times**3, group)
    assert np.allclose(every(hands, 3), every(other, 3), atol=1e-2)
    assert np.isfinite(every(other, 3)).all()


def test_without_any_sign_up_habits_speak_alone() -> None:
    habits, times, group, _ = crowd(2)
    timeless = learn_hands(habits, np.full(len(times), np.nan), group)
    hands = learn_hands(habits, times, group)
    hands.known[:] = 0
    assert np.allclose(every(timeless, 4), every(hands, 4))


def test_a_night_is_more_evidence_for_a_burst_than_for_an_operation_of_a_year() -> None:
    hands = by_hand(0)
    hands.between[:] = 0.0
    quick, slow = by_hand(0), by_hand(0)
    for made, spread in ((quick, 0.01), (slow, 2.0)):
        made.between[:], made.known[:], made.time[:], made.spread[:] = 0.0, 5, 1.5, spread
    assert every(quick, 0)[1] > every(slow, 0)[1] > 0


def test_normal_scores_are_by_rank_and_equal_values_share_the_middle() -> None:
    got = normal_scores(np.array([[3.0], [1.0], [np.nan], [3.0]]))[:, 0]
    middle = norm.ppf(2 / 3)
    assert got == pytest.approx([middle, norm.ppf(1 / 6), np.nan, middle], nan_ok=True)
