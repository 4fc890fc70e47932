from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from ringscope import Settings
from ringscope.demo.judge import judge
from ringscope.demo.nights import make_nights
from ringscope.demo.play import play, review
from ringscope.store import Store
from ringscope.verdicts import verdicts_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def test_three_nights_are_played_reviewed_and_judged(tmp_path: Path) -> None:
    world = make_nights(accounts=800, seed=5)
    nights = play(world, tmp_path / "store", settings=Settings(threads=1), reviews=2, train_every=9)
    runs = [next(nights) for _ in range(3)]
    assert [run.folder.name for run in runs] == ["2025-06-21", "2025-06-22", "2025-06-23"]
    store = Store.open(tmp_path / "store")
    decided = verdicts_of(store)
    assert len(decided) == 4, "two a night, and nobody has looked at the third yet"
    truth = dict(world.truth.select("account_id", "spam").iter_rows())
    for verdict in decided:
        spam = sum(truth[account] for account in verdict.accounts) / len(verdict.accounts)
        assert (verdict.act == "confirm") == (spam >= 0.5)
    figures = judge(world, runs).figures
    assert figures["ring_nights"] > 10
    assert figures["id_kept"] >= 0.9
    events = runs[-1].frame("ring_events")
    assert events.head(runs[0].frame("ring_events").height).equals(runs[0].frame("ring_events"))
    assert "status" in events.filter(pl.col("night") == runs[-1].folder.name)["event"]


def test_without_reviews_nobody_decides(tmp_path: Path) -> None:
    world = make_nights(accounts=800, seed=5)
    run = next(play(world, tmp_path / "store", settings=Settings(threads=1), reviews=0))
    store = Store.open(tmp_path / "store")
    review(store, run, world.truth, 0)
    assert verdicts_of(store) == ()
