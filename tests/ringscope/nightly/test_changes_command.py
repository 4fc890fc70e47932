from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from ringscope.cli.app import app
from ringscope.manifest import finish
from ringscope.nightly.story import with_history
from ringscope.run import CSV_TABLES
from ringscope.run_folder import write_csv, write_parquet

Frames = dict[str, pl.DataFrame]
MakeRun = Callable[..., Frames]


def written(frames: Frames, folder: Path, **facts: object) -> Path:
    folder.mkdir(parents=True)
    for name, frame in frames.items():
        if name in CSV_TABLES:
            write_csv(frame, folder / f"{name}.csv")
        else:
            write_parquet(frame, folder / f"{name}.parquet")
    finish(folder, facts)
    return folder


@pytest.fixture
def runs(make_run: MakeRun, tmp_path: Path) -> Path:
    """A folder of three nights, as a store keeps them."""
    before: Frames | None = None
    previous = None
    for night, members in (("n1", "a b c"), ("n2", "a b c d"), ("n3", "a b c d e")):
        made = make_run({"R-1": members}, {"d1": members})
        before = with_history(made, before, night)
        written(before, tmp_path / night, night={"previous": previous})
        previous = night
    return tmp_path


def call(*words: object) -> None:
    with pytest.raises(SystemExit) as left:
        app([str(word) for word in ("changes", *words)])
    assert left.value.code == 0


def test_the_run_before_is_what_is_compared_with(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call("--run", runs / "n3")
    told = capsys.readouterr().out
    assert told.startswith("n3 since n2: 1 grew.")
    assert "device d1 ties 1 of 1 new accounts to it" in told


def test_an_older_run_is_named_or_pathed(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call("--run", runs / "n3", "--since", "n1", "--format", "json")
    named = json.loads(capsys.readouterr().out)
    assert [event["night"] for event in named["rings"][0]["events"]] == ["n2", "n3"]
    call("--run", runs / "n3", "--since", runs / "n1", "--format", "json")
    assert json.loads(capsys.readouterr().out) == named


def test_events_as_csv_and_the_page(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "changes.html"
    call("--run", runs / "n2", "--out", page, "--format", "csv")
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "night,ring_id,event,others,size_before,size,cause"
    assert told[1].startswith("n2,R-1,grew,,3,4,")
    assert "R-1" in page.read_text("utf-8")


def test_the_first_run_has_no_other(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call("--run", runs / "n1")
    assert capsys.readouterr().out.startswith("n1 the first run: 1 ring born.")


def test_plain_runs_are_compared(
    make_run: MakeRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = written(make_run({"R-1": "a b c"}, {"d1": "a b c"}), tmp_path / "one")
    two = written(make_run({"R-5": "a b c d"}, {"d1": "a b c d"}), tmp_path / "two")
    call("--run", two, "--since", one)
    assert "R-1" in capsys.readouterr().out


def test_a_run_that_is_not_there(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        app(["changes", "--run", str(runs / "n3"), "--since", "n9"])
    assert left.value.code == 1
    assert "n9" in capsys.readouterr().err
