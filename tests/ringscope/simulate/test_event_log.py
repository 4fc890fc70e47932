from __future__ import annotations

import polars as pl

from ringscope.simulate import make_log
from ringscope.simulate.event_log import DECOYS, PLANTED


def test_a_log_has_the_shape_of_the_document() -> None:
    log = make_log(accounts=800, seed=4)
    assert log["signup"].columns == ["user_id", "country_code", "signup_ts"]
    assert log["signup"].height == log["truth"].height == 800
    for name in ("call", "search", "message"):
        assert log[name].columns == ["user_id", f"{name}_ts"]
        is_text = log[name][f"{name}_ts"].str.contains("-")
        assert 0.5 < float(is_text.mean() or 0) < 0.8
        assert log[name].is_duplicated().any()
        assert log[name]["user_id"].is_in(log["signup"]["user_id"].implode()).all()
    assert 25 < log["search"].height / 800 < 60


def test_every_kind_is_planted_and_only_scrapers_are_true() -> None:
    truth = make_log(accounts=800, seed=4)["truth"]
    assert set(truth["kind"].unique()) == {"", *PLANTED, *DECOYS}
    assert set(truth.filter(pl.col("scraper") == 1)["kind"]) == set(PLANTED)
    assert set(truth.filter(pl.col("scraper") == 0)["kind"]) == {"", *DECOYS}


def test_a_seed_is_a_log() -> None:
    one, same, other = (make_log(accounts=200, seed=seed)["search"] for seed in (1, 1, 2))
    assert one.equals(same)
    assert not one.equals(other)
