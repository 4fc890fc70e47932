from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from ringscope.evidence import counterfactual
from ringscope.evidence.counterfactual import (
    whole,
    without_accounts,
    without_identifiers,
    without_kinds,
)
from ringscope.evidence.held import held

Ring = Callable[[int], tuple[list[str], pl.DataFrame]]
Sizes = Callable[[list[str], pl.DataFrame], tuple[int, ...]]
SEEDS = range(150)


@pytest.mark.parametrize("few", [0, 4, counterfactual.FEW], ids="one by one up to {} edges".format)
def test_without_each_identifier_it_falls_into_what_networkx_says(
    ring_of: Ring, sizes_of: Sizes, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counterfactual, "FEW", few)
    for seed in SEEDS:
        members, rows = ring_of(seed)
        ring = held(rows, members)
        before = sizes_of(members, rows)
        assert whole(ring) == before, f"seed {seed}"
        expected = {}
        for kind, value in rows.drop_nulls("value").select("kind", "value").unique().rows():
            left = rows.filter(
                ~pl.struct("kind", "value").eq_missing({"kind": kind, "value": value})
            )
            if sizes_of(members, left) != before:
                expected[kind, value] = sizes_of(members, left)
        listed = without_identifiers(ring)
        found = {(one.kind, one.value): one.sizes for one in listed if one.value is not None}
        assert found == expected, f"seed {seed}"
        assert [one.sizes[0] for one in listed] == sorted(one.sizes[0] for one in listed)


def test_a_relation_of_the_input_is_taken_away_pair_by_pair(ring_of: Ring, sizes_of: Sizes) -> None:
    for seed in SEEDS:
        members, rows = ring_of(seed)
        before = sizes_of(members, rows)
        single = rows.with_row_index("row")
        expected = []
        for row in single.filter(pl.col("value").is_null())["row"].to_list():
            after = sizes_of(members, single.filter(pl.col("row") != row))
            expected += [after] if after != before else []
        found = [o.sizes for o in without_identifiers(held(rows, members)) if o.value is None]
        assert sorted(found) == sorted(expected), f"seed {seed}"


def test_without_each_kind(ring_of: Ring, sizes_of: Sizes) -> None:
    for seed in SEEDS:
        members, rows = ring_of(seed)
        inside = rows.filter(pl.col("account_b").is_in(members))
        expected = {
            kind: sizes_of(members, rows.filter(pl.col("kind") != kind))
            for kind in inside["kind"].unique()
        }
        found = {one.kind: one.sizes for one in without_kinds(held(rows, members))}
        assert found == expected, f"seed {seed}"


def test_without_each_account_that_holds_others(ring_of: Ring, sizes_of: Sizes) -> None:
    for seed in SEEDS:
        members, rows = ring_of(seed)
        before = sizes_of(members, rows)
        expected = {}
        for gone in members:
            left = [member for member in members if member != gone]
            after = sizes_of(left, rows)
            if len(after) > len(before):
                expected[gone] = after
        found = {one.value: one.sizes for one in without_accounts(held(rows, members))}
        assert found == expected, f"seed {seed}"


def test_shuffled_rows_change_nothing(ring_of: Ring) -> None:
    members, rows = ring_of(5)
    again = rows.sample(fraction=1.0, shuffle=True, seed=9)
    assert without_identifiers(held(again, members[::-1])) == without_identifiers(
        held(rows, members)
    )


def test_a_ring_of_nobody_and_a_ring_without_evidence() -> None:
    nothing = pl.DataFrame(
        schema=dict.fromkeys(("account_a", "account_b", "kind", "value"), pl.String)
        | {"weight": pl.Float64}
    )
    alone = held(nothing, ["a", "b", "c"])
    assert whole(alone) == (1, 1, 1)
    assert without_identifiers(alone) == without_kinds(alone) == without_accounts(alone) == []


@pytest.mark.parametrize("accounts", [1_000])
def test_a_chain_of_thousands_is_quick(accounts: int) -> None:
    names = [f"a{n:05}" for n in range(accounts)]
    rows = pl.DataFrame(
        {
            "account_a": names[:-1],
            "account_b": names[1:],
            "kind": "device",
            "value": [f"d{n}" for n in range(accounts - 1)],
            "weight": np.full(accounts - 1, 0.5),
        }
    )
    found = without_identifiers(held(rows, names))
    assert len(found) == accounts - 1
    assert found[0].sizes == (accounts // 2, accounts // 2)
    assert found[-1].sizes == (accounts - 1, 1)
