from __future__ import annotations

import polars as pl
import pytest

from ingest import RunError, SettingsError
from ringscope import Run
from ringscope.queries import ask_run, bind, get, library

RING = "R-00000001"


def test_a_question_is_answered_from_the_tables_of_a_run(finished: Run) -> None:
    query = get("ring-members")
    answer = ask_run(query, bind(query, {"ring_id": RING}), finished)
    assert answer["account_id"].to_list() == ["a0", "a1", "a2", "a3"]
    assert answer["role"].to_list() == ["core", "core", "core", "fringe"]


@pytest.mark.parametrize("query", [q for q in library().values() if q.sql], ids=lambda q: q.id)
def test_every_question_in_sql_runs_on_a_run(query, finished: Run) -> None:  # type: ignore[no-untyped-def]
    given = {p.name: "x" for p in query.parameters if p.default is None}
    answer = ask_run(query, bind(query, given), finished)
    assert answer.columns == list(query.columns)


def test_a_question_that_needs_the_graph_says_so(finished: Run) -> None:
    with pytest.raises(SettingsError, match="needs the graph in Neo4j"):
        ask_run(get("ring-picture"), {"ring_id": RING, "hub_limit": 5}, finished)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd') LIMIT 5",
        "SELECT * FROM 'x.parquet' LIMIT 5",
        "SELECT content FROM read_text('/etc/hostname') LIMIT 5",
    ],
)
def test_sql_reaches_no_file(sql: str, finished: Run) -> None:
    forged = get("triage-readings").model_copy(update={"sql": sql})
    with pytest.raises(RunError, match="cannot be answered"):
        ask_run(forged, {}, finished)


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE x AS SELECT 1",
        "COPY (SELECT 1) TO 'x.csv'",
        "SELECT 1; SELECT 2",
        "SET threads = 1",
        "INSTALL httpfs",
    ],
)
def test_sql_is_one_select(sql: str, finished: Run) -> None:
    forged = get("triage-readings").model_copy(update={"sql": sql})
    with pytest.raises(SettingsError, match="is not one SELECT"):
        ask_run(forged, {}, finished)


def test_the_run_is_left_as_it_was(finished: Run) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in finished.folder.iterdir()}
    query = get("triage-top-rings")
    first = ask_run(query, bind(query, {}), finished)
    assert first.equals(ask_run(query, bind(query, {}), finished))
    assert before == {path.name: path.stat().st_mtime_ns for path in finished.folder.iterdir()}
    assert isinstance(first, pl.DataFrame)
