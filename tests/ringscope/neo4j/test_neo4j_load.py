from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from graph.neo4j import Part
from ingest import NotFound, ServerError
from ringscope import Run, neo4j
from ringscope.neo4j import load as loading
from ringscope.neo4j.load import load

pytestmark = pytest.mark.neo4j

Dump = Callable[[neo4j.Target], dict[str, Any]]
Changed = Callable[..., Run]
PAYLOADS = (
    "'}) DETACH DELETE n //",
    "`) MATCH (n) DELETE n",
    '"; DROP',
    "$run",
    "\\'",
    "{{}}",
    "\0",
)


def nothing(name: str, rows: int) -> None:
    pass


def run_in(where: neo4j.Target, query: str, **parameters: object) -> list[Any]:
    with neo4j.connect(where) as driver:
        return [row.values() for row in driver.execute_query(query, parameters).records]


def labels(where: neo4j.Target, account: str) -> set[str]:
    query = "MATCH (n:Account {account_id: $id}) RETURN labels(n)"
    return set(run_in(where, query, id=account)[0][0])


def test_the_same_run_again_changes_nothing(
    neo4j_empty: neo4j.Target, finished: Run, dump: Dump
) -> None:
    first = load(finished, neo4j_empty, tell=nothing)
    assert first.written["Account"].created == finished.frame("accounts").height
    assert first.written["LINKED"].created == finished.frame("links").height
    before = dump(neo4j_empty)
    again = load(finished, neo4j_empty, tell=nothing)
    assert {(one.created, one.removed) for one in again.written.values()} == {(0, 0)}
    assert again.written["LINKED"].kept == first.written["LINKED"].created
    assert dump(neo4j_empty) == before
    assert run_in(neo4j_empty, "MATCH (n:Run) RETURN n.run_id, n.complete, n.part") == [
        [first.run, True, "all"]
    ]


def test_what_vanished_goes_and_what_changed_is_as_if_loaded_afresh(
    neo4j_empty: neo4j.Target, finished: Run, changed: Changed, dump: Dump
) -> None:
    gone = pl.col("account_id") != "a0"
    pair = (pl.col("account_a") != "a0") & (pl.col("account_b") != "a0")
    other = changed(
        finished,
        accounts=finished.frame("accounts").filter(gone),
        scores=finished.frame("scores").filter(gone).with_columns(risk=pl.lit(0.1)),
        ring_members=finished.frame("ring_members").filter(gone),
        sightings=finished.frame("sightings").filter(gone),
        links=finished.frame("links").filter(pair),
        evidence=finished.frame("evidence").filter(pair),
    )
    load(finished, neo4j_empty, tell=nothing)
    assert "HighRisk" in labels(neo4j_empty, "a1")
    done = load(other, neo4j_empty, tell=nothing)
    assert done.written["Account"].removed == 1
    assert done.written["MEMBER_OF"].removed == 1
    assert "HighRisk" not in labels(neo4j_empty, "a1")
    after = dump(neo4j_empty)
    run_in(neo4j_empty, "MATCH (n) DETACH DELETE n")
    load(other, neo4j_empty, tell=nothing)
    assert dump(neo4j_empty) == after


def test_a_database_with_other_data_is_refused(neo4j_empty: neo4j.Target, finished: Run) -> None:
    run_in(neo4j_empty, "CREATE (:Film {title: 'M'})")
    with pytest.raises(
        ServerError, match=r"nodes that ringscope did not write \(1\).*--into-foreign"
    ):
        load(finished, neo4j_empty, tell=nothing)
    assert run_in(neo4j_empty, "MATCH (n) RETURN count(n)") == [[1]]


def test_beside_other_data_nothing_of_it_is_touched(
    neo4j_empty: neo4j.Target, finished: Run, changed: Changed
) -> None:
    load(finished, neo4j_empty, tell=nothing)
    run_in(
        neo4j_empty,
        "MATCH (a:Account {account_id: 'a0'}) SET a.seen_by = 'ann' "
        "CREATE (:Note {text: 'look'})-[:ABOUT]->(a)",
    )
    gone = pl.col("account_id") != "a0"
    pair = (pl.col("account_a") != "a0") & (pl.col("account_b") != "a0")
    names = ("accounts", "scores", "ring_members", "sightings")
    other = changed(
        finished,
        **{name: finished.frame(name).filter(gone) for name in names},
        **{name: finished.frame(name).filter(pair) for name in ("links", "evidence")},
    )
    done = load(other, neo4j_empty, into_foreign=True, tell=nothing)
    assert done.written["Account"].removed == 0
    about = "MATCH (n:Note)-[:ABOUT]->(a:Account) RETURN n.text, a.account_id, a.seen_by"
    assert run_in(neo4j_empty, about) == [["look", "a0", "ann"]]
    assert run_in(neo4j_empty, "MATCH (:Account {account_id: 'a0'})-[r]-() RETURN type(r)") == [
        ["ABOUT"]
    ]


def test_nodes_of_our_names_that_others_wrote_are_never_taken_over(
    neo4j_empty: neo4j.Target, finished: Run
) -> None:
    run_in(neo4j_empty, "CREATE (:Account {account_id: 'a0', owner: 'them'})")
    with pytest.raises(ServerError, match=r"Account that ringscope did not write \(1\)"):
        load(finished, neo4j_empty, into_foreign=True, tell=nothing)


def test_payloads_arrive_as_data(
    neo4j_empty: neo4j.Target, finished: Run, changed: Changed
) -> None:
    accounts = finished.frame("accounts")
    names = [PAYLOADS[row % len(PAYLOADS)] for row in range(accounts.height)]
    other = changed(finished, accounts=accounts.with_columns(username=pl.Series(names)))
    load(other, neo4j_empty, tell=nothing)
    found = run_in(neo4j_empty, "MATCH (a:Account) RETURN a.username ORDER BY a.account_id")
    assert [row[0] for row in found] == names


def test_a_part_is_loaded_and_completed(
    neo4j_empty: neo4j.Target, finished: Run, dump: Dump
) -> None:
    part = Part(ring="R-00000001")
    done = load(finished, neo4j_empty, part, tell=nothing)
    assert done.written["Account"].created == 4
    assert run_in(neo4j_empty, "MATCH (n:Run) RETURN n.part") == [["ring R-00000001"]]
    wider = load(finished, neo4j_empty, Part(ring="R-00000001", neighbourhood=1), tell=nothing)
    assert wider.written["Account"].kept == 4
    assert wider.written["Account"].created > 0
    load(finished, neo4j_empty, tell=nothing)
    grown = dump(neo4j_empty)
    run_in(neo4j_empty, "MATCH (n) DETACH DELETE n")
    load(finished, neo4j_empty, tell=nothing)
    assert {**dump(neo4j_empty), "nodes": []} == {**grown, "nodes": []}
    load(finished, neo4j_empty, part, tell=nothing)
    assert run_in(neo4j_empty, "MATCH (n:Run) RETURN n.part, n.complete") == [["all", True]]


def test_a_ring_that_is_not_there(neo4j_empty: neo4j.Target, finished: Run) -> None:
    with pytest.raises(NotFound, match="the run has no ring R-0"):
        load(finished, neo4j_empty, Part(ring="R-0"), tell=nothing)
    assert run_in(neo4j_empty, "MATCH (n) RETURN count(n)") == [[0]]


def test_one_load_at_a_time(
    neo4j_empty: neo4j.Target, finished: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "_LOCK_WAIT_SECONDS", 0.2)
    with (
        neo4j.connect(neo4j_empty) as driver,
        loading.locked(driver, neo4j_empty),
        pytest.raises(ServerError, match="another load is writing"),
    ):
        load(finished, neo4j_empty, tell=nothing)
    load(finished, neo4j_empty, tell=nothing)
    assert run_in(neo4j_empty, "MATCH (n:RingscopeLock) RETURN count(n)") == [[0]]
