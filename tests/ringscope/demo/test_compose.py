from __future__ import annotations

import numpy as np
import polars as pl

from ringscope.demo import phrases
from ringscope.demo.compose import (
    BAIT,
    CUT,
    NEIGHBOURLY,
    OFFER,
    compose,
    dress,
    fill,
    reword,
)

SEED = 5


def test_texts_keep_only_what_changes_with_each_sending_open() -> None:
    rng = np.random.default_rng(SEED)
    matter = rng.integers(NEIGHBOURLY, BAIT + 1, 4000)
    text = compose(rng, 4000, matter)
    left = text.str.extract_all(r"\{\w+\}").explode().drop_nulls()
    assert set(left) == {"{num}", "{link}", "{handle}"}
    assert (text.str.len_chars() > 8).all()
    filled = fill(rng, text, pl.Series([None], dtype=pl.String).new_from_index(0, 4000))
    assert not filled.str.contains("[{}]").any()


def test_offers_and_bait_come_from_one_list_with_other_shares() -> None:
    rng = np.random.default_rng(SEED)
    first, last = phrases.PITCHES[0].split("{")[0], phrases.PITCHES[-1].split("{")[0]
    counts = {}
    for matter in (NEIGHBOURLY, OFFER, BAIT):
        text = compose(rng, 3000, np.full(3000, matter))
        counts[matter] = [
            int(text.str.contains(part, literal=True).sum()) for part in (first, last)
        ]
    assert counts[NEIGHBOURLY] == [0, 0]
    assert counts[OFFER][0] > 3 * counts[OFFER][1] > 0
    assert counts[BAIT][1] > 3 * counts[BAIT][0] > 0


def test_rewording_changes_some_words_and_never_what_is_open() -> None:
    rng = np.random.default_rng(SEED)
    text = pl.Series([f"hi{CUT}please write to {{handle}}{CUT}see {{link}}"]).new_from_index(0, 500)
    same = reword(rng, text, np.zeros(500), np.zeros(500))
    assert same.to_list() == text.to_list()
    other = reword(rng, text, np.full(500, 0.4), np.full(500, 0.1))
    assert len(other) == 500
    assert other.n_unique() > 50
    assert other.str.contains("{handle}", literal=True).all()
    assert other.str.contains("{link}", literal=True).all()
    assert (other.str.count_matches(CUT, literal=True) == 2).all()


def test_dressing_puts_marks_capitals_and_lookalikes() -> None:
    text = pl.Series([f"hi  you{CUT}come here"] * 3)
    mark = pl.Series([". ", " - ", "! "])
    loud, foreign = np.array([False, True, False]), np.array([False, False, True])
    plain, shouted, masked = dress(text, mark, loud, foreign)
    assert plain == "hi you. come here"
    assert shouted == "HI YOU - COME HERE"
    assert masked != "hi you! come here"
    assert len(masked) == len("hi you! come here")


def test_numbers_links_and_handles_differ_between_sendings() -> None:
    rng = np.random.default_rng(SEED)
    text = pl.Series(["pay {num} at {link} or {handle}"]).new_from_index(0, 200)
    own = pl.Series([None, "own-host.com/"] * 100)
    filled = fill(rng, text, own)
    assert filled.n_unique() == 200
    assert filled.str.contains("own-host.com/", literal=True).sum() == 100
