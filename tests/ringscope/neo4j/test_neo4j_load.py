from __future__ import annotations

import pytest

from ringscope import Run, neo4j
from ringscope.neo4j.load import load

pytestmark = pytest.mark.neo4j


def nothing(name: str, rows: int) -> None:
    pass


def test_a_run_is_loaded_once(neo4j_empty: neo4j.Target, finished: Run) -> None:
    run = finished
    first = load(run, neo4j_empty, tell=nothing)
    assert first.written["Account"].created == run.frame("accounts").height
    assert first.written["LINKED"].created == run.frame("links").height
    again = load(run, neo4j_empty, tell=nothing)
    assert {one.created for one in again.written.values()} == {0}
    assert {one.removed for one in again.written.values()} == {0}
