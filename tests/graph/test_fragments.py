from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from graph.fragments import (
    AGAINST_KIT,
    GROUP,
    JOIN,
    MIN_LINKS,
    MOST,
    SEVERAL,
    WITH_KIT,
    join_fragments,
)


def slow(shared: pl.DataFrame, label: np.ndarray, counted: np.ndarray) -> list[int]:
    """Look at all pairs of fragments again after each join."""
    group = {int(g): {int(g)} for g in np.unique(label)}
    accounts = {g: {i for i in np.flatnonzero(counted) if label[i] == g} for g in group}
    rows = shared.select("a", "b", "kind", "weight").rows()
    inside = [(a, b) for a, b, kind, _ in rows if kind == "template" and label[a] == label[b]]
    kits = {i for a, b in inside if counted[a] and counted[b] for i in (a, b)}
    sends = {
        g: len(accounts[g]) >= GROUP and len(kits & accounts[g]) >= MOST * len(accounts[g])
        for g in group
    }
    while True:
        best = None
        for x in sorted(group):
            for y in sorted(g for g in group if g > x):
                between = [
                    (a, b, kind, w)
                    for a, b, kind, w in rows
                    if (a in accounts[x] and b in accounts[y])
                    or (a in accounts[y] and b in accounts[x])
                ]
                smaller = min(len(accounts[x]), len(accounts[y]))
                pairs = {(a, b) for a, b, _, _ in between}
                if not between or (len(pairs) < MIN_LINKS and smaller > 1):
                    continue
                told = [w for _, _, kind, w in between if smaller < GROUP or kind != "template"]
                kinds = {kind for _, _, kind, _ in between}
                kit = "template" in kinds and smaller >= GROUP
                several = WITH_KIT if kit else SEVERAL
                against = smaller >= GROUP and not kit and sends[x] != sends[y]
                single = AGAINST_KIT if against else JOIN
                join = several if len(kinds - {"burst"}) > 1 else single
                entry = (-sum(told) / smaller / join, x, y)
                if -entry[0] >= 1 and (best is None or entry < best):
                    best = entry
        if best is None:
            break
        _, x, y = best
        group[x] |= group.pop(y)
        accounts[x] |= accounts.pop(y)
        sends[x] |= sends[y]
    into = {old: new for new, olds in group.items() for old in olds}
    return [into[int(g)] for g in label]


def random_case(seed: int) -> tuple[pl.DataFrame, np.ndarray, np.ndarray]:
    """Weights are multiples of 1/64, so that sums are exact in any order."""
    rng = np.random.default_rng(seed)
    accounts = int(rng.integers(5, 30))
    label = rng.integers(0, int(rng.integers(2, 12)), accounts).astype(np.int32)
    rows = [
        (i, j, kind, int(rng.integers(1, 100)) / 64)
        for i in range(accounts)
        for j in range(i + 1, accounts)
        if rng.random() < 0.12
        for kind in str(rng.choice(["ip", "template", "burst;ip", "device;template"])).split(";")
    ]
    return shared_of(rows), label, rng.random(accounts) < 0.85


def shared_of(rows: list[tuple[int, int, str, float]]) -> pl.DataFrame:
    schema = {"a": pl.UInt32, "b": pl.UInt32, "kind": pl.String, "weight": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


@pytest.mark.parametrize("seed", range(40))
def test_equals_looking_at_all_pairs_again(seed: int) -> None:
    links, label, counted = random_case(seed)
    got = join_fragments(links, label, counted)
    assert got.tolist() == slow(links, label, counted), f"seed {seed}"


def links_of(rows: list[tuple[int, int, float]], *kinds: str) -> pl.DataFrame:
    told = kinds or ["ip"] * len(rows)
    return shared_of([(a, b, kind, w) for (a, b, w), kind in zip(rows, told, strict=True)])


def test_one_strong_link_joins_no_two_groups_but_brings_in_a_single_account() -> None:
    label = np.array([0, 0, 0, 3, 3, 3, 6], dtype=np.int32)
    everyone = np.ones(7, dtype=bool)
    one = links_of([(2, 3, 1.5), (5, 6, 1.5)])
    assert join_fragments(one, label, everyone).tolist() == [0, 0, 0, 3, 3, 3, 3]
    two = links_of([(1, 4, 0.75), (2, 3, 0.75), (5, 6, 1.5)])
    assert join_fragments(two, label, everyone).tolist() == [0] * 7


def test_accounts_that_do_not_count_join_nothing() -> None:
    label = np.array([0, 0, 2, 2], dtype=np.int32)
    links = links_of([(0, 2, 2.0), (1, 3, 2.0)])
    assert join_fragments(links, label, np.zeros(4, dtype=bool)).tolist() == [0, 0, 2, 2]
    assert join_fragments(links, label, np.ones(4, dtype=bool)).tolist() == [0] * 4


def test_the_order_of_links_does_not_matter() -> None:
    links, label, counted = random_case(5)
    wanted = join_fragments(links, label, counted)
    for seed in range(5):
        shuffled = links.sample(fraction=1, shuffle=True, seed=seed)
        assert (join_fragments(shuffled, label, counted) == wanted).all(), f"seed {seed}"


def test_kinds_that_agree_join_what_one_kind_does_not() -> None:
    label = np.array([0, 0, 0, 3, 3, 3], dtype=np.int32)
    everyone = np.ones(6, dtype=bool)
    ties = [(0, 3, 0.5), (1, 4, 0.5)]
    assert join_fragments(links_of(ties, "ip", "ip"), label, everyone).tolist() == [
        0,
        0,
        0,
        3,
        3,
        3,
    ]
    assert join_fragments(links_of(ties, "device", "ip"), label, everyone).tolist() == [0] * 6
    # An address of the subnet of a burst is no second witness.
    wave = join_fragments(links_of(ties, "burst", "ip"), label, everyone)
    assert wave.tolist() == [0, 0, 0, 3, 3, 3]


def test_a_kit_alone_makes_no_one_operation_of_two_groups() -> None:
    label = np.array([0, 0, 0, 3, 3, 3, 6, 6], dtype=np.int32)
    everyone = np.ones(8, dtype=bool)
    kit = [(i, j, 1.0) for i in range(3) for j in (3, 4, 5, 6, 7)]
    joined = join_fragments(links_of(kit, *["template"] * len(kit)), label, everyone)
    assert joined.tolist() == [0, 0, 0, 3, 3, 3, 0, 0]


def test_the_weight_of_a_kit_joins_no_groups_that_share_little_else() -> None:
    label = np.array([0, 0, 0, 3, 3, 3], dtype=np.int32)
    everyone = np.ones(6, dtype=bool)
    kit = [(i, j, "template", 1.0) for i in range(3) for j in (3, 4, 5)]
    little = shared_of([*kit, (0, 3, "ip", 0.25)])
    assert join_fragments(little, label, everyone).tolist() == [0, 0, 0, 3, 3, 3]
    # What is hardly for sale needs less weight where the kit agrees.
    enough = shared_of([*kit, (0, 3, "device", 0.35)])
    assert join_fragments(enough, label, everyone).tolist() == [0] * 6


def test_a_kit_that_only_one_of_two_groups_sends_speaks_against_a_single_kind() -> None:
    label = np.array([0, 0, 0, 3, 3, 3], dtype=np.int32)
    everyone = np.ones(6, dtype=bool)
    weight = 3 * (JOIN + AGAINST_KIT) / 4
    ties = [(0, 3, "instrument", weight), (1, 4, "instrument", weight)]
    one, other = ((0, 1, "template", 1.0), (4, 5, "template", 1.0))
    apart, joined = [0, 0, 0, 3, 3, 3], [0] * 6
    for rows, expected in (
        (ties, joined),
        ([*ties, one], apart),
        ([*ties, one, other], joined),  # two kits, or one with words changed: who knows
        ([*ties, one, (2, 5, "ip", 0.01)], joined),
        ([(a, b, kind, 2 * w) for a, b, kind, w in [*ties, one]], joined),
    ):
        got = join_fragments(shared_of(rows), label, everyone)
        assert got.tolist() == expected, rows
