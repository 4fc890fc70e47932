from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import polars as pl
import pytest

from graph.hosts import AS_RISKY, FEWEST, OWN, drop_hosts

Uses = list[tuple[int, int, int | None, int]]
"""account, identifier, first seen (a day), count."""


def dropped(
    ring: list[int], risk: list[float], uses: Uses, weights: dict[int, float] | None = None
) -> set[int]:
    """Accounts that are dropped; who uses one identifier is linked through it."""
    frame = pl.DataFrame({"ring": ring, "account": range(len(ring))})
    members = frame.filter(pl.col("ring") >= 0).cast(pl.UInt32)
    kept = drop_hosts(members, pl.Series(risk), evidence_of(uses, weights or {}), seen(uses))
    assert kept.schema == members.schema
    assert kept.equals(members.join(kept, "account", "semi", maintain_order="left"))
    return set(members["account"].to_list()) - set(kept["account"].to_list())


def seen(uses: Uses) -> pl.DataFrame:
    schema = {
        "account": pl.UInt32,
        "identifier": pl.UInt32,
        "first_seen": pl.Int64,
        "count": pl.UInt32,
    }
    days = pl.col("first_seen").cast(pl.Duration("us")) * 86_400_000_000
    frame = pl.DataFrame(uses, schema=schema, orient="row")
    return frame.with_columns(days + pl.datetime(2026, 1, 1))


def evidence_of(uses: Uses, weights: dict[int, float]) -> pl.DataFrame:
    rows = [
        (min(a, b), max(a, b), i, weights.get(i, 1.0))
        for (a, i, *_), (b, j, *_) in combinations(uses, 2)
        if i == j and a != b
    ]
    schema = {"a": pl.UInt32, "b": pl.UInt32, "identifier": pl.UInt32, "weight": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


OPERATION: Uses = [(member, 0, member, 3) for member in range(4)]
"""Four accounts on one device, which they use alike."""
VICTIM = 4
FRAME: Uses = [(VICTIM, 1, 0, 20), *((framer, 1, 30, 3) for framer in range(3))]
"""Three of them use the device of the fifth once, on which it was long before."""


def test_a_framed_account_is_dropped_if_it_is_less_risky_than_who_frames_it() -> None:
    framed = OPERATION + FRAME
    assert dropped([0] * 5, [0.9, 0.9, 0.9, 0.9, 0.8], framed) == {VICTIM}
    assert dropped([0] * 5, [0.9, 0.9, 0.9, 0.9, 0.95], framed) == set()


def test_its_own_risk_does_not_lower_the_bar() -> None:
    bar = AS_RISKY * 0.8
    framed = OPERATION + FRAME
    assert dropped([0] * 5, [0.7, 0.9, 0.7, 0.9, bar - 0.001], framed) == {VICTIM}
    assert dropped([0] * 5, [0.7, 0.9, 0.7, 0.9, bar + 0.001], framed) == set()


def test_who_uses_things_of_the_others_as_much_is_no_host() -> None:
    visits: Uses = [(VICTIM, 0, 9, 1)]
    risk = [0.9, 0.9, 0.9, 0.9, 0.5]
    assert dropped([0] * 5, risk, OPERATION + FRAME + visits) == set()
    lighter = (1 - OWN) / OWN * 3 / 4  # of four ties by the first device against three
    assert dropped([0] * 5, risk, OPERATION + FRAME + visits, {0: lighter * 0.99}) == {VICTIM}
    assert dropped([0] * 5, risk, OPERATION + FRAME + visits, {0: lighter * 1.01}) == set()


@pytest.mark.parametrize(
    "owner",
    [
        pytest.param((VICTIM, 1, 0, 3), id="no more than its guests"),
        pytest.param((VICTIM, 1, 31, 20), id="after its guests"),
        pytest.param((VICTIM, 1, None, 20), id="at unknown times"),
    ],
)
def test_who_used_it_no_more_or_later_is_no_host(owner: tuple[int, int, int | None, int]) -> None:
    framed = [*OPERATION, owner, *FRAME[1:]]
    assert dropped([0] * 5, [0.9, 0.9, 0.9, 0.9, 0.5], framed) == set()


def test_who_was_copied_to_the_second_is_a_host() -> None:
    copied: Uses = [(framer, 1, 0, 3) for framer in range(3)]
    framed = [*OPERATION, FRAME[0], *copied]
    assert dropped([0] * 5, [0.9, 0.9, 0.9, 0.9, 0.5], framed) == {VICTIM}


def test_few_guests_are_no_group_without_their_host() -> None:
    guests = FEWEST - 1
    uses: Uses = [(guests, 1, 0, 20), *((guest, 1, 30, 3) for guest in range(guests))]
    assert dropped([0] * (guests + 1), [0.9] * guests + [0.5], uses) == set()


def test_rings_do_not_touch_each_other() -> None:
    """Nor does an account without a ring, whose device all use."""
    shift = [(a + 5, i + 2, day, n) for a, i, day, n in OPERATION + FRAME]
    passer: Uses = [(10, i, 0, 50) for i in (0, 2)]
    risk = [0.9, 0.9, 0.9, 0.9, 0.8, 0.5, 0.5, 0.5, 0.5, 0.8, 0.1]
    ring = [0] * 5 + [1] * 5 + [-1]
    assert dropped(ring, risk, OPERATION + FRAME + shift + passer) == {VICTIM}


def test_nothing_shared_and_nobody_there() -> None:
    assert dropped([0] * 5, [0.9] * 5, [(0, 0, 0, 3)]) == set()
    assert dropped([], [], []) == set()


def slow(ring: list[int], risk: list[float], uses: Uses) -> set[int]:
    gone = set()
    for one in set(ring) - {-1}:
        inside = [a for a, r in enumerate(ring) if r == one]
        own, whole = dict.fromkeys(inside, 0), dict.fromkeys(inside, 0)
        for i in {i for _, i, *_ in uses}:
            of = {a: (day, n) for a, j, day, n in uses if i == j and a in inside}
            most = max((n for _, n in of.values()), default=0)
            top = [a for a, (_, n) in of.items() if n == most]
            days = [day for day, _ in of.values() if day is not None]
            owns = len(top) == 1 and of[top[0]][0] is not None and of[top[0]][0] == min(days)
            for a in of:
                whole[a] += len(of) - 1
                own[a] += (len(of) - 1) * (owns and top[0] == a)
        hosts = [a for a in inside if own[a] > OWN * whole[a]]
        guests = [a for a in inside if a not in hosts]
        if len(guests) >= FEWEST:
            bar = AS_RISKY * math.fsum(risk[a] for a in guests) / len(guests)
            gone |= {a for a in hosts if risk[a] < bar}
    return gone


def test_equals_going_through_members_and_what_they_use_one_by_one() -> None:
    some = 0
    for seed in range(120):
        rng = np.random.default_rng(seed)
        ring = rng.integers(-1, 2, 12).tolist()
        pairs = {(int(a), int(i)) for a, i in zip(*rng.integers(0, 12, (2, 40)), strict=True)}
        uses: Uses = [
            (a, i, None if rng.random() < 0.1 else int(rng.integers(5)), int(rng.integers(1, 6)))
            for a, i in sorted(pairs)
        ]
        risk = rng.random(12).tolist()
        expected = slow(ring, risk, uses)
        assert dropped(ring, risk, uses) == expected, f"seed {seed}"
        some += len(expected)
    assert some > 10
