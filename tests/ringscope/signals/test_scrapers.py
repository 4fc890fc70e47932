from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from ingest import InputError, RunError
from models.signals.scrapers import RULES
from ringscope import Run
from ringscope.cli import app
from ringscope.signals import detect_scrapers
from ringscope.simulate import write_log

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "log"
    write_log(folder, accounts=600, seed=11)
    return folder


@pytest.fixture
def pandas_rules(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("_scrapers_pandas")


def test_rules_equal_those_in_pandas(log: Path, tmp_path: Path, pandas_rules: Any) -> None:
    found = detect_scrapers(log, tmp_path / "out").suspects
    named = found.with_columns(pl.col("rules").str.split(";")).explode("rules")
    for rule, users in pandas_rules.suspects(log).items():
        ours = set(named.filter(pl.col("rules") == rule)["account_id"])
        assert ours == users, f"{rule} of the log of seed 11"


def test_what_is_written(log: Path, tmp_path: Path) -> None:
    found = detect_scrapers(log, tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "master.csv", "report.html", "rules.csv", "scrapers.csv",
    ]  # fmt: skip
    written = pl.read_csv(tmp_path / "out" / "scrapers.csv")
    assert written.columns == ["account_id", "score", "rules"]
    assert written["score"].is_between(0, 1).all()
    assert written["score"].is_sorted(descending=True)
    assert set(";".join(written["rules"]).split(";")) <= set(RULES)
    assert pl.read_csv(tmp_path / "out" / "master.csv").height == 600
    assert found.counts is not None
    assert found.counts.filter(pl.col("file") != "signup")["duplicates"].min() == 1
    assert (found.counts["rows"] - found.counts["duplicates"]).equals(found.counts["kept"])


def test_the_same_files_give_the_same_bytes(log: Path, tmp_path: Path) -> None:
    shuffled = tmp_path / "shuffled"
    shuffled.mkdir()
    for path in log.glob("*.tsv"):
        head, *rows = path.read_text().splitlines()
        (shuffled / path.name).write_text("\n".join([head, *reversed(rows)]) + "\n")
    detect_scrapers(log, tmp_path / "a")
    detect_scrapers(shuffled, tmp_path / "b")
    for name in ("scrapers.csv", "master.csv", "rules.csv", "report.html"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_two_signups_of_one_account_are_a_rule(log: Path, tmp_path: Path) -> None:
    copy = tmp_path / "log"
    copy.mkdir()
    for path in log.glob("*.tsv"):
        (copy / path.name).write_bytes(path.read_bytes())
    user = (copy / "signup.tsv").read_text().splitlines()[1].split("\t")[0]
    with (copy / "signup.tsv").open("a") as file:
        file.write(f"{user}\tIT\t2019-04-02\n")
    found = detect_scrapers(copy, tmp_path / "out").suspects
    rules = dict(found.select("account_id", "rules").rows())
    assert "multiple_signups" in rules[user].split(";")


def test_input_tables_do_as_well_and_labels_give_precision(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "accounts.csv").write_text("account_id,label\na,1\nb,0\n")
    rows = "".join(f"a,2026-01-01T00:{m:02d}:00,search\n" for m in range(30))
    (data / "events.csv").write_text(f"account_id,ts,event_type\n{rows}b,2026-01-01,call\n")
    found = detect_scrapers(data, tmp_path / "out")
    regular = found.rules.filter(pl.col("rule") == "regular_search").row(0, named=True)
    assert (regular["accounts"], regular["labelled"], regular["precision"]) == (1, 1, 1.0)
    assert found.counts is None


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "no accounts table"),
        ({"signup.tsv": "user_id\tsignup_ts\n1\t2019-03-02\n"}, "signup alone"),
        (
            {
                "signup.tsv": "user_id\tsignup_ts\n1\t2019-03-02\n",
                "call.tsv": "user_id\twhen\n1\t2019-03-02\n",
            },
            "the column 'call_ts' is missing",
        ),
        ({"accounts.csv": "account_id\n1\n"}, "no events"),
    ],
)
def test_bad_input_is_one_clear_error(tmp_path: Path, files: dict[str, str], message: str) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for name, text in files.items():
        (data / name).write_text(text)
    with pytest.raises(InputError, match=message):
        detect_scrapers(data, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_command(log: Path, tmp_path: Path) -> None:
    words = ["signals", "scrapers", str(log), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0
    assert "rows" in done.stdout
    assert "search_velocity" in done.stdout
    with pytest.raises(RunError, match="add --force"):
        detect_scrapers(log, tmp_path / "out")


def test_a_run_reads_the_log_and_scores_its_scrapers(log: Path, tmp_path: Path) -> None:
    words = ["run", str(log), "--preset", "event-logs", "--threads", "1"]
    result = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "run"), "--format", "json"])
    assert result.exit_code == 0, result.output
    run = Run.open(tmp_path / "run")
    assert run.scores(native=True).height == 600
    assert any(note.startswith("call: ") and "twice" in note for note in run.manifest["notes"])
