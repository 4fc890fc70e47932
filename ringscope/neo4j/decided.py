"""What people decided, as the graph shows it: an arrow from each account to what it was about."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import polars as pl

from graph import kinds
from graph.neo4j.model import VERDICTS

from ..run import Run
from ..store import Store
from ..verdicts import Verdict, in_force, verdicts_of
from ..verdicts.obey import rings_decided
from ..verdicts.record import APART, CONFIRM, PLACE, REJECT, SPLIT

WORDS = {
    CONFIRM: "confirmed",
    REJECT: "rejected",
    SPLIT: "split",
    PLACE: "shared place",
    APART: "not linked",
}
_DIGITS = 8


def decided(run: Run, day: date) -> pl.DataFrame:
    """Tell the verdicts in force of the store that a run is in; none of a run elsewhere.

    A verdict on a ring goes from each account that it was about to the ring of that id, and, if
    it confirms or rejects, to all rings for which it holds; a shared place from each account
    that uses it; two accounts that are not linked from the one to the other.

    Parameters
    ----------
    run
        A finished run.
    day
        Today, in UTC: a shared place that has expired by then is left out.

    Returns
    -------
    pl.DataFrame
        `graph.neo4j.model.VERDICTS`, in the order of the journal. What a verdict was about need
        not be in the run.

    Raises
    ------
    RunError
        The journal was altered.
    """
    store = Store.around(run)
    standing = in_force(verdicts_of(store)) if store else ()
    verdicts = [v for v in standing if not v.expiry or day < date.fromisoformat(v.expiry)]
    rings = _rings(run, verdicts)
    rows = [
        (*arrow, _named(v), WORDS[v.act], v.who, v.when, v.why)
        for v in verdicts
        for arrow in _arrows(run, v, rings)
    ]
    text = pl.DataFrame(rows, schema=dict.fromkeys(VERDICTS, pl.String), orient="row")
    # An imported verdict may hold any text for a time.
    when = pl.col("when").str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us")
    return text.with_columns(when).unique(maintain_order=True)


def _arrows(
    run: Run, verdict: Verdict, rings: Mapping[int, set[str]]
) -> Iterator[tuple[str, str, str]]:
    """Account, and the label and key of what the verdict says of it."""
    if verdict.act == APART:
        first, *others = verdict.accounts
        for other in others:
            yield first, "Account", other
    elif verdict.act == PLACE:
        for kind, value in verdict.identifiers:
            users = run.frame("sightings").filter(kind=kind, value=value)["account_id"]
            for account in users:
                yield account, kinds()[kind].label, value
    else:
        for account in verdict.accounts:
            for ring in sorted(rings[verdict.n]):
                yield account, "Ring", ring


def _rings(run: Run, verdicts: Sequence[Verdict]) -> dict[int, set[str]]:
    """Number of a verdict -> ids of the rings that it is about."""
    found = {v.n: {v.ring_id} for v in verdicts}
    decisions = [v for v in verdicts if v.act in (CONFIRM, REJECT)]
    for ring, (_, about) in rings_decided(run.frame("ring_members"), decisions).items():
        for verdict in about:
            found[verdict.n].add(ring)
    return found


def _named(verdict: Verdict) -> str:
    """Name of a verdict that no other has, even if the journal is replaced: v3-1a2b3c4d."""
    facts = json.dumps(verdict.record(), sort_keys=True).encode()
    return f"{verdict.name}-{hashlib.sha256(facts).hexdigest()[:_DIGITS]}"
