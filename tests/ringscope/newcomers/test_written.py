"""The way without tables gives what a run gives."""

from __future__ import annotations

from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import Tables, empty_table
from models.features import content_features
from models.features.content import READ_CHARS, VOCABULARY_MESSAGES
from models.grams import MAX_MESSAGES, MAX_WORDS, message_grams
from models.phrasing import Phrasing, fit_phrasing
from ringscope.newcomers.written import written_of

KIT = [
    "Hello dear, still available? Write to me at www.shop-x.example/a9 or +49 171 5551234",
    "hello DEAR!! still  available, write me: joe@mail.example",
    "Привет, dеar sir \u200b visit http://www.evil.example?x=1 @telegram_joe 😀😀",
    "ＢＵＹ ⓖⓞⓛⓓ ﬁne İstanbul ΣΊΣΥΦΟΣ ǅ µ Ω straße",
    "12 345 --- ...",
    "שלום עולם مرحبا בעולם",
    "see you at the market hall tomorrow then",
    "cheap gold now please, cheap gold now please",
    "\U000e0041 \ufeff \u00ad",
    "a" * 3 * READ_CHARS,
    "word " * 3 * MAX_WORDS,
    "x" * (READ_CHARS - 8) + " www.cut.example/path and more words after it",
]


def tables(messages: list[list[str]]) -> Tables:
    rows = [(row, text) for row, some in enumerate(messages) for text in some]
    schema = {"account": pl.UInt32, "text": pl.String}
    written = pl.DataFrame(rows, schema=schema, orient="row")
    names = pl.DataFrame({"account_id": [str(row) for row in range(len(messages))]})
    empty = {name: empty_table(name) for name in ("logins", "events", "payments", "engagement")}
    return Tables(
        accounts=pl.concat([empty_table("accounts"), names], how="diagonal"),
        messages=pl.concat([empty_table("messages"), written], how="diagonal"),
        edges=empty_table("edges"),
        quarantine=pl.DataFrame(),
        **empty,
    )


@pytest.fixture(scope="module")
def phrasing() -> Phrasing:
    """Grams of half of the texts are known, those of the others are not."""
    texts = [f"{one} {other}" for one, other in product(KIT[::2], KIT[:4])]
    messages = pl.DataFrame({"account": np.arange(len(texts)), "text": texts})
    grams = message_grams(messages, min_messages=1)
    spam = np.arange(len(texts)) % 2
    return fit_phrasing(grams, spam.astype(float), np.ones(len(texts), bool))


def check(messages: list[list[str]], phrasing: Phrasing) -> None:
    made = tables(messages)
    features = content_features(made)
    grams = message_grams(made.messages.select("account", "text"), min_messages=1)
    content, phrased = written_of(messages, phrasing)
    for row, found in enumerate(content):
        told = {
            name: np.nan if v is None else v for name, v in features.row(row, named=True).items()
        }
        here = {name: np.float32(found.get(name, np.nan)) for name in told}
        assert set(found) <= set(told)
        assert here == pytest.approx(told, rel=1e-6, nan_ok=True), messages[row]
    # Sums of the same numbers in another order.
    np.testing.assert_allclose(phrased, phrasing.apply(grams, len(messages)), rtol=1e-12)


def test_each_text_alone_and_all_together(phrasing: Phrasing) -> None:
    check([[text] for text in KIT], phrasing)
    check([KIT, [], KIT[:1] * 3, KIT[5:7]], phrasing)


def test_more_messages_than_are_read(phrasing: Phrasing) -> None:
    many = [f"{KIT[n % 8]} {'abcdefgh'[n % 7] * (n + 1)}" for n in range(2 * MAX_MESSAGES)]
    assert len(many) > VOCABULARY_MESSAGES
    check([many, many[::-1]], phrasing)


LETTERS = st.sampled_from(
    [*"aAzZ019 .,@/:<>+-_\tеΣσςİıßǅﬁ😀مש", "www.", "http://", "\u200b", "\xa0"]
)
TEXT = st.lists(LETTERS, min_size=1, max_size=30).map("".join).filter(str.strip)


@settings(max_examples=150, deadline=None)
@given(messages=st.lists(st.lists(TEXT | st.text(min_size=1), max_size=4), min_size=1, max_size=4))
def test_any_texts(messages: list[list[str]], phrasing: Phrasing) -> None:
    check(messages, phrasing)
