"""Nights that bring only what is new give what a full run with the same model gives."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from ringscope import Run, Settings, analyze
from ringscope.demo import make_world
from ringscope.nightly.job import Night, nightly
from ringscope.store import Store
from ringscope.store.kept import load_kept

ACTIVITY = ("logins", "messages", "events", "payments")
FRAMES = ("scores", "rings", "ring_members", "links", "evidence", "contributions")
Frames = dict[str, pl.DataFrame]
ONE_THREAD = Settings(threads=1)


@pytest.fixture(scope="module")
def world() -> Frames:
    frames = make_world(accounts=600, seed=5)
    return {name: frames[name] for name in ("accounts", *ACTIVITY)}


@pytest.fixture(scope="module")
def trained(world: Frames, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run that trained, on its own: what it says of its own data is known."""
    run = analyze(world, ONE_THREAD, tmp_path_factory.mktemp("trained") / "run")
    assert run.metrics()["supervised"]
    return run


def parts(world: Frames, share: float, seed: int) -> tuple[Frames, Frames]:
    """Deal rows at random to a first and a second night; accounts come with their first row."""
    rng = np.random.default_rng(seed)
    first, second = {}, {}
    for name in ACTIVITY:
        late = pl.Series(rng.random(world[name].height) < share)
        first[name], second[name] = world[name].filter(~late), world[name].filter(late)
    seen = pl.concat([first[name].select("account_id") for name in ACTIVITY])["account_id"]
    late = ~world["accounts"]["account_id"].is_in(seen.unique().implode())
    late &= pl.Series(rng.random(len(late)) < 0.9)
    first["accounts"] = world["accounts"].filter(~late)
    second["accounts"] = world["accounts"].filter(late)
    return first, second


def assert_same(run: Run, other: Run) -> None:
    for name in FRAMES:
        # A ring of a store keeps the id under which it was first known; reasons name it.
        one, two = (r.frame(name).drop("ring_id", "reasons", strict=False) for r in (run, other))
        assert_frame_equal(one, two, check_row_order=False, abs_tol=1e-9)
    assert rings(run) == rings(other)


def rings(run: Run) -> set[frozenset[str]]:
    members = run.frame("ring_members").group_by("ring_id").agg("account_id")
    return {frozenset(ring) for ring in members["account_id"]}


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(share=st.sampled_from([0.01, 0.1, 0.5]), seed=st.integers(0, 10**6))
def test_two_nights_give_what_one_full_run_gives(
    world: Frames, trained: Run, tmp_path_factory: pytest.TempPathFactory, share: float, seed: int
) -> None:
    store = Store.make(tmp_path_factory.mktemp("nights") / "store")
    (store.models / "current").symlink_to(trained.folder / "models")
    for day, rows in enumerate(parts(world, share, seed), start=1):
        night = Night(rows, append=True, date=date(2026, 5, day), canaries=False)
        nightly(store.folder, night, ONE_THREAD)
    assert_same(store.run(), trained)


def test_a_night_reads_only_who_wrote_and_is_the_same_without_what_was_kept(
    world: Frames, trained: Run, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store.make(tmp_path / "store")
    (store.models / "current").symlink_to(trained.folder / "models")
    first, second = parts(world, 0.02, 7)
    nightly(store.folder, Night(first, True, date(2026, 5, 1), canaries=False), ONE_THREAD)
    bare = tmp_path / "bare"
    shutil.copytree(store.folder, bare, symlinks=True)
    (bare / "kept" / "messages.content.parquet").write_bytes(b"")
    wrote, writers = (
        rows["account_id"].n_unique() for rows in (second["messages"], world["messages"])
    )
    with caplog.at_level("INFO", "ringscope"):
        nightly(store.folder, Night(second, True, date(2026, 5, 2), canaries=False), ONE_THREAD)
        assert f"messages: {wrote:,} of {writers:,} accounts made again" in caplog.text
        weighed = re.search(r"evidence: ([\d,]+) of ([\d,]+) identifiers made again", caplog.text)
        assert weighed
        some, of = (int(figure.replace(",", "")) for figure in weighed.groups())
        assert 0 < some < of / 4
        assert "all is computed again" not in caplog.text
        nightly(bare, Night(second, True, date(2026, 5, 2), canaries=False), ONE_THREAD)
    assert "what was kept holds an altered file, messages.content.parquet" in caplog.text
    both = [Store.open(folder).run() for folder in (store.folder, bare)]
    files = [run.manifest["files"] for run in both]
    assert files[0] == files[1]
    assert load_kept(Store.open(bare)).found() == {}  # nothing is read before a night asks
    assert (bare / "kept" / "kept.json").stat().st_mode & 0o077 == 0
