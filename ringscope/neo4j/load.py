"""A run into Neo4j."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl

from graph.neo4j import Elements, Part, Writer, Written, census, check, elements, part
from graph.neo4j.model import VERSION
from graph.neo4j.write import Tell
from ingest.errors import ServerError

from ..run import Run
from .address import Target, connect
from .decided import decided

if TYPE_CHECKING:
    from neo4j import Driver, Session

FRAMES = (
    "accounts",
    "scores",
    "rings",
    "ring_members",
    "links",
    "evidence",
    "sightings",
    "identifiers",
    "templates",
    "hubs",
)
EVENTS = "ring_events"
"""Only the runs of a store have it."""
VERDICTS = "verdicts"
_LOCK_WAIT_SECONDS = 5.0
_LOCK_CONSTRAINT = (
    "CREATE CONSTRAINT ringscope_lock IF NOT EXISTS FOR (n:RingscopeLock) REQUIRE n.name IS UNIQUE"
)
# Never committed: what counts is that a second transaction has to wait for the first.
_LOCK = "MERGE (n:RingscopeLock {name: 'writer'}) SET n.held = true"
_STAMP_DIGITS = 16


@dataclass(frozen=True)
class Summary:
    """What a load did.

    Attributes
    ----------
    run
        Stamp of the run.
    written
        Label or type -> numbers created, kept and removed.
    """

    run: str
    written: dict[str, Written]


def stamp(run: Run) -> str:
    """Name of a run's content: equal for equal runs, another for any other."""
    facts = json.dumps([VERSION, run.manifest], sort_keys=True).encode()
    return hashlib.sha256(facts).hexdigest()[:_STAMP_DIGITS]


def graph_of(run: Run, wanted: Part) -> Elements:
    """Make the nodes and relationships of a run or a part of it, and of the verdicts in force."""
    frames = part({name: run.frame(name) for name in FRAMES}, wanted)
    if f"{EVENTS}.parquet" in run.manifest["files"]:
        # Events carry the last moment that their run saw; those of earlier nights are history.
        now = run.frame("sightings")["last_seen"].max()
        frames[EVENTS] = run.frame(EVENTS).filter(pl.col("at") == now)
    frames[VERDICTS] = decided(run, datetime.now(UTC).date())
    return elements(frames, flag=float(run.manifest["settings"]["actions"]["flag"]))


def load(
    run: Run,
    where: Target,
    wanted: Part | None = None,
    *,
    into_foreign: bool = False,
    tell: Tell,
) -> Summary:
    """Write a run, or a part of it, into a database; what it held of other runs goes.

    With a run of a store come the verdicts that are in force now; those taken back or expired go.

    Parameters
    ----------
    run
        A finished run.
    where
        Server and database.
    wanted
        Which accounts; all if not given. Of the same run, what was loaded before stays.
    into_foreign
        Load beside nodes that ringscope did not write; it never touches them.
    tell
        Hears of the progress.

    Raises
    ------
    RunError
        The run is not complete.
    NotFound
        The run has no such ring or accounts.
    ServerError
        The server is missing, refuses or dies; the database holds other data; another load runs.
    """
    wanted = wanted or Part()
    graph = graph_of(run, wanted)
    name = stamp(run)
    with connect(where) as driver, locked(driver, where), session_of(driver, where) as session:
        before = census(session)
        before.refuse_foreign(into_foreign=into_foreign)
        writer = Writer(session, name, whole=wanted.whole, tell=tell)
        writer.begin(str(wanted))
        written = writer.write(graph, before)
        removed = writer.sweep(before, graph.decisions)
        check(session, name, graph, whole=wanted.whole)
        writer.end()
    return Summary(
        name,
        {
            key: Written(done.created, done.kept, removed.get(key, 0))
            for key, done in written.items()
        },
    )


def session_of(driver: Driver, where: Target) -> Session:
    """Open a session on the target's database."""
    return driver.session(database=where.database)


@contextmanager
def locked(driver: Driver, where: Target) -> Iterator[None]:
    """Hold the database's lock for writers: a transaction that stays open.

    If the process dies the server ends the transaction, and the lock is free.

    Raises
    ------
    ServerError
        Another load holds it.
    """
    from neo4j.exceptions import ClientError, TransientError

    with session_of(driver, where) as session:
        session.run(_LOCK_CONSTRAINT).consume()
        try:
            with session.begin_transaction(timeout=_LOCK_WAIT_SECONDS) as probe:
                probe.run(_LOCK).consume()
                probe.rollback()
        except (ClientError, TransientError) as error:
            raise ServerError(
                f"{where.uri}: another load is writing to the database; try again when it is done"
            ) from error
        with session.begin_transaction(timeout=0) as transaction:
            transaction.run(_LOCK).consume()
            yield
            transaction.rollback()
