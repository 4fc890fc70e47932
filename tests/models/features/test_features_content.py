"""What accounts write."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from ingest import Tables
from models.features import content_features

Make = Callable[..., Tables]
START = datetime(2026, 3, 2)


@pytest.fixture
def features_of(make_tables: Make) -> Callable[..., pl.DataFrame]:
    def features(*texts: str | None) -> pl.DataFrame:
        rows = [
            {"account": 0, "ts": START + timedelta(minutes=i), "text": text}
            for i, text in enumerate(texts)
        ]
        return content_features(make_tables(accounts=[{}, {}], messages=rows))

    return features


Features = Callable[..., pl.DataFrame]


def test_lengths_and_characters(features_of: Features) -> None:
    frame = features_of("AB cd, 12", "é x")
    expected = {
        "length.characters": 6,
        "length.characters_spread": 3,
        "length.words": 2.5,
        "length.words_spread": 0.5,
        "capitals.share": 2 / 6,
        "digits.share": 2 / 12,
        "punctuation.share": 1 / 12,
        "non_ascii.share": 1 / 12,
    }
    for column, value in expected.items():
        assert frame[column][0] == pytest.approx(value), column
    assert frame.row(1) == (None,) * frame.width


@pytest.mark.parametrize(
    ("column", "yes", "no"),
    [
        ("links.share", "see https://a.example/x", "no link, e.g. none"),
        ("links.share", "see bit.ly/x9", "either/or"),
        ("links.share", "WWW.shop.example", "wwwhat"),
        ("handles.share", "write me @seller_77", "me@mail.example"),
        ("phones.share", "call +49 170 123-4567", "in 2026 or 2027"),
        ("mail_addresses.share", "me: a.b@mail.example", "meet @home at 5"),
        (
            "homoglyphs.share",
            "pa\u0443pal",
            "privet \u043f\u0440\u0438\u0432\u0435\u0442 10 \u03bcm",
        ),
        ("invisible.share", "of\u200bfer", "\U0001f468\u200d\U0001f469 family"),
        ("invisible.share", "of\u200dfer", "offer"),
        ("emoji.share", "great \U0001f600", "great :)"),
    ],
)
def test_shares_of_messages(features_of: Features, column: str, yes: str, no: str) -> None:
    assert features_of(yes, no, no, no)[column][0] == pytest.approx(0.25)


def test_repeats_look_through_case_numbers_and_paths(features_of: Features) -> None:
    same = ["Earn 50 now! https://a.example/1", "earn 9000 NOW https://a.example/zz?q=1"]
    assert features_of(*same, "something else")["repeats.share"][0] == pytest.approx(1 / 3)
    assert features_of("once")["repeats.share"][0] is None


def test_domains_and_vocabulary(features_of: Features) -> None:
    texts = ["https://www.a.example/1 a a", "http://A.example b", "https://b.example?x a"]
    frame = features_of(*texts)
    assert frame["links.domains"][0] == pytest.approx(np.log1p(2))
    assert frame["vocabulary.share"][0] == pytest.approx(5 / 7)
    assert features_of("plain")["links.domains"][0] == 0


def test_missing_and_empty_texts(features_of: Features) -> None:
    frame = features_of(None, "", "  ")
    assert frame["length.words"][0] == 0
    assert frame["capitals.share"][0] is None


def test_hostile_text_takes_no_time(features_of: Features) -> None:
    hostile = ["a" * 100_000, "@" * 100_000, "a@" * 50_000, "1 " * 50_000, "a." * 50_000]
    started = time.perf_counter()
    frame = features_of(*hostile, "http://" * 20_000)
    assert time.perf_counter() - started < 2
    assert frame["length.characters"][0] == 2_000
