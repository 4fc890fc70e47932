from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from graph import Rings, kinds
from models.ring_doubts import (
    CERTAIN,
    MIN_SURPRISE,
    MOST_HONEST,
    SPENT,
    SPOKEN_FOR,
    UNSUPERVISED_SURPRISE,
)
from models.ring_scores import decide_rings

ACCOUNTS = 2000
LABELS = {account: int(account >= 20) for account in range(5, 255, 5)}


def rings_of(sizes: list[int], surprise: float = 30.0, **shares: float) -> Rings:
    """Rings of the first accounts, one after the other; all share a little."""
    shares = {"cotimed": 0.2} | shares
    ring = [number for number, size in enumerate(sizes) for _ in range(size)]
    members = pl.DataFrame({"ring": ring, "account": range(len(ring))}).cast(pl.UInt32)
    rings = pl.DataFrame(
        {"ring": range(len(sizes)), "size": sizes, "surprise": [surprise] * len(sizes)},
        schema={"ring": pl.UInt32, "size": pl.UInt32, "surprise": pl.Float64},
    )
    return Rings(rings.with_columns(pl.lit(shares.get(k, 0.0)).alias(k) for k in kinds()), members)


def risks(values: list[tuple[int, float]]) -> np.ndarray:
    """Risk of so many accounts after each other; the rest is honest for certain."""
    given = np.concatenate([np.full(count, value) for count, value in values])
    return np.concatenate([given, np.zeros(ACCOUNTS - len(given))])


def nobody_known() -> pl.Series:
    return pl.Series([None] * ACCOUNTS, dtype=pl.Int8)


def known(*accounts: int) -> pl.Series:
    """These accounts are labelled spam."""
    return pl.Series([1 if a in accounts else None for a in range(ACCOUNTS)], dtype=pl.Int8)


def test_ring_risk_is_the_mean_and_counts_are_of_labels() -> None:
    labels = pl.Series([1, 1, 0, None, 1, *([None] * (ACCOUNTS - 5))], dtype=pl.Int8)
    risk = risks([(1, 1.0), (1, 0.8), (2, 0.6), (3, 0.9)])
    got = decide_rings(rings_of([4, 3]), risk, labels, supervised=True)
    assert got["ring"].to_list() == [0, 1]
    assert got["risk"].to_list() == pytest.approx([0.75, 0.9])
    assert got["labelled_spam"].to_list() == [2, 1]
    assert got["labelled_honest"].to_list() == [1, 0]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("limit", [0.5, 2.0, 10.0])
def test_the_expected_harm_stays_within_the_limit(seed: int, limit: float) -> None:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(3, 20, 40).tolist()
    risk = risks([(size, float(rng.uniform(0.5, 1))) for size in sizes])
    # One member of every other ring is known.
    labels = known(*np.cumsum([0, *sizes])[:-1:2])
    got = decide_rings(rings_of(sizes), risk, labels, supervised=True, max_innocents_per_1000=limit)
    allowed = limit * float((1 - risk).sum()) / 1000
    taken, left = (got.filter(pl.col("status") == s) for s in ("ring", "suspected"))
    assert taken["expected_honest"].sum() <= allowed, f"seed {seed}"
    # No mistake breaks the limit alone, unless it is next to impossible.
    share = pl.col("expected_honest") / pl.col("size")
    bearable = (pl.col("size") - pl.col("labelled_spam") <= allowed) | (share <= CERTAIN)
    assert taken.filter(bearable).height == taken.height, f"seed {seed}"
    # The surest come first, and one more would have been too many.
    left = left.filter(bearable & (share <= MOST_HONEST)).sort(share)
    if taken.height and left.height:
        assert taken.select(share.max()).item() <= left.select(share.min()).item()
    assert set(left["doubts"]) <= {SPENT}
    assert set(taken["doubts"]) <= {""}
    if left.height:
        following = left["expected_honest"][0]
        assert taken["expected_honest"].sum() + following > allowed, f"seed {seed}"


def test_nothing_is_called_a_ring_when_no_innocent_may_be() -> None:
    got = decide_rings(
        rings_of([5, 5]),
        risks([(10, 0.99)]),
        nobody_known(),
        supervised=True,
        max_innocents_per_1000=0,
    )
    assert got["status"].to_list() == ["suspected", "suspected"]


@pytest.mark.parametrize(
    ("risk", "surprise", "status"),
    [
        (0.95, 30.0, "ring"),
        (1 - MOST_HONEST - 0.01, 30.0, "suspected"),
        (0.85, MIN_SURPRISE, "ring"),
        (0.85, MIN_SURPRISE - 0.01, "suspected"),
        # Whoever is spam beyond doubt is no victim of an accident.
        (0.95, 0.0, "ring"),
    ],
)
def test_risk_and_surprise_are_both_needed(risk: float, surprise: float, status: str) -> None:
    got = decide_rings(
        rings_of([5] * 51, surprise),
        risks([(5, risk), (250, 0.99)]),
        # One member of each other ring is known; three labels are wrong, as some are.
        pl.Series([LABELS.get(account) for account in range(ACCOUNTS)], dtype=pl.Int8),
        supervised=True,
        max_innocents_per_1000=100,
    )
    assert got["status"][0] == status


@pytest.mark.parametrize("confirmed", [0, 1, 2, 8, 50])
def test_few_confirmed_groups_leave_others_in_doubt(confirmed: int) -> None:
    members = 4 * (confirmed + 1)
    got = decide_rings(
        rings_of([4] * (confirmed + 1)),
        risks([(members, 0.99)]),
        known(*range(4, members)),
        supervised=True,
        max_innocents_per_1000=100,
    )
    assert got["expected_honest"][0] / 4 >= 1 / (confirmed + 2)
    assert got["expected_honest"][0] / 4 < 1 / (confirmed + 2) + 0.02
    assert got["status"][0] == ("suspected" if confirmed < 2 else "ring")


def test_labelled_honest_members_raise_the_harm_that_is_expected() -> None:
    risk = risks([(40, 0.9)])
    guilty, innocent = (
        pl.Series([label] * 20 + [None] * (ACCOUNTS - 20), dtype=pl.Int8) for label in (1, 0)
    )
    expected = [
        decide_rings(rings_of([40]), risk, labels, supervised=True)["expected_honest"][0]
        for labels in (guilty, nobody_known(), innocent)
    ]
    # By one label for nobody: as likely honest as not.
    assert expected[0] < 4.0 < expected[1] == pytest.approx(20.0)
    assert expected[1] < expected[2] <= 40


def test_the_own_labels_of_a_ring_speak_for_or_against_it() -> None:
    risk = risks([(40, 0.7)])
    told = {
        label: decide_rings(
            rings_of([20, 20]),
            risk,
            pl.Series([label] * 4 + [None] * (ACCOUNTS - 4), dtype=pl.Int8),
            supervised=True,
        )["expected_honest"].to_list()
        for label in (0, 1)
    }
    # Four labels of spam show that the other sixteen, a large group, are honest by a sixth at most.
    assert 16 / 6 < told[1][0] < 20 / 6 < told[1][1] / 2
    assert told[0][0] > 15
    assert told[0][0] > told[0][1]


def test_members_known_as_spam_are_not_in_doubt() -> None:
    risk = risks([(12, 0.7)])
    expected = [
        decide_rings(rings_of([12]), risk, known(*range(count)), supervised=True)[
            "expected_honest"
        ][0]
        for count in (2, 6, 12)
    ]
    # Two labels of twelve leave a quarter of the others in doubt; six tell more of fewer.
    assert expected[0] == pytest.approx(10 / 4, rel=0.05)
    assert expected[1] < 7 / 8
    assert expected[2] < 0.1


def test_a_large_group_with_labels_of_both_sorts_is_only_suspected() -> None:
    # Twenty accounts could break the limit of four alone.
    labels = [1] * 8 + [0] * 2 + [None] * (ACCOUNTS - 10)
    got = decide_rings(
        rings_of([20]), risks([(20, 0.75)]), pl.Series(labels, dtype=pl.Int8), supervised=True
    )
    assert got["expected_honest"][0] > 20 * CERTAIN
    assert got["status"].to_list() == ["suspected"]


@pytest.mark.parametrize(("confirmed", "status"), [(3, "suspected"), (60, "ring")])
def test_a_large_group_of_few_labels_is_in_doubt_until_labels_confirm_groups(
    confirmed: int, status: str
) -> None:
    """A course and a ring that signed up on one day, of which four are labelled spam."""
    sizes = [25, *[3] * confirmed]
    risk = risks([(25, 0.93), (3 * confirmed, 0.99)])
    labels = known(*range(4), *range(25, 25 + 3 * confirmed))
    got = decide_rings(rings_of(sizes), risk, labels, supervised=True)
    assert got["status"][0] == status, got["expected_honest"][0]


@pytest.mark.parametrize(("risk", "status"), [(0.8, "suspected"), (0.99, "ring")])
def test_a_team_that_shares_everything_is_a_ring_only_if_that_is_certain(
    risk: float, status: str
) -> None:
    """Nine people of an agency: the same machines, office, cards and proposal."""
    risk_of_all = risks([(9, risk), (90, 0.99)])
    labels = known(*range(9, 99))
    sizes, limit = [9, *[3] * 30], {"max_innocents_per_1000": 20.0}
    for fourth, expected in ((0.5, status), (0.4, "ring")):
        shared = {"device": 1.0, "ip": 0.9, "instrument": 0.7, "template": fourth}
        got = decide_rings(rings_of(sizes, **shared), risk_of_all, labels, supervised=True, **limit)
        assert got["status"][0] == expected, (fourth, got["expected_honest"][0])


@pytest.mark.parametrize(
    ("shared", "team"),
    [
        ([1.0, 1.0, 0.9, 0.8], True),
        ([1.0, 1.0, 0.9, 0.7], False),
        ([0.6, 0.6, 0.5, 0.5, 0.5], True),
        ([0.6, 0.6, 0.5, 0.5, 0.4], False),
    ],
)
@pytest.mark.parametrize("labelled", [0, SPOKEN_FOR - 1, SPOKEN_FOR])
def test_a_team_that_hides_nothing_is_a_ring_only_if_labels_speak_for_it(
    shared: list[float], team: bool, labelled: int
) -> None:
    """However certain the models are: they have learned from rings, not from agencies."""
    kinds_shared = dict(
        zip(("device", "ip", "instrument", "template", "phone"), shared, strict=False)
    )
    got = decide_rings(
        rings_of([9, *[3] * 30], **kinds_shared),
        risks([(9, 0.995), (90, 0.99)]),
        known(*range(labelled), *range(9, 99)),
        supervised=True,
        max_innocents_per_1000=20.0,
    )
    assert got["status"][0] == ("suspected" if team and labelled < SPOKEN_FOR else "ring")


def test_a_sign_up_burst_is_no_kind_of_its_own_beside_its_addresses() -> None:
    """A ring that signed up at once shares addresses by that; it is not open for it."""
    risk, labels = risks([(9, 0.8), (90, 0.99)]), known(*range(9, 99))
    sizes, limit = [9, *[3] * 30], {"max_innocents_per_1000": 20.0}
    shared = {"burst": 0.6, "ip": 0.9, "email_domain": 0.5, "template": 0.7}
    got = decide_rings(rings_of(sizes, **shared), risk, labels, supervised=True, **limit)
    assert got["status"][0] == "ring"


@pytest.mark.parametrize("seed", range(5))
def test_groups_are_all_spam_or_all_honest_and_labels_show_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = [6] * 120
    guilty = np.repeat(rng.random(120) < 0.6, 6)
    # Each account alone looks like .3 or .7; the groups behind are of one sort.
    risk = np.concatenate([np.where(guilty, 0.7, 0.3), np.zeros(ACCOUNTS - 720)])
    told = np.where(rng.random(720) < 0.02, ~guilty, guilty).astype(int)
    known = rng.random(720) < 0.3
    labels = pl.Series([*np.where(known, told, -1).tolist(), *[-1] * (ACCOUNTS - 720)])
    labels = labels.replace(-1, None).cast(pl.Int8)
    got = decide_rings(rings_of(sizes), risk, labels, supervised=True, max_innocents_per_1000=100)
    suspects = got.filter(pl.col("risk") > 0.5)
    assert suspects["expected_honest"].sum() < 0.4 * suspects["size"].sum() * 0.3, f"seed {seed}"


def test_order_of_members_does_not_matter() -> None:
    risk = np.random.default_rng(1).random(ACCOUNTS)
    found = rings_of([7, 11, 5])
    turned = Rings(found.rings.reverse(), found.members.reverse())
    first = decide_rings(found, risk, known(0, 8), supervised=True)
    assert decide_rings(turned, risk, known(0, 8), supervised=True).equals(first)


@pytest.mark.parametrize(
    ("kind", "surprise", "size", "status"),
    [
        ("template", UNSUPERVISED_SURPRISE, 5, "ring"),
        ("template", UNSUPERVISED_SURPRISE - 0.1, 5, "suspected"),
        ("template", 100.0, 2, "suspected"),  # nobody vouches for so few
        ("device", 100.0, 5, "suspected"),  # a school shares machines too
    ],
)
def test_without_labels_chance_and_what_is_shared_decide(
    kind: str, surprise: float, size: int, status: str
) -> None:
    found = rings_of([size], surprise, **{kind: 1.0})
    got = decide_rings(found, np.full(ACCOUNTS, 0.01), nobody_known(), supervised=False)
    assert got["status"].to_list() == [status]
    assert got["expected_honest"].to_list() == [None]


@pytest.mark.parametrize("supervised", [True, False])
def test_no_rings(supervised: bool) -> None:
    got = decide_rings(rings_of([]), risks([(1, 0.9)]), nobody_known(), supervised=supervised)
    assert got.is_empty()
    assert {"risk", "status", "expected_honest", "labelled_spam"} <= set(got.columns)
