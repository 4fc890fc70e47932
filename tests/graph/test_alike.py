from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from graph import kinds
from graph.alike import AS_RISKY, ENOUGH, FEWEST, MOST, join_alike
from graph.fragments import GROUP
from graph.hands import learn_hands

HANDS = FEWEST // 2


class Case(SimpleNamespace):
    """Fragments of hands, two each, with what their members share inside."""

    members: pl.DataFrame
    habits: np.ndarray
    risk: pl.Series
    created_at: pl.Series
    linkage: Any
    stood: pl.DataFrame | None = None

    def joined(self) -> list[int]:
        """The number of the first fragment that each fragment is joined with."""
        found = join_alike(
            self.members, self.habits, self.risk, self.created_at, self.linkage, self.stood
        )
        assert found.schema == {"ring": pl.UInt32, "account": pl.UInt32}
        assert found["account"].sort().equals(self.members["account"].sort())
        both = self.members.join(found.rename({"ring": "new"}), "account")
        by_old = both.group_by("ring").agg(pl.col("new").n_unique())
        assert by_old["new"].to_list() == [1] * by_old.height
        first = both.group_by("new").agg(pl.col("ring").min().alias("first"))
        return both.join(first, "new").unique("ring").sort("ring")["first"].to_list()


def case(seed: int, hands: int = HANDS, way: str = "device", noise: float = 0.3) -> Case:
    """Fragments 2i and 2i + 1 are of one hand; members of a fragment share what `way` names."""
    rng = np.random.default_rng(seed)
    size = rng.integers(GROUP, 8, 2 * hands)
    ring = np.repeat(np.arange(2 * hands), size)
    account = rng.permutation(len(ring)).astype(np.uint32)
    members = pl.DataFrame({"ring": ring.astype(np.uint32), "account": account})
    habits, day = np.zeros((len(ring), 4)), np.zeros(len(ring))
    center, start = rng.normal(0, 3, (hands, 4)), rng.uniform(0, 300, hands)
    habits[account] = center[ring // 2] + rng.normal(0, noise, (len(ring), 4))
    day[account] = start[ring // 2] + rng.exponential(5, len(ring))
    created = pl.Series((day * 86_400_000_000).astype(np.int64)).cast(pl.Datetime("us"))
    linkage = SimpleNamespace(evidence=inside(members, way), shared=between([], members))
    risk = pl.Series(np.full(len(ring), 0.9))
    return Case(members=members, habits=habits, risk=risk, created_at=created, linkage=linkage)


def inside(members: pl.DataFrame, kind: str) -> pl.DataFrame:
    rows = [
        (first, other, kind)
        for _, group in members.group_by("ring", maintain_order=True)
        for first, other in zip(group["account"][:-1], group["account"][1:], strict=True)
    ]
    schema = {"a": pl.UInt32, "b": pl.UInt32, "kind": pl.String}
    return pl.DataFrame(rows, schema, orient="row")


def between(pairs: list[tuple[int, int]], members: pl.DataFrame) -> pl.DataFrame:
    """One account of each of two fragments shares a message kit with one of the other."""
    one = dict(members.rows())
    rows = [(one[x], one[y], "template") for x, y in pairs]
    schema = {"a": pl.UInt32, "b": pl.UInt32, "kind": pl.String}
    return pl.DataFrame(rows, schema, orient="row")


PAIRED = [i // 2 * 2 for i in range(2 * HANDS)]
APART = list(range(2 * HANDS))


@pytest.mark.parametrize("seed", range(4))
def test_the_fragments_of_one_hand_are_joined_and_no_others(seed: int) -> None:
    assert case(seed).joined() == PAIRED


def slow(made: Case) -> list[int]:
    """Look at all pairs again after each join."""
    ring = made.members["ring"].to_numpy().astype(np.int64)
    account = made.members["account"].to_numpy()
    days = made.created_at.cast(pl.Int64).cast(pl.Float64).to_numpy()
    hands = learn_hands(made.habits[account], days[account], ring)
    into = list(range(len(hands.size)))
    risk = np.bincount(ring, made.risk.to_numpy()[account]) / hands.size
    while True:
        best = (ENOUGH, 0, 0)
        live = sorted(set(into))
        for x in live:
            odds = hands.log_odds(x, np.arange(len(into)))
            for y in live:
                close = min(risk[x], risk[y]) >= AS_RISKY * max(risk[x], risk[y])
                if y > x and close and odds[y] >= best[0] + 1e-9:
                    best = (odds[y], x, y)
        if best[1] == best[2]:
            return into
        _, x, y = best
        risk[x] = (risk[x] * hands.size[x] + risk[y] * hands.size[y]) / hands.size[[x, y]].sum()
        hands.absorb(x, y)
        into = [x if old == y else old for old in into]


@pytest.mark.parametrize("seed", range(12))
def test_joins_are_those_of_looking_at_all_pairs_each_time(seed: int) -> None:
    made = case(seed, noise=2.0)
    rng = np.random.default_rng(seed)
    made.risk = pl.Series(rng.uniform(0.75, 1.0, made.members.height))
    made.habits[rng.random(made.habits.shape) < 0.1] = np.nan
    assert made.joined() == slow(made), f"seed {seed}"


def odds_of_pairs(made: Case) -> np.ndarray:
    """Log odds of the first fragment with each other one."""
    ring, account = made.members["ring"].to_numpy().astype(int), made.members["account"].to_numpy()
    days = made.created_at.cast(pl.Int64).cast(pl.Float64).to_numpy()
    return learn_hands(made.habits[account], days[account], ring).log_odds(0, np.arange(2 * HANDS))


@pytest.mark.parametrize("seed", range(30))
def test_what_was_one_ring_is_parted_only_where_two_hands_are_likelier(seed: int) -> None:
    made = case(seed, noise=3.0)
    odds = odds_of_pairs(made)
    odds[0] = np.inf
    apart = np.where(odds < ENOUGH, odds, np.inf)
    other = int(np.argmin(np.abs(apart - (0.5 if seed % 2 else -0.5))))
    made.linkage.evidence = inside(made.members.filter(pl.col("ring").is_in([0, other])), "device")
    assert made.joined()[other] == other, "odds are too low without a past"
    before = made.members.filter(pl.col("ring").is_in([0, other]))
    made.stood = before.select("account", ring=pl.lit("R-1"))
    assert (made.joined()[other] == 0) == (odds[other] >= 0), (seed, odds[other])
    made.stood = before.select("account", ring=pl.format("R-{}", "ring"))
    assert made.joined()[other] == other
    few = pl.int_range(pl.len()).over("ring") < 1
    made.stood = before.filter(few).select("account", ring=pl.lit("R-1"))
    assert made.joined()[other] == other, "one member in a ring of old is no past of a fragment"


def test_of_few_fragments_nothing_is_learned() -> None:
    made = case(0)
    assert len(set(made.joined())) < FEWEST
    made.members = made.members.filter(pl.col("ring") < FEWEST - 1)
    assert made.joined() == list(range(FEWEST - 1))


def test_two_accounts_have_no_habits() -> None:
    made = case(1, hands=HANDS + 1)
    made.members = made.members.filter(
        (pl.col("ring") != 3) | (pl.int_range(pl.len()).over("ring") < 2)
    )
    assert made.joined() == [*PAIRED[:3], 3, *PAIRED[4:], 2 * HANDS, 2 * HANDS]


def test_another_method_is_another_hand() -> None:
    made = case(2)
    second = (pl.col("ring") % 2 == 1).alias("second")
    odd = made.members.with_columns(second)
    parts = [
        inside(odd.filter(~pl.col("second")), "device"),
        inside(odd.filter("second"), "instrument"),
    ]
    made.linkage.evidence = pl.concat(parts)
    assert made.joined() == APART
    made.linkage.evidence = pl.concat([*parts, inside(odd, "phone")])
    assert MOST == 0.5
    assert made.joined() == PAIRED


def test_who_sends_a_kit_is_joined_to_those_alone_that_send_it() -> None:
    made = case(3, way="template")
    assert made.joined() == APART
    made.linkage.shared = between([(0, 1), (2, 5)], made.members)
    assert made.joined() == [0, 0, *APART[2:]]


def test_a_fragment_in_doubt_is_not_joined_to_a_sure_one() -> None:
    made = case(4)
    doubtful = made.members.filter(pl.col("ring") == 6)["account"]
    risk = made.risk.to_numpy().copy()
    for part, joined in ((AS_RISKY - 0.01, APART[6:8]), (AS_RISKY + 0.01, PAIRED[6:8])):
        risk[doubtful.to_numpy()] = 0.9 * part
        made.risk = pl.Series(risk)
        assert made.joined()[6:8] == joined


def test_fragments_that_share_nothing_inside_are_left_alone() -> None:
    made = case(5)
    made.linkage.evidence = made.linkage.evidence.clear()
    assert made.joined() == APART


def test_unknown_sign_ups_are_no_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    # Of more hands some would be alike by chance, and nothing but sign-ups could tell them apart.
    monkeypatch.setattr("graph.alike.FEWEST", 24)
    made = case(6, hands=12)
    made.created_at = made.created_at.clear(made.created_at.len())
    assert made.created_at.null_count() == made.members.height
    assert 12 <= len(set(made.joined())) <= 16
    assert all(joined in (i, PAIRED[i]) for i, joined in enumerate(made.joined()))


@pytest.mark.parametrize("width", [0, 3])
def test_without_habits_the_same_days_join_nothing(width: int) -> None:
    made = case(8)
    made.habits = np.ones((made.members.height, width))
    assert made.joined() == APART


def test_of_too_many_fragments_the_smallest_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    made = case(9, hands=HANDS + 4)
    sizes = made.members.group_by("ring").len().sort("len", "ring", descending=[True, False])
    large = set(sizes["ring"].head(FEWEST).to_list())
    monkeypatch.setattr("graph.alike.COMPARED", FEWEST)
    for i, joined in enumerate(made.joined()):
        first = i // 2 * 2
        assert joined == (first if {first, first + 1} <= large else i)


def test_nobody_is_a_member() -> None:
    made = case(0)
    made.members = made.members.clear()
    assert made.joined() == []


def test_a_sign_up_burst_is_no_way_to_share() -> None:
    made = case(7, way="burst")
    assert "burst" in kinds()
    assert made.joined() == APART
