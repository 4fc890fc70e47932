from __future__ import annotations

import polars as pl

from ringscope.report.frames import conform
from ringscope.report.quality import ROWS, account_rows, data_quality, hub_rows


def test_refused_rows_are_counted_once_per_row() -> None:
    quarantine = pl.DataFrame(
        {
            "table": ["logins"] * 3,
            "row": [4, 4, 9],
            "column": ["ip", "ts", "ts"],
            "value": ["x", "y", "z"],
            "reason": ["not an address", "not a time", "not a time"],
        }
    )
    frames = conform({"quarantine": quarantine})
    found = data_quality(frames, {"counts": {"input": {"accounts": 5, "logins": 8, "events": 0}}})
    assert found["tables"] == [
        {"table": "accounts", "read": 5, "refused": 0, "share": ""},
        {"table": "logins", "read": 8, "refused": 2, "share": "20%"},
    ]
    assert found["missing"] == ["events"]
    assert [(r["reason"], r["rows"]) for r in found["reasons"]] == [
        ("not a time", 2),
        ("not an address", 1),
    ]
    assert [e["row"] for e in found["reasons"][0]["examples"]] == [4, 9]


def test_the_largest_hubs_stand_first() -> None:
    hubs = pl.DataFrame(
        {"kind": "ip", "value": [f"h{n:03}" for n in range(ROWS + 1)], "accounts": range(ROWS + 1)}
    )
    found = hub_rows(conform({"hubs": hubs})["hubs"])
    assert found["total"] == ROWS + 1
    assert found["kinds"] == [f"{ROWS + 1} IP addresses"]
    assert (len(found["rows"]), found["rows"][0]["accounts"]) == (ROWS, ROWS)


def test_members_of_rings_are_not_listed_again() -> None:
    scores = pl.DataFrame({"account_id": ["a", "b", "c"], "risk": [0.2, 0.9, 0.8]})
    rows = account_rows(conform({"scores": scores}), pl.DataFrame({"account_id": ["b"]}))
    assert [row["account_id"] for row in rows] == ["c", "a"]
