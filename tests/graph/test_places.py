from __future__ import annotations

from itertools import combinations

import numpy as np
import polars as pl
import pytest

from graph.fragments import join_fragments
from graph.places import FEWEST, NEARLY_ALL, OWN_PLACE, own_places

TWO = [0] * 5 + [1] * 5 + [-1] * 5
"""Two fragments of five accounts, and five of others."""


def found(
    uses: dict[int, list[int]],
    label: list[int] = TWO,
    passing: tuple[int, ...] = (),
    kind: str = "ip",
) -> set[tuple[int, int]]:
    """Pairs with a place of their own; uses: accounts of each identifier."""
    counted = np.array([a not in passing and one >= 0 for a, one in enumerate(label)])
    # Who is in no fragment is one alone.
    alone = np.array([one if one >= 0 else 100 + a for a, one in enumerate(label)], dtype=np.int32)
    pairs = own_places(alone, counted, sightings_of(uses, kind), evidence_of(uses))
    assert pairs.schema == {"a": pl.UInt32, "b": pl.UInt32, "kind": pl.String, "weight": pl.Float64}
    assert set(pairs["kind"]) <= {OWN_PLACE}
    assert set(pairs["weight"]) <= {0.0}
    assert pairs.is_unique().all()
    return set(pairs.select("a", "b").iter_rows())


def sightings_of(uses: dict[int, list[int]], kind: str) -> pl.DataFrame:
    rows = [(a, i, kind) for i, accounts in uses.items() for a in accounts]
    schema = {"account": pl.UInt32, "identifier": pl.UInt32, "kind": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def evidence_of(uses: dict[int, list[int]]) -> pl.DataFrame:
    rows = [(a, b, i) for i, users in uses.items() for a, b in combinations(sorted(users), 2)]
    schema = {"a": pl.UInt32, "b": pl.UInt32, "identifier": pl.UInt32}
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_an_address_of_two_fragments_alone_is_their_place() -> None:
    assert found({7: [0, 1, 5]}) == {(0, 1), (0, 5), (1, 5)}


def test_few_users_passers_by_and_a_third_fragment_make_it_nobodys_place() -> None:
    assert found({7: [0, 5][:FEWEST]}) == set()
    assert found({7: [0, 1, 5, 10]}) == set()
    assert found({7: [0, 1, 5, 10]}, [*TWO[:10], 2, -1, -1, -1, -1]) == set()
    assert found({7: [0, 1, 5]}, passing=(5,)) == set()


def test_one_of_many_users_may_be_another() -> None:
    users = [0, 1, 2, 5, 10]
    assert 1 - 1 / len(users) >= NEARLY_ALL
    assert (0, 5) in found({7: users})
    assert found({7: [*users, 11]}) == set()


@pytest.mark.parametrize("kind", ["device", "instrument", "phone", "email_domain", "template"])
def test_what_is_sold_is_no_place(kind: str) -> None:
    assert found({7: [0, 1, 5]}, kind=kind) == set()


def test_each_address_counts_by_itself_and_pairs_come_once() -> None:
    assert found({7: [0, 1, 5], 8: [0, 5, 6, 12, 13], 9: [0, 1, 5]}) == {(0, 1), (0, 5), (1, 5)}
    assert found({}) == set()


def slow(uses: dict[int, list[int]], label: list[int], passing: set[int]) -> set[tuple[int, int]]:
    pairs = set()
    for users in uses.values():
        risky = [label[a] for a in users if label[a] >= 0 and a not in passing]
        most = sorted((risky.count(one) for one in set(risky)), reverse=True)[:2]
        if len(users) >= FEWEST and sum(most) >= NEARLY_ALL * len(users):
            pairs |= set(combinations(sorted(users), 2))
    return pairs


def test_equals_going_through_addresses_one_by_one() -> None:
    some = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        label = rng.integers(-1, 3, 20).tolist()
        passing = tuple(np.flatnonzero(rng.random(20) < 0.1).tolist())
        uses = {i: rng.choice(20, rng.integers(2, 7), replace=False).tolist() for i in range(15)}
        expected = slow(uses, label, set(passing))
        assert found(uses, label, passing) == expected, f"seed {seed}"
        some += len(expected)
    assert some > 50


def test_a_place_of_their_own_joins_fragments_that_the_address_alone_does_not() -> None:
    """Three accounts of the smaller one share the address at .2 each way."""
    uses = {7: [0, 1, 5, 6, 7]}
    label = np.array(TWO[:10], dtype=np.int32)
    shared = pl.DataFrame(
        [(a, b, "ip", 0.2) for a in (0, 1) for b in (5, 6, 7)],
        schema={"a": pl.UInt32, "b": pl.UInt32, "kind": pl.String, "weight": pl.Float64},
        orient="row",
    )
    counted = np.ones(10, dtype=bool)
    places = own_places(label, counted, sightings_of(uses, "ip"), evidence_of(uses))
    assert len(set(join_fragments(shared, label, counted).tolist())) == 2
    both = pl.concat([shared, places])
    assert len(set(join_fragments(both, label, counted).tolist())) == 1
