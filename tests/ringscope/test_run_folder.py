from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from ingest import RunError
from ringscope.run_folder import MANIFEST, write_csv, write_json, write_parquet, writing

ROOT = Path(__file__).parents[2]
NO_SUCH_PID = 2**22 + 1

STEPS = range(1, 9)
# Writes a run once per step, each time in a child that is killed before that call to the disk.
WRITER = """
import os, signal, sys
from pathlib import Path
from ringscope import run_folder

def dies(name, step, calls):
    real = getattr(Path, name)
    def call(self, *args, **options):
        calls.append(name)
        if len(calls) == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(self, *args, **options)
    return call

def write(out, step):
    calls = []
    for name in ("mkdir", "rename", "write_bytes"):
        setattr(Path, name, dies(name, step, calls))
    with run_folder.writing(out, force=True) as folder:
        (folder / "scores.csv").write_bytes(b"new")
        (folder / "manifest.json").write_bytes(b"new")

for step in map(int, sys.argv[2:]):
    child = os.fork()
    if not child:
        write(Path(sys.argv[1]) / str(step) / "out", step)
        os._exit(0)
    print(os.waitpid(child, 0)[1])
"""


def put(out: Path, text: str, *, force: bool = False) -> None:
    with writing(out, force=force) as folder:
        (folder / "scores.csv").write_text(text)
        (folder / MANIFEST).write_text(text)


def siblings(out: Path) -> list[str]:
    return sorted(path.name for path in out.parent.iterdir())


def test_a_run_appears_whole(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    with writing(out) as folder:
        (folder / MANIFEST).write_text("{}")
        assert not out.exists()
    assert siblings(out) == ["out"]
    assert (out / MANIFEST).read_text() == "{}"


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    put(tmp_path / "out", "new")
    assert (tmp_path / "out" / "scores.csv").read_text() == "new"


def test_a_run_is_replaced_only_with_force(tmp_path: Path) -> None:
    out = tmp_path / "out"
    put(out, "old")
    with pytest.raises(RunError, match="add --force"):
        put(out, "new")
    assert (out / "scores.csv").read_text() == "old"
    put(out, "new", force=True)
    assert (out / "scores.csv").read_text() == "new"
    assert siblings(out) == ["out"]


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_of_something_else_is_never_replaced(tmp_path: Path, force: bool) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("mine")
    with pytest.raises(RunError, match="no run"):
        put(out, "new", force=force)
    assert (out / "thesis.txt").read_text() == "mine"


def test_a_file_and_a_link_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RunError, match="is a file"):
        put(tmp_path / "file", "new", force=True)
    with pytest.raises(RunError, match="symbolic link"):
        put(tmp_path / "link", "new", force=True)
    with pytest.raises(RunError, match="cannot be written"):
        put(tmp_path / "file" / "out", "new")


def test_an_error_on_the_way_leaves_the_old_run_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "out"
    put(out, "old")
    with pytest.raises(ZeroDivisionError), writing(out, force=True) as folder:
        (folder / "scores.csv").write_text(str(1 / 0))
    assert (out / "scores.csv").read_text() == "old"
    assert siblings(out) == ["out"]


def test_a_full_disk_is_one_error_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="No space left on device"), writing(tmp_path / "out"):
        write_parquet(pl.DataFrame({"a": [1]}), Path("/dev/full"))
    assert list(tmp_path.iterdir()) == []


def test_an_error_of_the_input_is_not_blamed_on_the_output(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), writing(tmp_path / "out"):
        (tmp_path / "input.csv").read_text()


def test_what_dead_writers_left_is_removed_and_living_ones_are_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    living = f"out.tmp-{os.getppid()}"
    for name in (f"out.tmp-{NO_SUCH_PID}", f"out.tmp-{os.getpid()}", living, "out.tmp-x", "out2"):
        (tmp_path / name).mkdir()
    put(out, "new")
    assert siblings(out) == sorted(["out", living, "out.tmp-x", "out2"])


def test_an_old_run_that_was_left_between_two_names_comes_back(tmp_path: Path) -> None:
    aside = tmp_path / f"out.old-{NO_SUCH_PID}"
    put(tmp_path / "out", "old")
    (tmp_path / "out").rename(aside)
    with pytest.raises(RunError, match="add --force"), writing(tmp_path / "out"):
        pass
    assert (tmp_path / "out" / "scores.csv").read_text() == "old"
    assert not aside.exists()


def test_two_writers_of_one_process_do_not_share_a_folder(tmp_path: Path) -> None:
    with writing(tmp_path / "out") as folder:
        with pytest.raises(RunError, match="File exists"), writing(tmp_path / "out"):
            pass
        (folder / MANIFEST).write_text("first")
    assert (tmp_path / "out" / MANIFEST).read_text() == "first"


def test_a_kill_at_any_step_leaves_an_old_or_a_new_run(tmp_path: Path) -> None:
    for step in STEPS:
        put(tmp_path / str(step) / "out", "old")
    command = [sys.executable, "-c", WRITER, str(tmp_path), *map(str, STEPS)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    ends = [int(line) for line in done.stdout.split()]
    assert set(ends) == {signal.SIGKILL, 0}, "some children are killed, some come to their end"
    for step, end in zip(STEPS, ends, strict=True):
        out = tmp_path / str(step) / "out"
        # Between the two renames the old run waits under another name.
        (run,) = [path for path in [out, *out.parent.glob("out.old-*")] if path.exists()]
        texts = {(run / name).read_text() for name in ("scores.csv", MANIFEST)}
        assert texts == ({"old"} if end else {"new"}), step
        put(out, "next", force=True)
        assert siblings(out) == ["out"]
        assert (out / "scores.csv").read_text() == "next"


def test_equal_frames_give_equal_bytes(tmp_path: Path) -> None:
    frame = pl.DataFrame({"id": ["a", "b"], "risk": [0.5, None], "at": [datetime(2026, 1, 1)] * 2})
    pieces = pl.concat([frame[:1], frame[1:]], rechunk=False)
    for name, one in {"whole": frame, "pieces": pieces}.items():
        write_parquet(one, tmp_path / f"{name}.parquet")
        write_csv(one, tmp_path / f"{name}.csv")
    for ending in ("parquet", "csv"):
        whole, cut = (tmp_path / f"{name}.{ending}" for name in ("whole", "pieces"))
        assert whole.read_bytes() == cut.read_bytes()


def test_json_is_sorted_and_says_null_for_what_does_not_exist(tmp_path: Path) -> None:
    write_json({"b": [1, float("nan")], "a": {"d": None, "c": "ü"}}, tmp_path / "x.json")
    text = (tmp_path / "x.json").read_text(encoding="utf-8")
    assert json.loads(text) == {"a": {"c": "ü", "d": None}, "b": [1, None]}
    assert text.index('"a"') < text.index('"b"')
    with pytest.raises(ValueError, match="Out of range float"):
        write_json({"a": float("inf")}, tmp_path / "y.json")
