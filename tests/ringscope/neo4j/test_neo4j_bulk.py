from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingest import InputError, ServerError
from ringscope import Run, neo4j
from ringscope.neo4j import bulk
from ringscope.neo4j.bulk import load_bulk, write_import
from ringscope.neo4j.load import load
from ringscope.store import Store
from ringscope.verdicts import confirm, not_linked, shared_place

Dump = Callable[[neo4j.Target], dict[str, Any]]
Changed = Callable[..., Run]
ODD = ["a\nb", 'q"u;o,t|e', "\\", "", None, " pad ", "\u202e"]


def nothing(*_: object) -> None:
    pass


def odd(run: Run, changed: Changed) -> Run:
    """The run with names and reasons that would break a careless file."""
    rows = run.frame("accounts").height
    names = pl.Series([ODD[row % len(ODD)] for row in range(rows)], dtype=pl.String)
    reasons = pl.lit('low: "x", a;b\nc; raises: \x1f')
    return changed(
        run,
        accounts=run.frame("accounts").with_columns(username=names),
        scores=run.frame("scores").with_columns(reasons=reasons),
    )


def decided_on(run: Run, folder: Path) -> Run:
    """The run in a store whose verdicts are about rings, identifiers and accounts."""
    store = Store.make(folder)
    run.folder.rename(store.runs / "2026-05-01")
    store.promote("2026-05-01")
    confirm(store, "R-00000001", who="ann", why='q"u;o,t|e\n')
    shared_place(store, places=[("device", "d2")], who="ben")
    not_linked(store, "a0", "b0", who="ann")
    return store.run()


@pytest.mark.timeout(300)  # the server stops and starts
@pytest.mark.neo4j
def test_an_import_is_what_a_load_would_write(
    neo4j_empty: neo4j.Target, finished: Run, changed: Changed, dump: Dump, tmp_path: Path
) -> None:
    run = odd(decided_on(finished, tmp_path / "store"), changed)
    load(run, neo4j_empty, tell=nothing)
    loaded = dump(neo4j_empty)
    with pytest.raises(ServerError, match="not empty; load without --bulk"):
        load_bulk(run, neo4j.Home.default(), tell=nothing)
    with neo4j.connect(neo4j_empty) as driver:
        driver.execute_query("MATCH (n) DETACH DELETE n")
    done = load_bulk(run, neo4j.Home.default(), tell=nothing)
    assert dump(neo4j_empty) == loaded
    assert done.written["Account"].created == run.frame("accounts").height
    assert done.written["DECIDED"].created == 7
    again = load(run, neo4j_empty, tell=nothing)
    assert {(one.created, one.removed) for one in again.written.values()} == {(0, 0)}


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.neo4j
def test_an_import_that_fails_leaves_an_empty_database(
    neo4j_empty: neo4j.Target, finished: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "ARGUMENTS", "none.args")
    with pytest.raises(ServerError, match=r"the import failed: .*; the database is empty"):
        load_bulk(finished, neo4j.Home.default(), tell=nothing)
    with neo4j.connect(neo4j_empty) as driver:
        assert driver.execute_query("MATCH (n) RETURN count(n)").records[0].values() == [0]


def test_another_server_is_never_stopped_for_an_import(
    finished: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NEO4J_URI", "bolt://a.example:1")
    with pytest.raises(ServerError, match="NEO4J_URI names one; load without --bulk"):
        load_bulk(finished, neo4j.Home(tmp_path), tell=nothing)


def test_files_for_a_server_elsewhere(finished: Run, changed: Changed, tmp_path: Path) -> None:
    write_import(odd(finished, changed), tmp_path, at="/import")
    arguments = (tmp_path / "import.args").read_text().splitlines()
    assert arguments[0] == "--array-delimiter=U+001E"
    # The container's user may not write to the folder.
    assert not any(line.startswith("--report-file") for line in arguments)
    assert '"--nodes=Account:HighRisk=/import/Account-1.csv"' in arguments
    assert any(line.startswith('"--multiline-fields=/import/Account-0.csv') for line in arguments)
    named = {line.strip('"').rpartition("/")[2] for line in arguments if ".csv" in line}
    assert named <= {path.name for path in tmp_path.iterdir()}


def test_lists_that_hold_every_delimiter_are_refused(
    finished: Run, changed: Changed, tmp_path: Path
) -> None:
    reasons = pl.lit("\x1c\x1d\x1e\x1f")
    run = changed(finished, scores=finished.frame("scores").with_columns(reasons=reasons))
    with pytest.raises(InputError, match="load without --bulk"):
        write_import(run, tmp_path)
