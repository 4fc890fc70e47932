from __future__ import annotations

import numpy as np
import polars as pl

from models.grams import MAX_MESSAGES, message_grams


def frame(*rows: tuple[int, str | None]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"account": pl.UInt32, "text": pl.String}, orient="row")


def test_runs_of_one_to_three_words_count_once_per_message() -> None:
    grams = message_grams(frame((0, "One two three one two"), (3, "two three")), min_messages=1)
    assert grams.account.tolist() == [0, 3]
    # one, two, three; one-two, two-three, three-one; one-two-three, two-three-one, three-one-two
    assert len(grams.keys) == 9
    assert np.asarray(grams.matrix.sum(axis=1)).ravel().tolist() == [9, 3]


def test_links_numbers_case_and_punctuation_do_not_make_new_grams() -> None:
    first = message_grams(frame((0, "Pay 100 at https://a.example/x NOW!")), min_messages=1)
    second = message_grams(frame((0, "pay 7, at http://b.example now")), min_messages=1)
    assert (first.keys == second.keys).all()


def test_no_gram_runs_over_the_end_of_a_message() -> None:
    grams = message_grams(frame((0, "alpha"), (0, "beta")), min_messages=1)
    assert len(grams.keys) == 2


def test_rare_grams_empty_and_missing_messages_are_left_out() -> None:
    rows = [(n, "send your card") for n in range(5)] + [(9, "unheard of"), (8, None), (7, "?!")]
    grams = message_grams(frame(*rows))
    assert len(grams.keys) == 6
    assert grams.account.tolist() == [0, 1, 2, 3, 4, 9]
    assert grams.matrix[[5]].sum() == 0
    assert message_grams(frame((0, None))).matrix.shape == (0, 0)


def test_equal_messages_of_an_account_are_one_and_only_so_many_are_read() -> None:
    many = [(1, f"word{chr(97 + n // 26)}{chr(97 + n % 26)}") for n in range(MAX_MESSAGES + 20)]
    grams = message_grams(frame((0, "hello"), (0, "hello"), *many), min_messages=1)
    assert np.bincount(grams.account).tolist() == [1, MAX_MESSAGES]


def test_order_of_rows_does_not_matter() -> None:
    messages = frame((2, "a b c"), (1, "b c d"), (2, "c d e"))
    first, turned = (message_grams(m, min_messages=1) for m in (messages, messages.reverse()))
    assert (first.keys == turned.keys).all()
    assert (first.matrix != turned.matrix).nnz == 0


def test_aligned_to_other_keys() -> None:
    grams = message_grams(frame((0, "a b"), (1, "b c")), min_messages=1)
    other = np.sort(np.concatenate([grams.keys[::2], np.array([3], dtype=np.uint64)]))
    aligned = grams.aligned(other).toarray()
    assert aligned.shape == (2, len(other))
    for column, key in enumerate(other):
        place = np.flatnonzero(grams.keys == key)
        expected = grams.matrix.toarray()[:, place[0]].tolist() if len(place) else [0, 0]
        assert aligned[:, column].tolist() == expected
    assert grams.aligned(np.empty(0, dtype=np.uint64)).shape == (2, 0)
