from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from graph import rush
from graph.rush import FEWEST, MOST, ORPHANS, RISKY, SURE, find_orphans, honest_time

Floats = NDArray[np.float64]
YEAR = 365 * 86_400_000_000
HONEST, RISKIER, MEMBERS = 3000, 160, 60
START, SHORT = 0.4, 0.02
"""When the rush begins, and how long it takes, in years."""


@dataclass(frozen=True)
class World:
    """Accounts with calibrated risks; `own` are those of the operation, in a ring or not."""

    ring: NDArray[np.int64]
    risk: Floats
    year: Floats
    own: NDArray[np.bool_]

    @property
    def member(self) -> NDArray[np.bool_]:
        return self.ring >= 0

    @property
    def orphans(self) -> int:
        return int((self.own & ~self.member).sum())

    def assigned(self, others: NDArray[np.bool_] | None = None) -> pl.DataFrame:
        at = np.flatnonzero(self.member)
        members = pl.DataFrame({"ring": self.ring[at], "account": at}).cast(pl.UInt32)
        taken = np.flatnonzero(self.member if others is None else others)
        found = find_orphans(
            members, self.risk, moments(self.year), pl.Series(taken, dtype=pl.UInt32)
        )
        assert found.schema == ORPHANS
        assert found["account"].is_unique().all()
        assert found.equals(found.sort("ring", "account"))
        assert found["confidence"].is_between(SURE, 1).all()
        assert not self.member[found["account"].to_numpy()].any()
        return found


def moments(year: Floats) -> pl.Series:
    whole = [None if np.isnan(y) else round(y * YEAR) for y in year]
    return pl.Series(whole, dtype=pl.Int64).cast(pl.Datetime("us"))


def world(seed: int, orphans: float = 0.5, lasts: float = SHORT, members: int = MEMBERS) -> World:
    """Who is spam follows from the risks; of the spam outside the ring so many are orphans.

    Honest accounts and the spam of others come evenly, the operation in its rush.
    """
    rng = np.random.default_rng(seed)
    risk = np.concatenate(
        [
            rng.beta(0.5, 20, HONEST),
            rng.uniform(0.4, 0.95, RISKIER),
            rng.uniform(0.8, 0.99, members),
        ]
    )
    ring = np.repeat([-1, 0], [HONEST + RISKIER, members])
    spam = rng.random(len(risk)) < risk
    own = (ring == 0) | (spam & (rng.random(len(risk)) < orphans))
    even, hurried = rng.random((2, len(risk)))
    return World(ring, risk, np.where(own, START + lasts * hurried, even), own)


SEEDS = range(6)


@pytest.mark.parametrize("seed", SEEDS)
def test_most_orphans_of_a_rush_are_found_and_nobody_of_another_time(seed: int) -> None:
    made = world(seed)
    found = made.assigned()["account"].to_numpy()
    assert made.own[found].sum() > made.orphans / 2, f"seed {seed}"
    assert made.own[found].mean() > 0.85, f"seed {seed}"
    around = (made.year > START - SHORT) & (made.year < START + 2 * SHORT)
    assert around[found].all(), f"seed {seed}"
    assert (made.risk[found] >= RISKY).all()


@pytest.mark.parametrize(
    ("lasts", "orphans"),
    [(SHORT / 4, 0.5), (SHORT, 0.5), (5 * SHORT, 0.5), (SHORT, 0.2), (SHORT, 0.8)],
)
def test_at_least_so_many_are_right_as_confidence_says(lasts: float, orphans: float) -> None:
    """It may say less: what other times are like is taken from the crowded ones of them."""
    right, said = [], []
    for seed in range(12):
        made = world(seed, orphans, lasts)
        found = made.assigned()
        right += made.own[found["account"].to_numpy()].tolist()
        said += found["confidence"].to_list()
    assert len(right) > 100, "seeds 0 to 11"
    assert np.mean(said) - 0.03 < np.mean(right) < np.mean(said) + 0.3, "seeds 0 to 11"


def test_the_surer_the_more_are_right() -> None:
    made = [world(seed) for seed in range(12)]
    found = [one.assigned().with_columns(seed=pl.lit(n)) for n, one in enumerate(made)]
    table = pl.concat(found)
    right = [made[seed].own[account] for seed, account in table.select("seed", "account").rows()]
    sure = table["confidence"].to_numpy() > 0.8
    assert np.mean(np.array(right)[sure]) > np.mean(np.array(right)[~sure])


@pytest.mark.parametrize("seed", range(12))
def test_lone_spam_is_no_orphan(seed: int) -> None:
    assert world(seed, orphans=0.0).assigned().height <= 1, f"seed {seed}"


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_is_an_orphan_where_the_spam_of_others_comes_in_rushes_too(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    made = world(seed, orphans=0.0)
    begins = np.append(rng.random(11), START)
    rushed = rng.choice(begins, len(made.year)) + SHORT * rng.random(len(made.year))
    lone = (made.risk > 0.4) & ~made.member
    assert replace(made, year=np.where(lone, rushed, made.year)).assigned().is_empty()


def test_a_ring_that_lasts_is_no_rush() -> None:
    assert world(1, lasts=0.6).assigned().is_empty()
    assert not world(1, lasts=0.1).assigned().is_empty()


def test_few_members_are_given_nobody() -> None:
    assert not world(2, members=FEWEST).assigned().is_empty()
    assert world(2, members=FEWEST - 1).assigned().is_empty()
    unknown = world(2, members=FEWEST)
    unknown.year[-1] = np.nan
    assert unknown.assigned().is_empty()


def test_who_has_no_sign_up_is_no_orphan() -> None:
    made = world(3)
    known = set(made.assigned()["account"].to_list())
    lost = np.array(sorted(known)[::2])
    made.year[lost] = np.nan
    assert set(made.assigned()["account"].to_list()) <= known - set(lost.tolist())
    made.year[:] = np.nan
    assert made.assigned().is_empty()


def test_others_are_not_asked() -> None:
    made = world(4)
    known = made.assigned()["account"].to_numpy()
    others = np.zeros(len(made.risk), dtype=bool)
    others[known[::3]] = True
    again = made.assigned(others)["account"].to_numpy()
    assert len(again)
    assert not others[again].any()


@pytest.mark.parametrize("seed", SEEDS)
def test_of_several_operations_in_one_rush_the_one_that_is_most_of_it_gets_orphans(
    seed: int,
) -> None:
    """Whose the orphans are nobody can tell where no ring is most of the rush."""
    made = world(seed)
    few, many = made.ring.copy(), made.ring.copy()
    at = np.flatnonzero(made.member)
    few[at[::3]] = 1
    many[at[::3]], many[at[1::3]] = 1, 2
    assert set(replace(made, ring=few).assigned()["ring"]) == {0}, f"seed {seed}"
    assert replace(made, ring=many).assigned().is_empty(), f"seed {seed}"
    # The same of one operation whose other members are in rings that were not called so.
    suspected = replace(made, ring=np.where(many > 0, -1, many))
    assert suspected.assigned(made.member).is_empty(), f"seed {seed}"


def test_rings_of_other_times_do_not_count() -> None:
    made = world(5)
    at = np.flatnonzero(made.risk < 0.01)[:200]
    ring, year = made.ring.copy(), made.year.copy()
    ring[at], year[at] = 1, START + 0.3
    assert not replace(made, ring=ring, year=year).assigned().is_empty()


@pytest.mark.parametrize("seed", SEEDS)
def test_of_two_rings_at_one_time_the_real_rush_gets_the_orphans(seed: int) -> None:
    """Another ring comes at its leisure around it, without orphans."""
    rng = np.random.default_rng(200 + seed)
    made, more = world(seed), 60
    both = World(
        np.append(made.ring, np.ones(more, dtype=np.int64)),
        np.append(made.risk, rng.uniform(0.8, 0.99, more)),
        np.append(made.year, START - 0.09 + 0.2 * rng.random(more)),
        np.append(made.own, np.zeros(more, dtype=bool)),
    )
    found = both.assigned()
    first = found.filter(pl.col("ring") == 0)["account"].to_numpy()
    assert both.own[first].sum() > both.orphans / 2, f"seed {seed}"
    assert len(first) > 0.8 * found.height, f"seed {seed}"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_campaign_of_honest_sign_ups_makes_nobody_an_orphan(seed: int) -> None:
    """Half of all who are no members come while the ring does, spam among them as ever."""
    made = world(seed, orphans=0.0)
    rng = np.random.default_rng(300 + seed)
    came = ~made.member & (rng.random(len(made.year)) < 0.5)
    campaign = np.where(came, START + SHORT * rng.random(len(came)), made.year)
    assert replace(made, year=campaign).assigned().height <= 1, f"seed {seed}"


@pytest.mark.parametrize("orphans", [0.0, 0.5])
@pytest.mark.parametrize("ticks", [12, 52, 365])
def test_sign_ups_may_be_known_by_the_day_or_month_alone(ticks: int, orphans: float) -> None:
    wrong, right = 0, 0
    for seed in SEEDS:
        made = world(seed, orphans)
        found = replace(made, year=np.ceil(made.year * ticks) / ticks).assigned()
        own = made.own[found["account"].to_numpy()]
        right, wrong = right + own.sum(), wrong + (~own).sum()
    assert wrong <= 0.2 * right, "seeds 0 to 5"
    assert (right > 50) == (orphans > 0), "seeds 0 to 5"


@pytest.mark.parametrize("late", [0.0, 0.001, -0.02])
@pytest.mark.parametrize("seed", SEEDS)
def test_an_import_is_no_rush(seed: int, late: float) -> None:
    """A tenth of all accounts bear one moment, at which or near which the ring came."""
    made = world(seed, orphans=0.0)
    moved = np.random.default_rng(seed).random(len(made.year)) < 0.1
    year = np.where(moved & ~made.member, START, made.year)
    came = START + late if late >= 0 else made.year + late
    assert replace(made, year=np.where(made.member, came, year)).assigned().is_empty()


@pytest.mark.parametrize("risk", [0.0, 1.0])
def test_equal_risks_assign_nobody(risk: float) -> None:
    made = world(5)
    assert replace(made, risk=np.full(len(made.risk), risk)).assigned().is_empty()


def test_no_rings_and_no_accounts() -> None:
    made = world(6)
    assert replace(made, ring=np.full(len(made.ring), -1)).assigned().is_empty()
    nothing = np.array([])
    assert World(nothing.astype(int), nothing, nothing, nothing > 0).assigned().is_empty()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_accounts_does_not_matter(seed: int) -> None:
    made = world(seed)
    made.year[::50] = np.nan
    made.year[:] = np.ceil(made.year * 365) / 365
    order = np.random.default_rng(seed).permutation(len(made.risk))
    dealt = World(made.ring[order], made.risk[order], made.year[order], made.own[order])
    known = {a: (r, pytest.approx(c)) for r, a, c in made.assigned().rows()}
    assert len(known) > 20
    assert {int(order[a]): (r, c) for r, a, c in dealt.assigned().rows()} == known, f"seed {seed}"


def slow_clock(year: Floats, risk: Floats) -> tuple[list[float], list[float]]:
    known = [i for i in range(len(year)) if not np.isnan(year[i])]
    total = sum(1 - risk[i] for i in known)
    time, lasts = [], []
    for own in year:
        before = sum(1 - risk[i] for i in known if year[i] < own)
        at = sum(1 - risk[i] for i in known if year[i] == own)
        time.append(float("nan") if np.isnan(own) else (before + at / 2) / total)
        lasts.append(float("nan") if np.isnan(own) else at / total)
    return time, lasts


@pytest.mark.parametrize("seed", range(10))
def test_honest_time_equals_counting_one_by_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    year = rng.integers(0, 30, 60) / 30
    year[rng.random(60) < 0.1] = np.nan
    risk = rng.random(60)
    time, lasts = honest_time(moments(year), risk)
    slow, slow_lasts = slow_clock(year, risk)
    assert time == pytest.approx(slow, nan_ok=True), f"seed {seed}"
    assert lasts == pytest.approx(slow_lasts, nan_ok=True), f"seed {seed}"


def slow_rush(times: list[float], longest: float) -> tuple[float, float]:
    """Reach of a sign-up, and how long the rush takes."""
    low, high = np.quantile(times, [0.25, 0.75])
    by_rule = 1.06 * 1.74 * (high - low) / 1.349 / len(times) ** 0.2
    reach = max(by_rule, longest / 2, 0.002)
    return reach, 2 * (high - low + reach)


def slow_density(times: list[float], reach: float, at: float) -> float:
    return sum(abs(at - t) <= reach for t in times) / len(times) / (2 * reach)


def slow_crowd(times: list[float], reach: float, spam: list[tuple[float, float]]) -> float:
    """How many times as dense as on average spam is at the times of a rush, on a round clock."""
    near = 0.0
    for t in times:
        for when, weight in spam:
            far = abs(t - when) % 1
            near += weight * (min(far, 1 - far) <= reach)
    return near / len(times) / (2 * reach) / sum(weight for _, weight in spam)


def slow_excess(
    times: list[float], longest: float, spam: list[tuple[float, float]]
) -> tuple[float, float, float]:
    reach, lasts = slow_rush(times, longest)
    shifts = [k / 200 for k in range(200) if lasts < k / 200 < 1 - lasts]
    if len(shifts) < 50:
        return 0.0, 1.0, 0.0
    others = np.quantile([slow_crowd([t + s for t in times], reach, spam) for s in shifts], 0.95)
    alone = [slow_density(times[:i] + times[i + 1 :], reach, times[i]) for i in range(len(times))]
    share = max(slow_crowd(times, reach, spam) - others, 0) / np.mean(alone)
    height = share * max(slow_density(times, reach, t) for t in times)
    return share, float(others), height / (others + height) if height else 0.0


def slow_part(made: World, time: list[float], own: int, reach: float) -> float:
    """Of those of any ring near a member of one, the part that is in that one."""
    near = [
        made.ring[j]
        for i in np.flatnonzero(made.ring == own)
        for j in np.flatnonzero(made.member)
        if abs(time[i] - time[j]) <= reach
    ]
    return near.count(own) / len(near)


def slow_orphans(made: World) -> dict[int, tuple[int, float]]:
    """Ring by ring and account by account."""
    time, lasts = slow_clock(made.year, made.risk)
    left = {
        i: r
        for i, r in enumerate(made.risk.tolist())
        if not np.isnan(time[i]) and r >= RISKY and made.ring[i] < 0
    }
    rings = {}
    for ring in range(made.ring.max() + 1):
        of_ring = [i for i in np.flatnonzero(made.ring == ring) if not np.isnan(time[i])]
        if len(of_ring) < FEWEST:
            continue
        times, longest = [time[i] for i in of_ring], max(lasts[i] for i in of_ring)
        if slow_part(made, time, ring, slow_rush(times, longest)[0]) >= MOST:
            rings[ring] = times, longest
    found: dict[int, tuple[int, float]] = {}
    while rings:
        spam = [(time[i], r) for i, r in left.items()]
        excess = {ring: slow_excess(*rings[ring], spam) for ring in rings}
        ring = max(excess, key=lambda ring: excess[ring][2])
        share, others, surest = excess[ring]
        if surest < SURE:
            break
        times, longest = rings.pop(ring)
        reach, _ = slow_rush(times, longest)
        for i, r in left.items():
            own = r * share * slow_density(times, reach, time[i])
            own /= own + 1 - r + r * others
            left[i] = r * (1 - own)
            if own >= SURE:
                found.setdefault(i, (ring, own))
    return found


@pytest.mark.parametrize("ticks", [100, 10**6])
@pytest.mark.parametrize("seed", range(5))
def test_equals_going_through_rings_and_accounts_one_by_one(seed: int, ticks: int) -> None:
    rng = np.random.default_rng(seed)
    ring = np.repeat([-1, 0, 1, 2], [400, 15, 20, FEWEST - 1])
    n = len(ring)
    own = np.where(ring >= 0, ring, rng.choice([-1, 0, 1], n, p=[0.86, 0.08, 0.06]))
    spam = (own >= 0) | (rng.random(n) < 0.03)
    risk = np.where(spam, rng.uniform(0.4, 0.99, n), rng.beta(0.5, 20, n))
    begins, lasts = rng.uniform(0.1, 0.8) + np.array([0, 0.01, 0]), np.array([0.01, 0.03, 0.01])
    year = np.where(own >= 0, begins[own] + lasts[own] * rng.random(n), rng.random(n))
    year = np.ceil(year * ticks) / ticks
    year[rng.random(n) < 0.02] = np.nan
    made = World(ring, risk, year, own >= 0)
    slow = {account: (r, pytest.approx(c)) for account, (r, c) in slow_orphans(made).items()}
    assert len(slow) > 3, f"seed {seed}"
    assert {a: (r, c) for r, a, c in made.assigned().rows()} == slow, f"seed {seed}"


@pytest.mark.parametrize("seed", range(5))
def test_excess_and_density_equal_going_through_them_one_by_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    members = (0.95 + 0.05 * rng.random(12)) % 1
    spam = [
        (float(t), float(r)) for t, r in zip(np.sort(rng.random(40)), rng.random(40), strict=True)
    ]
    clock = np.concatenate([members, np.full(1, np.nan)])
    frame = pl.DataFrame({"ring": [7] * 13, "account": range(13)}).cast(pl.UInt32)
    (made,) = rush._rushes(frame, clock, np.full(13, 0.001)).values()
    times = members.tolist()
    reach, lasts = slow_rush(times, 0.001)
    assert (made.reach, made.lasts) == pytest.approx((reach, lasts))
    asked = rng.random(100)
    assert made.density(asked) == pytest.approx([slow_density(times, reach, t) for t in asked])
    got = rush._excess(made, *np.array(spam).T)
    assert tuple(got) == pytest.approx(slow_excess(times, 0.001, spam)), f"seed {seed}"
