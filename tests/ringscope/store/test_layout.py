from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

import pytest

from ingest.errors import RunError
from ringscope import Run
from ringscope.manifest import finish
from ringscope.run_folder import write_json
from ringscope.store import Store
from ringscope.store.retention import prune


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.make(tmp_path / "store")


def add(store: Store, name: str) -> None:
    """A run with nothing in it but its name."""
    folder = store.runs / name
    folder.mkdir()
    write_json({"name": name}, folder / "metrics.json")
    finish(folder, {"night": {"date": name[:10]}})


def test_a_store_is_made_once_and_opened_again(store: Store) -> None:
    assert Store.open(store.folder).folder == Store.make(store.folder).folder
    assert store.current() is None
    with pytest.raises(RunError, match="no run yet; make one with: ringscope nightly"):
        store.run()


def test_what_is_no_store_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no store; make one with"):
        Store.open(tmp_path)
    (tmp_path / "photo.jpg").write_bytes(b"")
    with pytest.raises(RunError, match="holds files that are no store"):
        Store.make(tmp_path)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "store.json").write_text('{"format": 99}')
    with pytest.raises(RunError, match="not a store of format 1"):
        Store.make(tmp_path / "other")


def test_a_maker_that_was_stopped_is_no_hindrance(tmp_path: Path) -> None:
    for name in ("runs", "tables"):
        (tmp_path / "s" / name).mkdir(parents=True)
    (tmp_path / "s" / "store.json.new").write_text("{")
    assert Store.make(tmp_path / "s").names() == []


def test_a_store_that_cannot_be_written_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be written"):
        Store.make(tmp_path / "file" / "store")


def test_the_pointer_moves_in_one_step(store: Store) -> None:
    for name in ("2026-05-01", "2026-05-02"):
        add(store, name)
    store.promote("2026-05-01")
    done = threading.Event()
    seen: set[str] = set()

    def read() -> None:
        while not done.is_set():
            seen.add(str(Run.open(store.folder).manifest["night"]["date"]))

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(150):
        store.promote("2026-05-02")
        store.promote("2026-05-01")
    done.set()
    reader.join()
    assert seen <= {"2026-05-01", "2026-05-02"}
    assert (store.folder / "current").readlink() == Path("runs/2026-05-01")


def test_further_runs_of_a_night_are_numbered(store: Store) -> None:
    day = date(2026, 5, 1)
    names = []
    for _ in range(3):
        names.append(store.next_name(day))
        add(store, names[-1])
    assert names == ["2026-05-01", "2026-05-01-02", "2026-05-01-03"]
    assert store.names() == names


def test_a_run_that_is_not_there_is_named(store: Store) -> None:
    add(store, "2026-05-01")
    with pytest.raises(RunError, match="no run '2026-05-09'; the latest are: 2026-05-01"):
        store.run("2026-05-09")
    with pytest.raises(RunError, match="no run"):
        store.run("../..")


def test_a_pointer_to_nowhere_is_an_error(store: Store) -> None:
    store.promote("2026-05-01")
    with pytest.raises(RunError, match="which is no run"):
        store.current()


def test_what_dead_jobs_left_is_removed(store: Store) -> None:
    add(store, "2026-05-01")
    (store.runs / "2026-05-02.tmp-123").mkdir()
    (store.runs / "2026-04-01.gone").mkdir()
    (store.folder / "current.new-5").symlink_to("runs/x")
    (store.folder / "health.json.new").write_text("{")
    store.mend()
    assert sorted(path.name for path in store.runs.iterdir()) == ["2026-05-01"]
    assert not list(store.folder.glob("*.new*"))


@pytest.mark.parametrize(
    ("keep", "current", "left"),
    [(2, "2026-05-04", [3, 4]), (9, "2026-05-04", [1, 2, 3, 4]), (1, "2026-05-02", [2, 3, 4])],
)
def test_the_latest_runs_stay_and_the_current_one_always(
    store: Store, keep: int, current: str, left: list[int]
) -> None:
    for day in range(1, 5):
        add(store, f"2026-05-0{day}")
    store.promote(current)
    prune(store, keep)
    assert store.names() == [f"2026-05-0{day}" for day in left]
    assert store.current() == current
