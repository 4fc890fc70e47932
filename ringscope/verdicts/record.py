"""A verdict: what a person decided about rings and accounts, with who, when and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from ingest.errors import RunError

CONFIRM, REJECT, SPLIT, PLACE, APART, UNDO = (
    "confirm",
    "reject",
    "split",
    "shared-place",
    "not-linked",
    "undo",
)
ACTS = (CONFIRM, REJECT, SPLIT, PLACE, APART, UNDO)


@dataclass(frozen=True)
class Verdict:
    """One decision, with what was known when it was made.

    Attributes
    ----------
    n
        Number in the journal, from 1; 0: not written yet.
    act
        confirm, reject, split, shared-place, not-linked or undo.
    who, why
        Name and reason.
    when
        UTC, ISO 8601 to the second.
    ring_id, run
        The ring that was looked at and the run in which it was seen; blank if none.
    accounts
        Members of the ring at that time, without its orphans where it was confirmed; for
        not-linked the two accounts.
    identifiers
        (kind, value) that at least two of the members shared at that time; for shared-place
        the places themselves.
    groups
        For split: the accounts of each part.
    expiry
        For shared-place: day (ISO 8601) from which it no longer holds; blank: never.
    undoes
        For undo: number of the verdict that is taken back; 0 otherwise.
    """

    act: str
    who: str
    when: str
    why: str = ""
    ring_id: str = ""
    run: str = ""
    accounts: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    expiry: str = ""
    undoes: int = 0
    n: int = 0

    @property
    def name(self) -> str:
        """How people refer to it: v and its number."""
        return f"v{self.n}"

    @property
    def said(self) -> str:
        """Who did it when and why, in words."""
        reason = f" ({self.why})" if self.why else ""
        return f"by {self.who} on {self.when[:10]}{reason}"

    def record(self) -> dict[str, Any]:
        """Return what the journal holds of it: no blanks, no number."""
        return {name: value for name, value in asdict(self).items() if value and name != "n"}

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """Read a verdict from a record of the journal.

        Raises
        ------
        RunError
            The record is of a newer version.
        """
        known = {field.name for field in fields(cls)}
        if record.get("act") not in ACTS or set(record) - known:
            raise RunError(
                f"verdict {record.get('n')}: unknown to this version; use the one that wrote it"
            )
        values = dict(record)
        for name in ("accounts", "identifiers", "groups"):
            values[name] = _tuples(values.get(name, ()))
        return cls(**values)


def read_verdicts(records: Iterable[Mapping[str, Any]]) -> tuple[Verdict, ...]:
    """Read all verdicts of a journal, in its order."""
    return tuple(Verdict.of(record) for record in records)


def taken_back(verdicts: Iterable[Verdict]) -> set[int]:
    """Numbers of the verdicts that were taken back; an undo may be taken back as well."""
    gone: set[int] = set()
    for verdict in sorted(verdicts, key=lambda v: v.n, reverse=True):
        if verdict.act == UNDO and verdict.n not in gone:
            gone.add(verdict.undoes)
    return gone


def in_force(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """Verdicts that stand, in their order."""
    every = tuple(verdicts)
    gone = taken_back(every)
    return tuple(v for v in every if v.act != UNDO and v.n not in gone)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(inner) for inner in value) if isinstance(value, list | tuple) else value
