from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from neo4j import Session
from neo4j.exceptions import IncompleteCommit

from ingest import ServerError
from ringscope import Run, neo4j
from ringscope.neo4j import address
from ringscope.neo4j.load import load

# The server is killed and started again.
pytestmark = [pytest.mark.neo4j, pytest.mark.timeout(300)]

Dump = Callable[[neo4j.Target], dict[str, Any]]


class Killed(BaseException):
    """What stands for the end of the process: nothing catches it."""


def nothing(name: str, rows: int) -> None:
    pass


def dies_at(batch: int, how: Callable[[], None]) -> Callable[[str, int], None]:
    """A listener that does something, once, when so many batches are written."""
    heard = count()

    def tell(name: str, rows: int) -> None:
        if rows and next(heard) == batch:
            how()

    return tell


def killed() -> None:
    raise Killed


@contextmanager
def cutting(where: neo4j.Target, after: int) -> Iterator[tuple[neo4j.Target, list[int]]]:
    """A way to the server on which a connection is cut once, after so many bytes to the server.

    Gives the way, and a list that holds the bytes that were left when it was cut.
    """
    port = int(where.uri.rpartition(":")[2])
    left, cuts = [after], list[int]()

    def pump(source: socket.socket, sink: socket.socket, counted: bool) -> None:
        with suppress(OSError), closing(source), closing(sink):
            while data := source.recv(65536):
                if counted and not cuts:
                    left[0] -= len(data)
                    if left[0] < 0:
                        cuts.append(left[0])
                        break
                sink.sendall(data)
            for end in (source, sink):
                end.shutdown(socket.SHUT_RDWR)

    def serve(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(("127.0.0.1", port))
                for pair in ((client, server, True), (server, client, False)):
                    threading.Thread(target=pump, args=pair, daemon=True).start()

    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        yield replace(where, uri=f"bolt://127.0.0.1:{listener.getsockname()[1]}"), cuts


@pytest.mark.parametrize("batch", [0, 3, 6])
def test_a_load_that_was_killed_is_completed_by_the_next(
    neo4j_empty: neo4j.Target, finished: Run, dump: Dump, batch: int
) -> None:
    with pytest.raises(Killed):
        load(finished, neo4j_empty, tell=dies_at(batch, killed))
    with neo4j.connect(neo4j_empty) as driver:
        record = driver.execute_query("MATCH (n:Run) RETURN n.complete").records[0]
    assert record.values() == [False]
    load(finished, neo4j_empty, tell=nothing)
    mended = dump(neo4j_empty)
    with neo4j.connect(neo4j_empty) as driver:
        driver.execute_query("MATCH (n) DETACH DELETE n")
    load(finished, neo4j_empty, tell=nothing)
    assert dump(neo4j_empty) == mended


def test_a_connection_that_is_cut_does_no_harm(
    neo4j_empty: neo4j.Target, finished: Run, dump: Dump
) -> None:
    load(finished, neo4j_empty, tell=nothing)
    whole = dump(neo4j_empty)
    with neo4j.connect(neo4j_empty) as driver:
        driver.execute_query("MATCH (n) DETACH DELETE n")
    # Well past the handshakes, the counts and the constraints: within the batches.
    with cutting(neo4j_empty, after=14_000) as (way, cuts):
        load(finished, way, tell=nothing)
        assert cuts, "the load was over before the cut"
    assert dump(neo4j_empty) == whole


def test_a_server_that_dies_halfway(
    neo4j_empty: neo4j.Target, finished: Run, dump: Dump, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(finished, neo4j_empty, tell=nothing)
    whole = dump(neo4j_empty)
    with neo4j.connect(neo4j_empty) as driver:
        driver.execute_query("MATCH (n) DETACH DELETE n")
    home = neo4j.Home.default()
    facts = home.facts()
    process = facts.process() if facts else None
    assert process
    monkeypatch.setattr(address, "_WAIT_SECONDS", 0.5)

    def die() -> None:
        process.kill()
        process.wait(10)

    with pytest.raises(ServerError, match=r"no Neo4j server answers.*ringscope neo4j up") as caught:
        load(finished, neo4j_empty, tell=dies_at(4, die))
    assert "\n" not in str(caught.value)
    assert not neo4j.status(home).running
    neo4j.up(home, {})
    load(finished, neo4j_empty, tell=nothing)
    assert dump(neo4j_empty) == whole


def test_a_commit_of_which_nobody_heard_is_not_made_twice(
    neo4j_empty: neo4j.Target, finished: Run, dump: Dump, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(finished, neo4j_empty, tell=nothing)
    whole = dump(neo4j_empty)
    with neo4j.connect(neo4j_empty) as driver:
        driver.execute_query("MATCH (n) DETACH DELETE n")
    commit, lost = Session.execute_write, count()

    def commit_unheard(session: Session, work: Callable[[Any], Any]) -> Any:
        done = commit(session, work)
        if next(lost) % 2 == 0:
            raise IncompleteCommit("the answer was lost")
        return done

    monkeypatch.setattr(Session, "execute_write", commit_unheard)
    load(finished, neo4j_empty, tell=nothing)
    monkeypatch.undo()
    assert dump(neo4j_empty) == whole
