from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from pydantic import TypeAdapter

from models.rules.conditions import Condition, compared, holds, in_words

PARSE: TypeAdapter[Any] = TypeAdapter(Condition)


def part(op: str, value: float, signal: str = "shared_device") -> dict[str, Any]:
    return {"signal": signal, "op": op, "value": value}


def told(condition: dict[str, Any], **columns: list[float | None]) -> list[bool | None]:
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Float32))
    return frame.select(found=holds(PARSE.validate_python(condition)))["found"].to_list()


@pytest.mark.parametrize(
    ("op", "wanted"),
    [
        (">", [False, False, True]),
        (">=", [False, True, True]),
        ("<", [True, False, False]),
        ("<=", [True, True, False]),
        ("==", [False, True, False]),
        ("!=", [True, False, True]),
    ],
)
def test_each_comparison(op: str, wanted: list[bool]) -> None:
    assert told(part(op, 2), shared_device=[1, 2, 3]) == wanted


def test_numbers_are_compared_as_signals_are_stored() -> None:
    assert told(part(">=", 0.9), shared_device=[0.9]) == [True]
    assert told(part("<", 0.9), shared_device=[0.9]) == [False]


def test_what_is_not_known_stays_open_unless_another_part_settles_it() -> None:
    a, b = part(">", 0), part(">", 0, "travel_speed")
    columns = {"shared_device": [1.0, 0.0, None, 1.0], "travel_speed": [None, None, None, 1.0]}
    assert told({"all": [a, b]}, **columns) == [None, False, None, True]
    assert told({"any": [a, b]}, **columns) == [True, None, None, True]


def test_conditions_nest_and_can_be_read() -> None:
    inner = {"any": [part("<", 1), part(">=", 0.25, "accounts.rating")]}
    condition = PARSE.validate_python({"all": [part(">", 3), inner]})
    assert in_words(condition) == (
        "shared_device > 3 and (shared_device < 1 or accounts.rating >= 0.25)"
    )
    assert [found.value for found in compared(condition)] == [3, 1, 0.25]
