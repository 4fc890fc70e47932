from __future__ import annotations

from itertools import permutations

import numpy as np
import polars as pl
import pytest

from ringscope.nightly.identity import (
    ROLL,
    TENURE,
    Identity,
    match_rings,
    next_roll,
    renamed,
    roll_of,
)

Rings = dict[str, str]


def members(rings: Rings) -> pl.DataFrame:
    rows = [(ring, account) for ring, accounts in rings.items() for account in accounts.split()]
    return pl.DataFrame(rows, schema={"ring_id": pl.String, "account_id": pl.String}, orient="row")


def roll(rings: Rings, *, nights: int = 1, found: bool = True) -> pl.DataFrame:
    return members(rings).with_columns(nights=pl.lit(nights, pl.UInt32), found=pl.lit(value=found))


def names(identity: Identity) -> dict[str, str]:
    return dict(identity.names.select("ring_id", "stable_id").iter_rows())


def test_a_ring_that_grows_keeps_its_id() -> None:
    found = match_rings(roll({"R-old": "a b c"}), members({"R-x": "a b c d e"}))
    assert names(found) == {"R-x": "R-old"}
    assert found.lineage.row(0, named=True) == {
        "old_id": "R-old", "found": True, "stable_id": "R-old", "shared": 3, "old_size": 3,
        "size": 5, "kept": True,
    }  # fmt: skip


def test_a_ring_without_past_keeps_the_name_of_its_analysis() -> None:
    found = match_rings(roll({"R-old": "a b c"}), members({"R-x": "d e f", "R-y": "a b c"}))
    assert names(found) == {"R-x": "R-x", "R-y": "R-old"}
    assert found.names["known"].to_list() == [False, True]


def test_merged_rings_take_the_id_of_the_one_with_most_members() -> None:
    found = match_rings(roll({"R-1": "a b c", "R-2": "d e f g"}), members({"R-x": "a b c d e f g"}))
    assert names(found) == {"R-x": "R-2"}
    assert found.lineage.select("old_id", "kept").rows() == [("R-1", False), ("R-2", True)]


def test_the_largest_part_of_a_split_ring_keeps_the_id() -> None:
    found = match_rings(roll({"R-1": "a b c d e f g"}), members({"R-x": "a b c", "R-y": "d e f g"}))
    assert names(found) == {"R-x": "R-x", "R-y": "R-1"}


def test_rings_that_touch_for_a_night_part_under_their_own_names() -> None:
    known = roll({"R-1": "a b c", "R-2": "d e f g h"}, nights=5)
    touched = members({"R-x": "a b c d e f g h"})
    assert names(match_rings(known, touched)) == {"R-x": "R-2"}
    after = next_roll(known, touched.with_columns(ring_id=pl.lit("R-2")))
    apart = match_rings(after, members({"R-y": "a b c", "R-z": "d e f g h"}))
    assert names(apart) == {"R-y": "R-1", "R-z": "R-2"}


def test_a_ring_that_was_gone_comes_back_under_its_id() -> None:
    gone = roll({"R-1": "a b c"}, found=False)
    assert names(match_rings(gone, members({"R-x": "b c d"}))) == {"R-x": "R-1"}


def test_rings_of_last_night_come_before_rings_that_are_gone() -> None:
    known = pl.concat(
        [roll({"R-gone": "a b c d"}, nights=TENURE, found=False), roll({"R-now": "a b c"})]
    )
    found = match_rings(known, members({"R-x": "a b c d"}))
    assert names(found) == {"R-x": "R-now"}


@pytest.mark.parametrize("tonight", ["a d e", "a b d e f g h i j"])
def test_too_little_in_common_is_another_ring(tonight: str) -> None:
    found = match_rings(roll({"R-1": "a b c k l"}), members({"R-x": tonight}))
    assert names(found) == {"R-x": "R-x"}


def test_an_id_is_never_used_for_a_second_ring() -> None:
    known = roll({"R-x": "p q r"}, found=False)
    found = match_rings(known, members({"R-x": "a b c"}))
    assert names(found)["R-x"] not in {"R-x"}
    assert names(found)["R-x"].startswith("R-")


def test_no_past_and_no_rings() -> None:
    nothing = pl.DataFrame(schema=ROLL)
    assert names(match_rings(nothing, members({"R-x": "a b"}))) == {"R-x": "R-x"}
    assert match_rings(roll({"R-1": "a b"}), members({})).names.is_empty()


def test_the_assignment_is_the_best_of_all_and_the_order_of_rows_is_nothing() -> None:
    for seed in range(30):
        rng = np.random.default_rng(seed)
        old, new = (_dealt(rng, prefix) for prefix in ("O", "N"))
        known = old.with_columns(nights=pl.lit(1, pl.UInt32), found=pl.lit(value=True))
        found = match_rings(known, new)
        assert _kept(found.lineage) == pytest.approx(_best(known, new)), f"seed {seed}"
        again = match_rings(known.sample(fraction=1, shuffle=True, seed=seed), new.reverse())
        assert again.names.equals(found.names), f"seed {seed}"
        assert found.names["stable_id"].is_unique().all()


def _dealt(rng: np.random.Generator, prefix: str) -> pl.DataFrame:
    rings = rng.integers(0, 4, 14)
    return pl.DataFrame(
        {"ring_id": [f"{prefix}-{r}" for r in rings], "account_id": [f"a{i}" for i in range(14)]}
    )


def _kept(lineage: pl.DataFrame) -> int:
    return int(lineage.filter("kept")["shared"].sum())


def _best(old: pl.DataFrame, new: pl.DataFrame) -> int:
    """The greatest overlap of all assignments, by trying them all."""
    sets = [
        [set(part["account_id"]) for _, part in frame.group_by("ring_id")] for frame in (old, new)
    ]
    few, many = sorted(sets, key=len)
    return max(
        sum(_worth(a, b) for a, b in zip(few, order, strict=True))
        for order in permutations(many, len(few))
    )


def _worth(one: set[str], other: set[str]) -> int:
    shared = len(one & other)
    return shared if shared >= 2 and 2 * shared >= min(len(one), len(other)) else 0


def test_ids_change_in_every_frame_that_names_rings() -> None:
    frames = {
        "rings": pl.DataFrame({"ring_id": ["R-x"], "risk": [0.5], "size": [3]}),
        "ring_members": members({"R-x": "a b c"}).with_columns(role=pl.lit("core")),
        "scores": pl.DataFrame(
            {
                "account_id": ["a", "b"],
                "ring_id": ["R-x", None],
                "reasons": ["raises: core member in ring R-x of 3 (mix); new", "low risk"],
            }
        ),
        "links": pl.DataFrame({"account_a": ["a"]}),
    }
    made = renamed(frames, pl.DataFrame({"ring_id": ["R-x"], "stable_id": ["R-1"]}))
    assert made["rings"]["ring_id"].to_list() == ["R-1"]
    assert made["ring_members"]["ring_id"].unique().to_list() == ["R-1"]
    assert made["scores"]["ring_id"].to_list() == ["R-1", None]
    assert made["scores"]["reasons"].to_list() == [
        "raises: core member in ring R-1 of 3 (mix); new", "low risk",
    ]  # fmt: skip
    assert made["links"] is frames["links"]


def test_two_rings_may_swap_ids() -> None:
    frames = {
        "rings": pl.DataFrame({"ring_id": ["R-a", "R-b"], "risk": [0.5, 0.4], "size": [3, 3]}),
        "ring_members": members({"R-a": "a", "R-b": "b"}).with_columns(role=pl.lit("core")),
        "scores": pl.DataFrame({"ring_id": ["R-a", "R-b"], "reasons": ["in R-a", "in R-b"]}),
    }
    swap = pl.DataFrame({"ring_id": ["R-a", "R-b"], "stable_id": ["R-b", "R-a"]})
    made = renamed(frames, swap)
    assert made["scores"].rows() == [("R-b", "in R-b"), ("R-a", "in R-a")]
    assert made["ring_members"].select("ring_id", "account_id").rows() == [
        ("R-a", "b"), ("R-b", "a"),
    ]  # fmt: skip


def test_the_roll_counts_nights_and_remembers_rings_that_are_gone() -> None:
    first = next_roll(pl.DataFrame(schema=ROLL), members({"R-1": "a b", "R-2": "c d"}))
    second = next_roll(first, members({"R-1": "a x"}))
    assert second.rows() == [
        ("R-1", "a", 2, True),
        ("R-1", "x", 1, True),
        ("R-2", "c", 1, False),
        ("R-2", "d", 1, False),
    ]
    assert roll_of({"ring_members": members({"R-1": "a"})}).rows() == [("R-1", "a", 1, True)]
    assert roll_of(None).is_empty()
