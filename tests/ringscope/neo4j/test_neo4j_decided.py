from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest

from graph.neo4j import Part
from ingest import ServerError
from ringscope import Run, neo4j
from ringscope.neo4j import load as module
from ringscope.neo4j.decided import decided
from ringscope.neo4j.load import load
from ringscope.nightly.job import Night, nightly
from ringscope.queries import ask_graph, get
from ringscope.store import Store
from ringscope.verdicts import (
    Verdict,
    confirm,
    not_linked,
    reject,
    shared_place,
    undo,
    verdicts_of,
)
from ringscope.verdicts.decide import append

Dump = Callable[[neo4j.Target], dict[str, Any]]
RING = "R-00000001"
TODAY = datetime.now(UTC).date()
HOSTILE = "'}) DETACH DELETE n // $run \\' {{}} \u202e"


def nothing(name: str, rows: int) -> None:
    pass


def asked(where: neo4j.Target, name: str) -> list[tuple[Any, ...]]:
    """What a question of the library answers, without its times."""
    with neo4j.connect(where) as driver:
        query = get(name)
        values = {p.name: p.default for p in query.parameters}
        return ask_graph(query, values, driver).drop("decided", strict=False).rows()


@pytest.fixture
def store(platform: Path, tmp_path: Path) -> Store:
    """A store with one night of the small platform: its ring has a0 to a3, on device d1."""
    nightly(tmp_path / "store", Night(platform, date=date(2026, 5, 1), canaries=False))
    return Store.open(tmp_path / "store")


def test_a_run_outside_a_store_has_no_verdicts(finished: Run) -> None:
    assert decided(finished, TODAY).is_empty()


def test_what_each_verdict_points_to(store: Store) -> None:
    confirm(store, RING, who="ann", why="one hand")
    shared_place(store, places=[("device", "d2")], who="ben")
    not_linked(store, "b0", "a0", who="ann")
    undo(store, not_linked(store, "a0", "c0", who="ann").name, who="ann")
    found = decided(store.run(), TODAY).select(
        "account_id", "about_label", "about", "verdict", "who"
    )
    assert found.rows() == [
        *((f"a{number}", "Ring", RING, "confirmed", "ann") for number in range(4)),
        ("a3", "Device", "d2", "shared place", "ben"),
        ("b0", "Device", "d2", "shared place", "ben"),
        ("a0", "Account", "b0", "not linked", "ann"),
    ]


def test_a_verdict_follows_its_people_to_a_ring_of_another_id(store: Store) -> None:
    said = {"when": "2026-04-01T00:00:00", "ring_id": "R-old"}
    append(store, Verdict("reject", "ann", accounts=("a0", "a1", "gone"), **said))
    append(store, Verdict("split", "ann", accounts=("a0", "a1"), **said))
    found = decided(store.run(), TODAY).filter(account_id="a0").select("verdict", "about").rows()
    assert found == [("rejected", RING), ("rejected", "R-old"), ("split", "R-old")]


def test_a_shared_place_points_until_it_expires(store: Store) -> None:
    place = shared_place(store, places=[("device", "d2")], who="ben")
    last = date.fromisoformat(place.expiry) - timedelta(days=1)
    assert decided(store.run(), last)["about"].to_list() == ["d2", "d2"]
    assert decided(store.run(), last + timedelta(days=1)).is_empty()


def test_a_time_that_is_none_is_left_out(store: Store) -> None:
    append(store, Verdict("not-linked", "ann", "yesterday", accounts=("a0", "b0")))
    assert decided(store.run(), TODAY)["when"].to_list() == [None]


@pytest.mark.neo4j
def test_verdicts_come_with_the_run_and_go_when_taken_back(
    neo4j_empty: neo4j.Target, store: Store, dump: Dump
) -> None:
    run = store.run()
    without = load(run, neo4j_empty, tell=nothing)
    assert without.written["DECIDED"].created == 0
    assert [row[0] for row in asked(neo4j_empty, "feedback-undecided")] == [RING]
    bare = dump(neo4j_empty)

    confirm(store, RING, who="ann", why=HOSTILE)
    reject(store, RING, who="ben", why="a household")
    done = load(run, neo4j_empty, tell=nothing)
    assert done.run == without.run
    assert done.written["DECIDED"].created == 8
    assert sum(one.created + one.removed for one in done.written.values()) == 8
    said = {row[:2] + row[3:] for row in asked(neo4j_empty, "feedback-verdicts")}
    assert said == {("ann", "confirmed", 4, HOSTILE), ("ben", "rejected", 4, "a household")}
    assert {row[3] for row in asked(neo4j_empty, "feedback-conflicts")} == {"people disagree"}
    assert asked(neo4j_empty, "feedback-undecided") == []

    full = dump(neo4j_empty)
    again = load(run, neo4j_empty, tell=nothing)
    assert {(one.created, one.removed) for one in again.written.values()} == {(0, 0)}
    assert again.written["DECIDED"].kept == 8
    assert dump(neo4j_empty) == full

    undo(store, "v2", who="ben")
    done = load(run, neo4j_empty, tell=nothing)
    assert (done.written["DECIDED"].kept, done.written["DECIDED"].removed) == (4, 4)
    assert [row[1] for row in asked(neo4j_empty, "feedback-verdicts")] == ["confirmed"]
    # As many as before, but others.
    undo(store, "v1", who="ann")
    reject(store, RING, who="ann", why="an office")
    done = load(run, neo4j_empty, tell=nothing)
    assert (done.written["DECIDED"].created, done.written["DECIDED"].removed) == (4, 4)
    undo(store, verdicts_of(store)[-1].name, who="ann")
    load(run, neo4j_empty, tell=nothing)
    assert dump(neo4j_empty) == bare


@pytest.mark.neo4j
def test_a_shared_place_goes_when_it_expires(
    neo4j_empty: neo4j.Target, store: Store, dump: Dump, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(store.run(), neo4j_empty, tell=nothing)
    bare = dump(neo4j_empty)
    shared_place(store, places=[("device", "d2")], who="ben")
    done = load(store.run(), neo4j_empty, tell=nothing)
    assert done.written["DECIDED"].created == 2

    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Later:
            return cls.fromtimestamp(datetime.now(tz).timestamp(), tz) + timedelta(days=9_999)

    monkeypatch.setattr(module, "datetime", Later)
    done = load(store.run(), neo4j_empty, tell=nothing)
    assert (done.written["DECIDED"].kept, done.written["DECIDED"].removed) == (0, 2)
    assert dump(neo4j_empty) == bare


@pytest.mark.neo4j
def test_a_part_has_the_verdicts_on_it_and_keeps_those_of_other_parts(
    neo4j_empty: neo4j.Target, store: Store
) -> None:
    run = store.run()
    confirm(store, RING, who="ann")
    not_linked(store, "b0", "a0", who="ann")
    done = load(run, neo4j_empty, Part(ring=RING), tell=nothing)
    assert done.written["DECIDED"].created == 4
    done = load(run, neo4j_empty, Part(min_risk=0.0), tell=nothing)
    assert (done.written["DECIDED"].created, done.written["DECIDED"].removed) == (1, 0)
    done = load(run, neo4j_empty, Part(ring=RING), tell=nothing)
    assert (done.written["DECIDED"].created, done.written["DECIDED"].removed) == (0, 0)
    assert len(asked(neo4j_empty, "feedback-verdicts")) == 2


@pytest.mark.neo4j
def test_verdicts_that_others_wrote_are_never_taken_over(
    neo4j_empty: neo4j.Target, store: Store
) -> None:
    load(store.run(), neo4j_empty, tell=nothing)
    with neo4j.connect(neo4j_empty) as driver:
        driver.execute_query("MATCH (r:Ring) CREATE (r)-[:DECIDED {verdict: 'theirs'}]->(r)")
    with pytest.raises(ServerError, match="DECIDED that ringscope did not write"):
        load(store.run(), neo4j_empty, into_foreign=True, tell=nothing)
    with neo4j.connect(neo4j_empty) as driver:
        found = driver.execute_query("MATCH ()-[d:DECIDED]->() RETURN d.verdict").records
    assert [row.values() for row in found] == [["theirs"]]
