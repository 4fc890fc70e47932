"""Hub policy rows of a store: who decided what about which identifier, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Self

import polars as pl

from graph.ruled import POLICY
from ingest.errors import RunError

from ..store import Store
from ..verdicts import Verdict, in_force, read_verdicts
from ..verdicts.record import PLACE

IGNORE, CAP, ALLOW, EXPIRE = "ignore", "cap", "allow", "expire"
ACTS = (IGNORE, CAP, ALLOW, EXPIRE)


@dataclass(frozen=True)
class PolicyRow:
    """One decision about one identifier.

    Attributes
    ----------
    kind, value
        The identifier.
    treatment
        ignore, cap or allow; expire: the rows before no longer hold.
    reason, who
        Why and by whom.
    when
        UTC, ISO 8601 to the second.
    expiry
        Day (ISO 8601) from which the row no longer holds; blank: never.
    limit
        Of a cap: accounts at the same time above which the identifier is a hub; else 0.
    accounts, share
        Accounts that used it when it was decided, and their share of all; 0 if not known.
    source
        `verdict v3` for a row that a verdict made; blank for one that was made by itself.
    """

    kind: str
    value: str
    treatment: str
    reason: str
    who: str
    when: str
    expiry: str = ""
    limit: int = 0
    accounts: int = 0
    share: float = 0.0
    source: str = ""

    def record(self) -> dict[str, Any]:
        """Return what the journal holds of it."""
        return asdict(self)

    @classmethod
    def of(cls, record: dict[str, Any]) -> Self:
        """Read a row from a record of the journal.

        Raises
        ------
        RunError
            The record is of a newer version.
        """
        values = {name: value for name, value in record.items() if name != "n"}
        if values.get("treatment") not in ACTS or set(values) - set(cls.__dataclass_fields__):
            raise RunError(
                f"hub row {record.get('n')}: unknown to this version; use the one that wrote it"
            )
        return cls(**values)

    def holds(self, day: date) -> bool:
        """Whether the row holds on a day."""
        return self.treatment != EXPIRE and (
            not self.expiry or day < date.fromisoformat(self.expiry)
        )


def rows_of(
    store: Store,
    verdicts: Iterable[dict[str, Any]] | None = None,
    hubs: Iterable[dict[str, Any]] | None = None,
) -> tuple[PolicyRow, ...]:
    """All rows of a store, in the order in which they were decided; those of verdicts too.

    Parameters
    ----------
    store
        The store.
    verdicts, hubs
        Records of its journals, if not all that they hold.

    Raises
    ------
    RunError
        A journal was altered.
    """
    own = [PolicyRow.of(r) for r in (store.hubs.read().records if hubs is None else hubs)]
    records = store.verdicts.read().records if verdicts is None else verdicts
    of_verdicts = _of_verdicts(in_force(read_verdicts(records)))
    # By time; where that is equal, what was said of the identifier itself comes last.
    return tuple(sorted([*of_verdicts, *own], key=lambda row: row.when))


def standing(rows: Iterable[PolicyRow], day: date) -> tuple[PolicyRow, ...]:
    """The rows that hold on a day: of each identifier the last, by kind and value."""
    last = {(row.kind, row.value): row for row in rows}
    return tuple(row for _, row in sorted(last.items()) if row.holds(day))


def policy_frame(rows: Iterable[PolicyRow]) -> pl.DataFrame:
    """Rows that hold as linking reads them (`graph.ruled.POLICY`)."""
    return pl.DataFrame(
        [
            (
                row.kind,
                row.value,
                row.treatment,
                row.limit or None,
                row.reason,
                row.who,
                datetime.fromisoformat(row.when),
                datetime.fromisoformat(row.expiry) if row.expiry else None,
            )
            for row in rows
        ],
        schema=POLICY,
        orient="row",
    )


def _of_verdicts(verdicts: Iterable[Verdict]) -> list[PolicyRow]:
    return [
        PolicyRow(
            kind=kind,
            value=value,
            treatment=IGNORE,
            reason=verdict.why or "shared place",
            who=verdict.who,
            when=verdict.when,
            expiry=verdict.expiry,
            source=f"verdict {verdict.name}",
        )
        for verdict in verdicts
        if verdict.act == PLACE
        for kind, value in verdict.identifiers
    ]
