from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from ringscope.evidence.shared import shared_identifiers
from ringscope.report.evidence import ROWS, evidence_rows
from ringscope.report.frames import conform

MEMBERS = pl.DataFrame({"ring_id": ["R", "R", "R", "S"], "account_id": ["a", "b", "c", "d"]})
T1, T2, T3 = (datetime(2026, 1, day) for day in (1, 2, 3))


def sightings(*rows: tuple[str, str, str]) -> dict[str, pl.DataFrame]:
    frame = pl.DataFrame(rows, schema=["account_id", "kind", "value"], orient="row")
    return {"sightings": frame.with_columns(first_seen=pl.lit(T1), last_seen=pl.lit(T3))}


def test_counts_members_and_all_accounts_apart() -> None:
    frames = sightings(
        ("a", "device", "x"), ("b", "device", "x"), ("d", "device", "x"), ("c", "device", "y")
    )
    frames["identifiers"] = pl.DataFrame(
        {"kind": ["device"], "value": ["x"], "accounts": [9], "treatment": [""]}
    )
    shared = shared_identifiers(conform(frames), MEMBERS)
    assert shared.select("ring_id", "value", "sharing", "total", "hub").rows() == [
        ("R", "x", 2, 9, False)
    ]


def test_a_value_seen_by_one_member_twice_is_not_shared() -> None:
    frames = sightings(("a", "device", "x"), ("a", "device", "x"))
    assert shared_identifiers(conform(frames), MEMBERS).is_empty()


def test_weight_is_that_of_links_inside_the_ring_and_hubs_are_marked() -> None:
    frames = sightings(
        *[(account, "ip", "hub") for account in "abcd"],
        *[(account, "device", "x") for account in "ab"],
        *[(account, "device", "y") for account in "bc"],
    )
    frames["identifiers"] = pl.DataFrame(
        {"kind": ["ip"], "value": ["hub"], "accounts": [400], "treatment": ["cap"]}
    )
    frames["evidence"] = pl.DataFrame(
        [
            ("a", "b", "device", "x", 3.0),
            ("b", "c", "device", "y", 1.0),
            ("c", "d", "ip", "hub", 9),
        ],
        schema=["account_a", "account_b", "kind", "value", "weight"],
        orient="row",
    )
    shared = shared_identifiers(conform(frames), MEMBERS)
    assert shared.select("value", "part", "hub").rows() == [
        ("x", 0.75, False),
        ("y", 0.25, False),
        ("hub", 0.0, True),
    ]


@pytest.mark.parametrize("many", [ROWS - 1, ROWS + 5])
def test_no_more_rows_than_can_be_read(many: int) -> None:
    frames = sightings(*[(a, "ip", f"v{i:03}") for i in range(many) for a in "ab"])
    rows = evidence_rows(shared_identifiers(conform(frames), MEMBERS), conform(frames)["templates"])
    assert len(rows["R"]) == min(many, ROWS)


def test_a_template_comes_with_a_masked_example() -> None:
    frames = sightings(("a", "template", "T-1"), ("b", "template", "T-1"))
    frames["templates"] = pl.DataFrame(
        {"template": ["T-1"], "example": ["call +49 151 234567 now"], "accounts": [2]}
    )
    conformed = conform(frames)
    rows = evidence_rows(shared_identifiers(conformed, MEMBERS), conformed["templates"])
    assert rows["R"][0]["example"] == "call [number] now"
    assert (rows["R"][0]["first_seen"], rows["R"][0]["last_seen"]) == ("1 Jan 2026", "3 Jan 2026")
