from __future__ import annotations

import shutil
import time

import pytest

from ringscope import Run
from ringscope.store import Store
from ringscope.web import Place


def test_a_run_is_laid_out_once_and_again_when_the_store_moves_on(
    store: Store, finished: Run
) -> None:
    place = Place(store=store.folder)
    assert place.prepared == ""
    first = place.known()
    assert place.known() is first
    assert place.prepared == store.current()
    shutil.copytree(finished.folder, store.runs / "2026-03-05")
    store.promote("2026-03-05")
    assert place.reading().name == "2026-03-05"
    for _ in range(500):
        if place.known().name == "2026-03-05":
            break
        time.sleep(0.02)
    assert place.known().name == "2026-03-05"


def test_a_run_that_cannot_be_laid_out_leaves_the_old_in_use(
    store: Store, finished: Run, caplog: pytest.LogCaptureFixture
) -> None:
    place = Place(store=store.folder)
    first = place.known()
    shutil.copytree(finished.folder, store.runs / "2026-03-05")
    damaged = store.runs / "2026-03-05" / "sightings.parquet"
    damaged.write_bytes(bytes(damaged.stat().st_size))
    store.promote("2026-03-05")
    assert place.known() is first
    for _ in range(500):
        if "cannot be prepared" in caplog.text:
            break
        time.sleep(0.02)
    assert "cannot be prepared" in caplog.text
    assert place.known() is first
