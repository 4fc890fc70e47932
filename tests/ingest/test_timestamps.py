from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import parse_times

MOMENT = datetime(2026, 4, 6, 15, 44, 2)
EPOCH = int(MOMENT.replace(tzinfo=UTC).timestamp())


def parse(*cells: str | None) -> list[datetime | None]:
    return parse_times(pl.Series(cells, dtype=pl.String)).to_list()


@pytest.mark.parametrize(
    "cell",
    [
        "2026-04-06T15:44:02",
        "2026-04-06 15:44:02",
        " 2026-04-06T15:44:02 ",
        "2026-04-06T15:44:02Z",
        "2026-04-06t15:44:02z",
        "2026-04-06 15:44:02 UTC",
        "2026-04-06T17:44:02+02:00",
        "2026-04-06T10:14:02-0530",
        "2026-04-06T17:44:02 +02",
        "20260406T154402Z",
        "2026-04-06T15:44:02.000",
        "2026-04-06T15:44:02.000000000+00:00",
        str(EPOCH),
        f"{EPOCH}.0",
        str(EPOCH * 1000),
        str(EPOCH * 10**6),
        str(EPOCH * 10**9),
    ],
)
def test_one_moment_written_in_many_ways(cell: str) -> None:
    assert parse(cell) == [MOMENT]


def test_notations_mix_in_one_column() -> None:
    assert parse("2026-04-06T15:44:02", str(EPOCH), None, f"{EPOCH}000") == [
        MOMENT,
        MOMENT,
        None,
        MOMENT,
    ]


def test_fractions_and_dates_alone() -> None:
    assert parse("2026-04-06T15:44:02.123456789", f"{EPOCH}.25", f"{EPOCH}750") == [
        MOMENT.replace(microsecond=123456),
        MOMENT.replace(microsecond=250000),
        MOMENT.replace(microsecond=750000),
    ]
    assert parse("2026-04-06", "20260406") == [datetime(2026, 4, 6)] * 2


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "n/a",
        "????",
        "-1",
        "-1775490242",
        "0",
        "12",
        "99999999999999999999",
        "1e9",
        "nan",
        "inf",
        "2026-13-01",
        "2026-02-30T00:00:00",
        "2026-04-06T25:00:00",
        "2026-04-06T15:44:02+99:00",
        "1970-01-01T00:00:00",
        "0001-01-01",
        "9999-12-31",
        "06/04/2026",
        "2026-04-06T15:44:02; DROP TABLE",
        "٢٠٢٦-٠٤-٠٦",
        "9" * 5000,
    ],
)
def test_what_is_no_time_stamp_becomes_null(cell: str) -> None:
    assert parse(cell) == [None]


@given(st.datetimes(datetime(1971, 1, 1), datetime(2099, 12, 31)))
def test_what_python_writes_is_read_back(moment: datetime) -> None:
    texts = [moment.isoformat(), str(moment), moment.isoformat() + "Z"]
    assert parse(*texts) == [moment] * 3


@given(st.lists(st.text(max_size=40), max_size=20))
def test_any_text_gives_a_time_or_null(cells: list[str]) -> None:
    assert len(parse(*cells)) == len(cells)
