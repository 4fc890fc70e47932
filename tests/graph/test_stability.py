from __future__ import annotations

import itertools

import numpy as np
import polars as pl
import pytest

from graph.stability import CORE, DROP, ROUNDS, member_stability

Row = tuple[int, int, int | None, str, float]


def evidence_of(rows: list[Row]) -> pl.DataFrame:
    schema = {
        "a": pl.UInt32,
        "b": pl.UInt32,
        "identifier": pl.UInt32,
        "kind": pl.String,
        "weight": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def members_of(*rings: range) -> pl.DataFrame:
    rows = [(ring, account) for ring, accounts in enumerate(rings) for account in accounts]
    return pl.DataFrame(rows, schema={"ring": pl.UInt32, "account": pl.UInt32}, orient="row")


def shared(accounts: range, identifiers: range) -> list[Row]:
    pairs = itertools.combinations(accounts, 2)
    return [(a, b, i, "device", 0.9) for (a, b), i in itertools.product(pairs, identifiers)]


def test_a_clique_with_many_identifiers_stays_and_a_pendant_does_not() -> None:
    rows = [*shared(range(6), range(12)), (5, 6, 12, "ip", 0.4), (4, 7, 13, "device", 0.4)]
    got = member_stability(members_of(range(8)), evidence_of(rows), min_weight=0.05)
    assert (got[:6] == 1.0).all()
    assert (got[6:] < 1.0).all()
    assert got[6:] == pytest.approx([1 - DROP] * 2, abs=4 * np.sqrt(DROP * (1 - DROP) / ROUNDS))


def test_one_identifier_stands_or_falls_together() -> None:
    got = member_stability(
        members_of(range(9)), evidence_of(shared(range(9), range(1))), min_weight=0
    )
    assert len(set(got)) == 1
    assert CORE < got[0] < 1.0


def test_two_identifiers_in_a_row_hold_less_than_core() -> None:
    got = []
    for seed in range(20):
        rows = [*shared(range(6), range(12)), (5, 6, 12, "ip", 0.4), (6, 7, 13, "ip", 0.4)]
        got.append(
            member_stability(members_of(range(8)), evidence_of(rows), min_weight=0, seed=seed)
        )
    mean = np.mean(got, axis=0)
    assert mean[6] == pytest.approx(1 - DROP, abs=0.05)
    assert mean[7] == pytest.approx((1 - DROP) ** 2, abs=0.05)
    assert mean[7] < CORE < mean[6]


def test_ready_relations_fall_one_by_one() -> None:
    rows: list[Row] = [(a, b, None, "edge", 0.5) for a, b in itertools.combinations(range(8), 2)]
    got = member_stability(members_of(range(8)), evidence_of(rows), min_weight=0)
    assert (got > 0.95).all()


def test_faint_evidence_and_evidence_out_of_the_ring_hold_nobody() -> None:
    rows: list[Row] = [
        *shared(range(3), range(5)),
        (2, 3, 5, "ip", 0.04),
        *[(3, 4, i, "device", 0.9) for i in range(6, 20)],
    ]
    got = member_stability(members_of(range(4), range(4, 6)), evidence_of(rows), min_weight=0.05)
    assert got[:3].min() > 0.95
    assert got[3:].tolist() == [0.0, 0.0, 0.0]


def test_row_order_and_the_number_of_the_ring_do_not_matter() -> None:
    rng = np.random.default_rng(4)
    pairs = [sorted(rng.choice(10, 2, replace=False).tolist()) for _ in range(15)]
    evidence = evidence_of([(a, b, i // 2, "ip", 0.5) for i, (a, b) in enumerate(pairs)])
    members = members_of(range(10))
    wanted = member_stability(members, evidence, min_weight=0, seed=3)
    shuffled = evidence.sample(fraction=1, shuffle=True, seed=9)
    assert (member_stability(members, shuffled, min_weight=0, seed=3) == wanted).all()
    renamed = members.with_columns(pl.col("ring") + 7)
    assert (member_stability(renamed, evidence, min_weight=0, seed=3) == wanted).all()


def test_no_members() -> None:
    got = member_stability(members_of(), evidence_of(shared(range(3), range(2))), min_weight=0)
    assert got.shape == (0,)
