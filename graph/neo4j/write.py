"""One writer: constraints, sorted batches that may be repeated, then the sweep of stale ones."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

import polars as pl
from neo4j.exceptions import IncompleteCommit

from ingest import ServerError

from . import statements
from .census import Census, census
from .elements import Elements
from .model import RUN, STAMP, nodes, relationships
from .statements import Statement

if TYPE_CHECKING:
    from neo4j import ManagedTransaction, ResultSummary, Session

LOGGER = logging.getLogger("ringscope.graph")
_ATTEMPTS = 5

Tell = Callable[[str, int], None]
"""Called with the label or type that is being written, and how many rows of it just were."""


@dataclass(frozen=True)
class Written:
    """What became of a label or type.

    Attributes
    ----------
    created, kept, removed
        Elements that are new, that were there before, and stale ones that are gone.
    """

    created: int
    kept: int
    removed: int = 0


class Writer:
    """Writes one run's graph; to repeat any part of it changes nothing.

    Parameters
    ----------
    session
        An open session; the only one that writes.
    run
        Stamp of the run.
    whole
        Whether all of the run is written. Then a label or type of which as many elements carry
        the stamp as the run has is complete, and is passed over.
    batch
        Rows per transaction.
    tell
        Hears of the progress.
    """

    def __init__(
        self, session: Session, run: str, *, whole: bool, batch: int = 5000, tell: Tell
    ) -> None:
        self._session = session
        self._run = run
        self._whole = whole
        self._batch = batch
        self._tell = tell

    def write(self, graph: Elements, found: Census) -> dict[str, Written]:
        """Write all nodes, then all relationships.

        Parameters
        ----------
        graph
            What to write.
        found
            What the database held before.
        """
        self.constrain()
        written = {}
        for label, node in nodes().items():
            frame = graph.nodes[label]
            if self._complete(label, frame.height, found):
                written[label] = self._pass_over(label, frame.height)
            else:
                parts = statements.write_nodes(node, frame)
                written[label] = self._write(label, parts, empty=not found.counts[label])
        for name, one in relationships().items():
            frame = graph.relationships[name]
            # As many verdicts as before may be others.
            if not one.key and self._complete(name, frame.height, found):
                written[name] = self._pass_over(name, frame.height)
            else:
                parts = statements.write_relationships(one, frame)
                written[name] = self._write(name, parts, empty=not found.counts[name])
        return written

    def _complete(self, name: str, total: int, found: Census) -> bool:
        return self._whole and found.stamped(name, self._run) == total

    def constrain(self) -> None:
        """Make the keys unique, and wait until they are."""
        for statement in statements.constraints():
            self._session.run(statement).consume()
        self._session.run("CALL db.awaitIndexes(300)").consume()

    def _pass_over(self, name: str, total: int) -> Written:
        self._tell(name, total)
        return Written(0, total)

    def _write(
        self, name: str, parts: Iterator[tuple[Statement, pl.DataFrame]], *, empty: bool
    ) -> Written:
        """Write a label or type, of which there is none yet if it is empty."""
        created = total = 0
        for statement, frame in parts:
            first = statement.create if empty else statement.merge
            for some in frame.iter_slices(self._batch):
                # By columns: lists come out of a frame's rows at half the speed.
                rows = list(zip(*(column.to_list() for column in some), strict=True))
                done = self._repeatable(first, statement.merge, rows=rows, run=self._run)
                created += done.counters.nodes_created + done.counters.relationships_created
                total += some.height
                self._tell(name, some.height)
        return Written(created, total - created)

    def begin(self, part: str) -> None:
        """Say which run the database holds from now on, and that not all of it is there yet.

        Parameters
        ----------
        part
            Words for what is loaded, e.g. "all" or "ring R-1a2b3c4d"; a complete run stays "all".
        """
        self._repeatable(
            f"MERGE (n:{RUN.label} {{{RUN.key}: $run}}) "
            "SET n.part = CASE WHEN n.complete AND n.part = 'all' THEN 'all' ELSE $part END "
            f"SET n.{STAMP} = $run, n.name = 'run ' + $run, n.complete = false",
            run=self._run,
            part=part,
        )

    def end(self) -> None:
        """Say that all that was to be loaded is there."""
        self._repeatable(
            f"MATCH (n:{RUN.label} {{{RUN.key}: $run}}) SET n.complete = true", run=self._run
        )

    def sweep(self, found: Census, decisions: Collection[str] = ()) -> dict[str, int]:
        """Remove what other runs left, and nothing that ringscope did not write.

        A stale node to which others tied a relationship of their own stays.

        Parameters
        ----------
        found
            What the database held before.
        decisions
            Verdicts in force; all others go, although it was this run that brought them.

        Returns
        -------
        dict
            Label or type -> number of elements removed.
        """
        removed = {}
        for name, one in relationships().items():
            match = f"MATCH ()-[n:{name}]->() WHERE n.{STAMP} <> $run"
            if one.key:
                match += f" OR n.{STAMP} = $run AND NOT n.{one.key} IN $decisions"
            if one.key or found.stale(name, self._run):
                statement = f"{match} WITH n LIMIT $batch DELETE n"
                removed[name] = self._delete(statement, decisions=list(decisions))
        for label in (*nodes(), RUN.label):
            if found.stale(label, self._run):
                match = f"MATCH (n:{label}) WHERE n.{STAMP} <> $run AND NOT (n)--()"
                removed[label] = self._delete(f"{match} WITH n LIMIT $batch DELETE n")
        return removed

    def _delete(self, statement: str, **parameters: Any) -> int:
        removed = 0
        given = {"run": self._run, "batch": self._batch, **parameters}
        while True:
            done = self._repeatable(statement, **given).counters
            gone: int = done.nodes_deleted + done.relationships_deleted
            removed += gone
            if not gone:
                return removed

    def _repeatable(
        self, statement: str, again: str | None = None, /, **parameters: Any
    ) -> ResultSummary:
        """Run a statement that may be run twice, or that has another for every further try.

        The driver tries again, with jitter, what failed for a moment or lost its server. It does
        not where the connection broke during a commit; here that does no harm.
        """
        tries = chain([statement], repeat(again or statement))

        def work(transaction: ManagedTransaction) -> ResultSummary:
            return transaction.run(next(tries), parameters).consume()

        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._session.execute_write(work)
            except IncompleteCommit:
                if attempt == _ATTEMPTS:
                    raise
                LOGGER.warning("the connection broke during a commit; writing the batch again")
        raise AssertionError("the last attempt returns or raises")


def check(session: Session, run: str, graph: Elements, *, whole: bool) -> None:
    """Compare what the database holds now with what the run has.

    Raises
    ------
    ServerError
        A label or type has too few or too many elements of the run.
    """
    held = census(session)
    for name, wanted in graph.counts().items():
        there = held.stamped(name, run)
        if there < wanted or (whole and there > wanted):
            raise ServerError(
                f"the database holds {there:,} {name} of the run, not {wanted:,}: something else "
                "wrote to it meanwhile; load again"
            )
