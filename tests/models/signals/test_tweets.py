from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ingest import InputError
from models.signals import tweets
from models.signals.tweets import MESSAGE_COLUMNS, PROFILE, USER_COLUMNS, message_features

START = datetime(2026, 1, 1)


def messages(*texts: str | None, account: int = 1, hours: float = 1.0) -> pl.DataFrame:
    """Messages of one account, `hours` apart."""
    times = [START + timedelta(hours=hours * place) for place in range(len(texts))]
    return pl.DataFrame(
        {"account": [account] * len(texts), "ts": times, "text": texts},
        schema={"account": pl.UInt32, "ts": pl.Datetime("us"), "text": pl.String},
    )


def feature(name: str, *texts: str | None, hours: float = 1.0) -> list[float | None]:
    return message_features(messages(*texts, hours=hours))[name].to_list()


def test_similarity_is_the_mean_share_of_own_words_in_earlier_messages() -> None:
    # fourth against the others: buy, cheap of 2 -> 100 %; cheap of 2 -> 50 %; none -> 0 %
    texts = ("buy cheap pills now", "cheap flights", "good morning", "buy cheap")
    # second: cheap of {cheap, flights} in the first -> 50 %; third: nothing in common
    assert feature("similarity", *texts) == [None, 50.0, 0.0, 50.0]
    assert feature("user_similarity", *texts) == pytest.approx([100 / 3] * 4, rel=1e-6)


def test_similarity_leaves_out_links_names_and_hashtags_and_punctuation() -> None:
    texts = ("@ann #sale see http://a.example/1 NOW!", "@ann #sale look: http://a.example/1 now")
    assert feature("similarity", *texts) == [None, 50.0]
    assert feature("similarity", "@ann", "@ann http://a.example/1") == [None, None]


def test_a_word_counts_once_however_often_it_is_written() -> None:
    assert feature("similarity", "spam", "spam spam spam eggs") == [None, 50.0]


def test_capitals_of_the_papers_own_example() -> None:
    text = "PSP DOWNLOAD Music and Movies HERE! Have the BEST Experience EVER! http://bit.ly/5QD3Hv"
    assert feature("upper_case", text) == pytest.approx([100 * 5 / 12])
    assert feature("link_to_word", text) == pytest.approx([100 / 12])
    assert feature("links", text) == [1.0]


def test_one_letter_is_no_emphasis_and_rt_is_a_mark() -> None:
    assert feature("upper_case", "I saw A cat", "RT @BOB: HELLO", "WWW.SHOP.EXAMPLE") == (
        pytest.approx([0.0, 100 / 3, 0.0])
    )


def test_same_name_is_different_names_by_names() -> None:
    texts = ("@ann @Ann @bob hi", "@bob", "me@mail.example says hi", "none")
    assert feature("screen_names", *texts) == [3.0, 1.0, 0.0, 0.0]
    assert feature("same_name", *texts) == pytest.approx([200 / 3, 100.0, None, None])
    assert feature("user_same_name", *texts) == [50.0] * 4
    assert feature("user_screen_names", *texts) == [1.0] * 4


def test_link_use_counts_messages_and_links_are_counted() -> None:
    texts = ("see www.a.example and https://b.example", "no link", "x.example/offer", "2.5 4/5")
    assert feature("links", *texts) == [2.0, 0.0, 1.0, 0.0]
    assert feature("user_link_use", *texts) == [50.0] * 4
    assert feature("user_links", *texts) == [0.75] * 4


def test_retweets_and_whether_there_was_one_before() -> None:
    texts = ("hello", "RT @ann so true", "yes! RT: @ann so true", "START cart", "bye")
    assert feature("user_retweets", *texts) == [40.0] * 5
    assert feature("retweeted_before", *texts) == [0.0, 0.0, 1.0, 1.0, 1.0]


def test_time_frequency_and_length() -> None:
    assert feature("hour", "a", "b", hours=12.5) == [0.0, 12.5]
    assert feature("user_frequency", *"abcde", hours=12) == [2.5] * 5
    assert feature("user_frequency", *"abc", hours=0) == [3.0] * 3
    assert feature("user_length_deviation", "1234", "12345678") == [2.0, 2.0]
    assert feature("user_length_deviation", "1234") == [None]


def test_blank_texts_are_messages_without_words() -> None:
    found = message_features(messages("", None, " \n ", "!!! ...", "word"))
    assert found["upper_case"].to_list() == [None, None, None, None, 0.0]
    assert found["links"].to_list() == [0.0] * 5
    assert found["similarity"].to_list() == [None, None, None, None, 0.0]


def test_accounts_may_be_named() -> None:
    named = messages("buy now", "buy it").with_columns(account=pl.lit("ann"))
    assert message_features(named)["similarity"].to_list() == [None, 50.0]


def test_no_messages_give_no_rows() -> None:
    found = message_features(messages())
    assert found.columns == [*MESSAGE_COLUMNS, *USER_COLUMNS]
    assert found.height == 0


def test_profile_counts_come_along_where_the_table_has_them() -> None:
    given = messages("a", "b").with_columns(followers=pl.Series([3, 4]), other=1)
    found = message_features(given)
    assert found.columns == [*MESSAGE_COLUMNS, *USER_COLUMNS, "followers"]
    assert found["followers"].to_list() == [3.0, 4.0]
    assert set(found.dtypes) == {pl.Float32}
    assert len([*MESSAGE_COLUMNS, *USER_COLUMNS, *PROFILE]) == 23


def test_order_of_rows_and_blocks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    given = _random(seed=5)
    expected = message_features(given)
    monkeypatch.setattr(tweets, "BLOCK", 7)
    shuffled = given.with_row_index().sample(fraction=1, shuffle=True, seed=3)
    found = message_features(shuffled.drop("index"))
    found = found.with_columns(shuffled["index"]).sort("index").drop("index")
    assert_frame_equal(found, expected, check_exact=True)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_similarity_equals_comparing_every_pair(seed: int) -> None:
    given = _random(seed).sort("account", "ts", "text")
    expected = _compared(given)
    found = message_features(given)["similarity"].fill_null(np.nan).to_list()
    assert found == pytest.approx(expected, rel=1e-5, nan_ok=True), f"seed {seed}"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (pl.col("text").alias("ts"), "give times"),
        (pl.lit(None, pl.UInt32).alias("account"), "2 blank cells in column 'account'"),
        (pl.lit(3).alias("text"), "give text"),
        (pl.lit(-1).alias("friends"), "2 negative counts in column 'friends'"),
        (pl.lit("many").alias("tweets"), "give numbers"),
    ],
)
def test_bad_tables_get_one_clear_error(change: pl.Expr, words: str) -> None:
    with pytest.raises(InputError, match=words):
        message_features(messages("a", "b").with_columns(change))


def test_a_missing_column_is_named() -> None:
    with pytest.raises(InputError, match="no column 'ts'; needed are account, ts, text"):
        message_features(messages("a").drop("ts"))


def _random(seed: int) -> pl.DataFrame:
    """Messages of six accounts over few words; no two of one account at the same time."""
    rng = np.random.default_rng(seed)
    count = 60
    words = ["win", "Cash", "@ann", "@bob", "http://a.example/x", "#now", "today", "RT", "call!"]
    texts = [" ".join(rng.choice(words, rng.integers(0, 7))) for _ in range(count)]
    minutes = rng.permutation(count)
    return pl.DataFrame(
        {
            "account": pl.Series(rng.integers(0, 6, count), dtype=pl.UInt32),
            "ts": [START + timedelta(minutes=int(minute)) for minute in minutes],
            "text": texts,
        }
    )


def _compared(ordered: pl.DataFrame) -> list[float]:
    """Equations 1 and 2 to the letter, pair by pair."""
    seen: dict[int, list[set[str]]] = {}
    found = []
    for account, text in ordered.select("account", "text").iter_rows():
        plain = [w for w in text.split() if not w.startswith(("@", "#", "http")) and w != "RT"]
        own = {word.strip("!").lower() for word in plain}
        earlier = seen.setdefault(account, [])
        shares = [100 * len(own & other) / len(own) for other in earlier if own]
        found.append(sum(shares) / len(shares) if shares else np.nan)
        earlier.append(own)
    return found
