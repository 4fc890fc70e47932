"""The short way to clean a cell leads where the cleaners of `ingest` lead."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.cells import clean_kind, prepare
from ingest.phones import clean_phones
from ringscope.newcomers import cells

LETTERS = st.text(alphabet="abcfxyzABC019.:-_+@/;= \t\u0130é0", max_size=24)
WORDS = st.sampled_from(
    ["test", "0000", "ffff", "FF:FF", "n/a", "unknown", "UK", "uk", "de", "DE", "ß2", "-", "",
     "1.2.3.4", "01.2.3.4", "1.2.3.256", "1.2.3.4:80", "::1",
     "2001:DB8::1", "::ffff:1.2.3.4", "::ffff:102:304", "1::2::3", "fe80::1%eth0", "[::1]", "::",
     "a@x-y.com", "a@x-.com", "a@-x.com", "a@x--y.com", "a@x-y-z.co", "a@xn--4ca.de", "a@b.c-d",
 "1.2.3", "+4915112345678", "+49 151",
     "+1", "0049151", "a+b@gmail.com", "a.b@googlemail.com", "+a@x.com", "a@b", "A@X.COM",
     "x@mailinator.com", "x@sub.mailinator.com", "a..b@gmail.com", "a+@x.com", "9774d56d682e549c",
     "android", "123456789", "1-2-3-4-5-6-7-8-9"]
)  # fmt: skip
CELLS = st.lists(st.one_of(LETTERS, WORDS, st.text(max_size=12)), min_size=1, max_size=8)
KINDS = {
    "id": cells.clean_ids,
    "username": cells.clean_names,
    "device": cells.clean_devices,
    "ip": cells.clean_addresses,
    "country": cells.clean_countries,
}


def long_way(kind: str, some: list[str]) -> pl.DataFrame:
    return clean_kind(kind, kind, prepare(kind, pl.Series(kind, some, dtype=pl.String)))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(some=CELLS)
def test_a_cell_is_cleaned_as_in_a_run(kind: str, some: list[str]) -> None:
    found = KINDS[kind](some)
    assert [found[cell] for cell in some] == long_way(kind, some)[kind].to_list()


@settings(max_examples=250, deadline=None, derandomize=True, database=None)
@given(
    some=CELLS,
    local=st.text(alphabet="ab+.-_%é", max_size=6),
    domain=st.sampled_from(
        [
            "gmail.com",
            "x.co",
            "my-shop.co",
            "x." + "a" * 31 + ".com",
            "pm.me",
            "mailinator.com",
            "a.b.cd",
            "ä.de",
            "x",
        ]
    ),
)
def test_a_mail_address_is_cleaned_as_in_a_run(some: list[str], local: str, domain: str) -> None:
    every = [*some, f"{local}@{domain}"]
    found = cells.clean_mails(every)
    expected = [None if row[0] is None else row for row in long_way("email", every).iter_rows()]
    assert [found[cell] for cell in every] == expected


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(
    numbers=st.lists(
        st.one_of(
            CELLS.map(lambda some: some[0]), st.from_regex(r"\+?[0-9]{3,15}", fullmatch=True)
        ),
        min_size=1, max_size=6,
    ),
    country=st.sampled_from([None, "DE", "US", "Nowhere"]),
)  # fmt: skip
def test_a_phone_number_is_cleaned_as_in_a_run(numbers: list[str], country: Any) -> None:
    pairs = [(number, country) for number in numbers]
    found = cells.clean_numbers(pairs)
    text = prepare("phone", pl.Series("phone", numbers, dtype=pl.String))
    regions = pl.Series("country", [country] * len(numbers), dtype=pl.String)
    assert [found[pair] for pair in pairs] == clean_phones(text, regions).to_list()
