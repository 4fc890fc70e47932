from __future__ import annotations

import polars as pl

from ringscope import Run
from ringscope.evidence.obstacles import obstacles

SEEN = pl.DataFrame(
    [("a", "device", "d"), ("b", "device", "e"), ("a", "phone", "1")],
    schema=["account_id", "kind", "value"],
    orient="row",
)


def shared(kind: str, treatment: str, apart: float, weight: float | None = None) -> pl.DataFrame:
    row = (kind, "v", 900, treatment, weight, apart)
    columns = ["kind", "value", "accounts", "treatment", "weight", "days_apart"]
    return pl.DataFrame([row], schema=columns, orient="row").cast(
        {"weight": pl.Float64, "days_apart": pl.Float64}
    )


def test_a_hub_a_gap_a_stock_phrase_and_a_crowd_each_say_why() -> None:
    def first(*facts: object) -> str:
        return obstacles("a", "b", shared(*facts), (), SEEN)[0]  # type: ignore[arg-type]

    assert first("ip", "cap", 0.0) == (
        "Both used IP address v, a hub (900 accounts in all): sharing it says too little."
    )
    assert "but 80 days apart: more than 12 days say" in first("ip", "", 80.0)
    assert "its words are common" in first("template", "", 1.0)
    assert "too many others" in first("device", "", 0.0)


def test_what_one_has_and_the_other_has_not() -> None:
    said = obstacles("a", "b", shared("ip", "cap", 0.0), (), SEEN)
    assert said[1:] == (
        "1 device of a and 1 of b: none in common.",
        "Of b no phone number is known; of a there is.",
    )


def test_linked_accounts_have_only_what_does_not_count() -> None:
    assert obstacles("a", "b", shared("ip", "", 0.0, 0.5), ("a", "b"), SEEN) == ()


def test_why_tells_the_obstacles(finished: Run) -> None:
    found = finished.why("c0", "=HYPERLINK(1)")
    assert found.obstacles == (
        "Both used device d4, a hub (2 accounts in all): sharing it says too little.",
    )
    assert finished.why("a0", "a1").obstacles == ()
