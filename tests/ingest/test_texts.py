from __future__ import annotations

import time

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import normalise_text
from ingest.homoglyphs import fold, look_alikes


def norm(text: str) -> str:
    return str(normalise_text(pl.Series([text]))[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello\t\n  World ", "hello world"),
        ("see https://a.example/x?y=1 now", "see <url> now"),
        ("see www.a.example now", "see <url> now"),
        ("see hxxp://a.b/c and bit.ly/Ab1", "see <url> and <url>"),
        ("go to shop-now.online:8080/p", "go to <url>"),
        ("mail Jo.Do+x@Example.com!", "mail <mail>!"),
        ("write to @jo_do or (@x)", "write to <at> or (<at>)"),
        ("call +49 171 555-123 today", "call <num> today"),
        ("pay $1,299.50 by 2026-04-06", "pay $<num> by <num>"),
        ("frее mоnеу", "free money"),
        ("ｆｒｅｅ 𝓂𝑜𝓃𝑒𝓎", "free money"),
        ("fr\u200bee \u202emoney\ufeff", "free money"),
        ("3 e.g. items.", "<num> e.g. items."),
    ],
)
def test_the_small_screws_do_not_count(text: str, expected: str) -> None:
    assert norm(text) == expected


def test_texts_that_differ_in_numbers_links_and_handles_become_equal() -> None:
    one = "Hi! Order 1234 at https://a.example/q1, ask @anna or +1 202 555 0101"
    two = "HI! order 99 at https://b.example/zz?p=9, ask @bob or +44 20 7946 0000"
    assert norm(one) == norm(two)


def test_null_stays_null_and_length_is_kept() -> None:
    assert normalise_text(pl.Series(["A", None, ""], dtype=pl.String)).to_list() == ["a", None, ""]


def test_look_alikes_are_single_letters_of_other_scripts() -> None:
    table = look_alikes()
    assert all(len(a) == len(b) == 1 and not a.isascii() and b.isascii() for a, b in table.items())
    assert [table[letter] for letter in ("а", "ο", "і")] == ["a", "o", "i"]
    assert len(table) > 100


@given(st.text(max_size=200))
def test_normalising_never_fails_and_folding_is_stable(text: str) -> None:
    once = fold(pl.Series([text]))
    assert fold(once).equals(once), repr(text)
    assert "  " not in norm(text)


@pytest.mark.parametrize("bait", ["a." * 50_000, "@" * 100_000, "1 " * 50_000, "a@" * 50_000])
def test_text_made_to_stall_regular_expressions_does_not(bait: str) -> None:
    start = time.process_time()
    normalise_text(pl.Series([bait]))
    assert time.process_time() - start < 1
