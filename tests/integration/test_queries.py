from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import neo4j
import polars as pl
import pytest
import yaml

from ringscope import Run
from ringscope.neo4j import Target
from ringscope.queries import ask_graph, ask_run, bind, library

Graph = tuple[neo4j.Driver, Target]
EXPECTED: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent / "expected.yaml").read_bytes()
)
CASES = [(name, case) for name, cases in EXPECTED.items() for case in cases]
ON_A_RUN = [(name, case) for name, case in CASES if library()[name].sql]


def written(frame: pl.DataFrame) -> list[list[Any]]:
    """Rows as the file of expected rows has them: times as text, numbers cut to four digits."""
    return [[_written(value) for value in row] for row in frame.iter_rows()]


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value:%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%m-%d}"
    return round(value, 4) if isinstance(value, float) else value


def given(case: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in case.get("given", {}).items()}


def test_every_question_has_expected_rows() -> None:
    assert sorted(EXPECTED) == sorted(library())


@pytest.mark.parametrize(("name", "case"), ON_A_RUN, ids=[name for name, _ in ON_A_RUN])
def test_on_a_run_folder(name: str, case: Mapping[str, Any], small_run: Run) -> None:
    query = library()[name]
    answer = ask_run(query, bind(query, given(case)), small_run)
    assert answer.columns == list(query.columns)
    assert written(answer) == case["rows"]


@pytest.mark.neo4j
@pytest.mark.parametrize(("name", "case"), CASES, ids=[name for name, _ in CASES])
def test_on_the_graph(name: str, case: Mapping[str, Any], small_graph: Graph) -> None:
    query = library()[name]
    answer = ask_graph(query, bind(query, given(case)), *small_graph[:1])
    assert answer.columns == list(query.columns)
    assert written(answer) == case["rows"]


@pytest.mark.neo4j
def test_questions_are_cypher_25_too(small_graph: Graph) -> None:
    driver, _ = small_graph
    for name, case in CASES:
        query = library()[name]
        driver.execute_query(f"CYPHER 25 {query.cypher}", dict(bind(query, given(case))))
