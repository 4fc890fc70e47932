from __future__ import annotations

import polars as pl
import pytest

from ingest.devices import clean_devices


def test_white_space_and_case_do_not_count() -> None:
    assert clean_devices(pl.Series([" C9F2-f0c5 ", "c9f2-F0C5"])).to_list() == ["c9f2-f0c5"] * 2


@pytest.mark.parametrize(
    "cell",
    [
        "0000",
        "00000000-0000-0000-0000-000000000000",
        "FFFFFFFF",
        "xxxx",
        "---",
        "02:00:00:00:00:00",
        "9774d56d682e549c",
        "Not available",
        "y" * 257,
    ],
)
def test_placeholders_become_null(cell: str) -> None:
    assert clean_devices(pl.Series([cell])).to_list() == [None]


def test_other_scripts_are_no_placeholder() -> None:
    assert clean_devices(pl.Series(["устройство-ы"])).to_list() == ["устройство-ы"]
