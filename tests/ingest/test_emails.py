from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import clean_emails


def clean(*cells: str | None) -> list[dict[str, Any]]:
    return clean_emails(pl.Series(cells, dtype=pl.String)).to_dicts()


@pytest.mark.parametrize(
    ("cell", "mailbox"),
    [
        ("Jo.Do+spam@Gmail.com", "jodo@gmail.com"),
        ("j.o.d.o@googlemail.com", "jodo@gmail.com"),
        ("jo.do+a+b@example.com", "jo.do@example.com"),
        ("jo@pm.me", "jo@proton.me"),
        (" JO@EXAMPLE.COM. ", "jo@example.com"),
        ("+tag@example.com", "+tag@example.com"),
        ("jo@bücher.example", "jo@xn--bcher-kva.example"),
        ("ｊｏ@example.com", "jo@example.com"),
    ],
)
def test_the_mailbox_behind_an_address(cell: str, mailbox: str) -> None:
    assert clean(cell)[0]["email_mailbox"] == mailbox


def test_the_address_itself_keeps_dots_and_tags() -> None:
    assert clean("Jo.Do+spam@Gmail.com")[0] == {
        "email": "jo.do+spam@gmail.com",
        "email_mailbox": "jodo@gmail.com",
        "email_domain": "gmail.com",
        "email_disposable": False,
    }


def test_throw_away_domains_and_their_subdomains_are_flagged() -> None:
    flags = [row["email_disposable"] for row in clean("a@mailinator.com", "a@x.mailinator.com")]
    assert flags == [True, True]


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "jo",
        "jo@",
        "@example.com",
        "jo@localhost",
        "jo@@example.com",
        "a b@example.com",
        "jo@exa mple.com",
        "jo@-example.com",
        "jo@example..com",
        "jo@1.2.3.4",
        "Jo <jo@example.com>",
        "a@b.com,c@d.com",
        "x" * 65 + "@example.com",
        "jo@" + "é" * 300 + ".com",
        "jo@xn--\u0000.com",
    ],
)
def test_what_is_no_address_becomes_null(cell: str) -> None:
    assert set(clean(cell)[0].values()) == {None}


def test_order_and_length_are_kept() -> None:
    rows = clean("b@x.com", None, "a@x.com", "b@x.com", "bad")
    assert [row["email"] for row in rows] == ["b@x.com", None, "a@x.com", "b@x.com", None]


@given(st.lists(st.one_of(st.none(), st.text(max_size=30), st.emails()), max_size=10))
def test_cleaning_twice_changes_nothing(cells: list[str | None]) -> None:
    once = clean_emails(pl.Series(cells, dtype=pl.String))
    assert once.height == len(cells)
    again = clean_emails(once["email"])
    assert again.equals(once)
