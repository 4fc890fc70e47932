"""What people decided, as a night reads it: once, at its beginning."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from ingest.errors import RunError

from ..hubs import PolicyRow, rows_of, standing
from ..run import Run
from ..store import Store
from ..verdicts import Verdict, in_force, read_verdicts


@dataclass(frozen=True)
class Decisions:
    """Verdicts in force and the hub policy rows that hold.

    Attributes
    ----------
    verdicts
        In the order of the journal.
    policy
        One row per identifier at most.
    facts
        What the manifest says of them: counts and hashes of what is in force, and how far the
        journals reached.
    """

    verdicts: tuple[Verdict, ...]
    policy: tuple[PolicyRow, ...]
    facts: dict[str, Any]


def read_decisions(store: Store, night: date, before: Run | None = None) -> Decisions:
    """Read the decisions of a store.

    Parameters
    ----------
    store
        The store.
    night
        Day on which policy rows must hold.
    before
        A run of the store that has seen the journals: they must still hold what it saw.

    Raises
    ------
    RunError
        A journal was altered or lost lines.
    """
    verdicts, hubs = store.verdicts.read(), store.hubs.read()
    reached = {"verdicts": len(verdicts.records), "hubs": len(hubs.records)}
    if before:
        _check_nothing_lost(store, reached, before)
    standing_verdicts = in_force(read_verdicts(verdicts.records))
    policy = standing(rows_of(store), night)
    return Decisions(
        verdicts=standing_verdicts,
        policy=policy,
        facts={
            "verdicts": _hashed([v.record() for v in standing_verdicts]),
            "hub_policy": _hashed([row.record() for row in policy]),
            "journals": {
                "verdicts": {"records": reached["verdicts"], "tip": verdicts.tip},
                "hubs": {"records": reached["hubs"], "tip": hubs.tip},
            },
        },
    )


def without_verdicts(decisions: Decisions) -> Decisions:
    """Drop all verdicts, and the policy rows that were made by them."""
    policy = tuple(row for row in decisions.policy if not row.source)
    facts = {
        **decisions.facts,
        "verdicts": _hashed([]),
        "hub_policy": _hashed([row.record() for row in policy]),
    }
    return Decisions((), policy, facts)


def seen_by(store: Store, run: Run) -> Decisions:
    """The decisions that an earlier run of a store was made with.

    Raises
    ------
    RunError
        The journals no longer hold them.
    """
    night = run.manifest["night"]
    journals = night["journals"]
    records = store.verdicts.read().records[: journals["verdicts"]["records"]]
    verdicts = in_force(read_verdicts(records))
    hubs = store.hubs.read().records[: journals["hubs"]["records"]]
    policy = standing(rows_of(store, records, hubs), date.fromisoformat(night["date"]))
    facts = {
        "verdicts": _hashed([v.record() for v in verdicts]),
        "hub_policy": _hashed([row.record() for row in policy]),
        "journals": journals,
    }
    if any(facts[name] != night[name] for name in ("verdicts", "hub_policy")):
        raise RunError(
            f"{store.folder}: the journals no longer hold what {run.folder.name} was made with; "
            "restore them from a copy"
        )
    return Decisions(verdicts, policy, facts)


def _check_nothing_lost(store: Store, reached: dict[str, int], before: Run) -> None:
    for name, facts in before.manifest["night"]["journals"].items():
        if reached[name] < facts["records"]:
            journal = getattr(store, name).path
            raise RunError(
                f"{journal}: holds {reached[name]} records, but {before.folder.name} saw "
                f"{facts['records']}; restore it from a copy"
            )


def _hashed(records: list[dict[str, Any]]) -> dict[str, Any]:
    text = json.dumps(records, sort_keys=True, ensure_ascii=True)
    return {"count": len(records), "sha256": hashlib.sha256(text.encode()).hexdigest()}
