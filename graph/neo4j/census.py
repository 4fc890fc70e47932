"""What a database holds, by the stamp of the run that wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest import ServerError

from .model import RUN, STAMP, nodes, relationships

if TYPE_CHECKING:
    from neo4j import Session


@dataclass(frozen=True)
class Census:
    """Nodes and relationships of ringscope's labels and types, and how many others there are.

    Attributes
    ----------
    counts
        Label or type -> stamp -> number; the stamp None is on what ringscope did not write.
    others
        Nodes without any of ringscope's labels.
    """

    counts: Mapping[str, Mapping[str | None, int]]
    others: int

    def stamped(self, name: str, run: str) -> int:
        """Number of elements of a label or type with the stamp of a run."""
        return self.counts.get(name, {}).get(run, 0)

    def stale(self, name: str, run: str) -> int:
        """Number of elements of a label or type with the stamp of another run."""
        found = self.counts.get(name, {})
        return sum(number for stamp, number in found.items() if stamp not in {None, run})

    def refuse_foreign(self, *, into_foreign: bool) -> None:
        """Stop before anything is written into a database that holds what others wrote.

        Raises
        ------
        ServerError
            There are nodes or relationships of ringscope's names without its stamp, which it would
            take for its own; or any others, unless `into_foreign`.
        """
        for name, found in self.counts.items():
            if found.get(None):
                raise ServerError(
                    f"the database holds {name} that ringscope did not write ({found[None]:,}); "
                    "use another database or server"
                )
        if self.others and not into_foreign:
            raise ServerError(
                f"the database holds nodes that ringscope did not write ({self.others:,}); use "
                "another database or server, or add --into-foreign to load beside them"
            )


def census(session: Session) -> Census:
    """Count what the database holds."""
    counts = {label: _by_stamp(session, f"MATCH (n:{label})") for label in (*nodes(), RUN.label)}
    ours = sum(sum(found.values()) for found in counts.values())
    for name in relationships():
        counts[name] = _by_stamp(session, f"MATCH ()-[n:{name}]->()")
    total = session.run("MATCH (n) RETURN count(n) AS number").single(strict=True)["number"]
    return Census(counts, total - ours)


def _by_stamp(session: Session, match: str) -> dict[str | None, int]:
    result = session.run(f"{match} RETURN n.{STAMP} AS stamp, count(*) AS number")
    return {row["stamp"]: row["number"] for row in result}
