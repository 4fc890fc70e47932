from __future__ import annotations

import polars as pl
import pytest

from ingest.phones import clean_phones


def clean(cell: str | None, country: str | None = None, region: str | None = None) -> str | None:
    cells = pl.Series([cell], dtype=pl.String)
    return clean_phones(cells, pl.Series([country], dtype=pl.String), region)[0]


@pytest.mark.parametrize(
    ("cell", "country"),
    [
        ("+49 171 1234567", None),
        ("+49 (0)171 1234567", None),
        ("0049171 1234567", None),
        ("+49-171/1234567", "FR"),
        ("0171 1234567", "DE"),
        ("0049 171 1234567", "DE"),
    ],
)
def test_one_number_written_in_many_ways(cell: str, country: str | None) -> None:
    assert clean(cell, country) == "+491711234567"


def test_the_region_stands_in_for_a_missing_country() -> None:
    assert clean("0171 1234567", None, "DE") == "+491711234567"
    assert clean("0171 1234567", "AT", "DE") == "+431711234567"


@pytest.mark.parametrize(
    "cell", ["", "0171 1234567", "+0000000000", "call me", "12", "+49" + "1" * 60]
)
def test_what_is_no_number_becomes_null(cell: str) -> None:
    assert clean(cell) is None


def test_a_country_that_does_not_exist_is_no_help_and_no_harm() -> None:
    assert clean("0171 1234567", "Atlantis") is None
    assert clean("+491711234567", "Atlantis") == "+491711234567"
