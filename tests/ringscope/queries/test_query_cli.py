from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ringscope import Run
from ringscope.cli import app
from ringscope.queries import library

RING = "ring_id=R-00000001"


def call(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "160"})


@pytest.fixture(autouse=True)
def _no_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NEO4J_URI", raising=False)
    monkeypatch.setenv("RINGSCOPE_NEO4J_HOME", str(tmp_path / "nowhere"))


def test_list_names_every_question() -> None:
    rows = json.loads(call("query", "list", "--format", "json").stdout)
    assert [row["id"] for row in rows] == list(library())
    some = json.loads(call("query", "list", "--category", "triage", "--format", "json").stdout)
    assert {row["id"].partition("-")[0] for row in some} == {"triage"}


def test_show_tells_all_of_a_question() -> None:
    text = call("query", "show", "ring-evidence").stdout
    query = library()["ring-evidence"]
    for part in (query.question, query.reading, query.cypher, "ring_id (text)", "On a run folder"):
        assert part in text
    facts = json.loads(call("query", "show", "ring-evidence", "--format", "json").stdout)
    assert facts == query.model_dump()


def test_a_run_answers_as_table_csv_and_json(finished: Run) -> None:
    words = ["query", "run", "ring-members", RING, "--run", finished.folder]
    table = call(*words)
    assert "Who is in this ring, and why? (4)" in table.stdout
    assert "Reading: Core members stay" in table.stdout
    rows = list(csv.DictReader(io.StringIO(call(*words, "--format", "csv").stdout)))
    assert [row["account_id"] for row in rows] == ["a0", "a1", "a2", "a3"]
    found = json.loads(call(*words, "--format", "json", "--top", 2).stdout)
    assert [row["account_id"] for row in found] == ["a0", "a1"]


def test_csv_cells_are_defused(finished: Run) -> None:
    words = ["query", "run", "triage-top-accounts", "min_risk=0", "--format", "csv"]
    text = call(*words, "--run", finished.folder).stdout
    assert "'=HYPERLINK(1)" in text
    assert "\n=HYPERLINK" not in text
    assert "\u202e" not in text


@pytest.mark.parametrize(
    ("code", "words", "message"),
    [
        (2, ["ring-members"], "needs ring_id=…"),
        (2, ["ring-members", "R-1"], "write a parameter as name=value"),
        (2, ["triage-top-accounts", "min_risk=high"], "is not a number such as 0.5"),
        (2, ["ring-members", RING, "x=1"], "no parameter 'x'"),
        (1, ["ring-membrs", RING], "did you mean ring-members"),
        (2, ["ring-picture", RING], "needs the graph in Neo4j"),
    ],
)
def test_wrong_use_is_one_line(code: int, words: list[str], message: str, finished: Run) -> None:
    result = call("query", "run", *words, "--run", finished.folder)
    assert result.exit_code == code
    assert result.stderr.startswith("ringscope: ")
    assert result.stderr.count("\n") == 1
    assert message in result.stderr


def test_without_a_server_the_error_says_what_to_do() -> None:
    result = call("query", "run", "ring-members", RING)
    assert result.exit_code == 1
    assert "ringscope neo4j up" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_missing_run_is_one_line(tmp_path: Path) -> None:
    result = call("query", "run", "ring-members", RING, "--run", tmp_path / "none")
    assert result.exit_code == 1
    assert "no such run folder" in result.stderr


def test_the_pages_are_written_without_a_server(tmp_path: Path) -> None:
    result = call("query", "browser", "--out", tmp_path / "pages")
    assert result.exit_code == 0, result.output
    names = sorted(path.name for path in (tmp_path / "pages").iterdir())
    assert names == ["guide.adoc", "guide.html", "questions.html", "ringscope.grass"]


def test_an_unknown_category_names_those_there_are() -> None:
    result = call("query", "list", "--category", "gossip")
    assert result.exit_code == 1
    assert "there are triage, ring" in result.stderr
