"""Deciding on identifiers: each function checks what a person says, and writes it down."""

from __future__ import annotations

from datetime import UTC, date, datetime

from graph.ruled import ALLOWED
from ingest.errors import NotFound, SettingsError

from ..store import Store
from ..verdicts.lookup import known_identifier
from ..verdicts.words import named, now, text
from .policy import ALLOW, CAP, EXPIRE, IGNORE, PolicyRow, rows_of, standing

LEAST_LIMIT = 3


def ignore(
    store: Store, kind: str, value: str, *, who: str, reason: str, expiry: date | None = None
) -> PolicyRow:
    """Let an identifier link nobody.

    Raises
    ------
    NotFound
        The current run does not know it.
    """
    return _set(store, IGNORE, kind, value, who, reason, expiry)


def cap(
    store: Store,
    kind: str,
    value: str,
    limit: int,
    *,
    who: str,
    reason: str,
    expiry: date | None = None,
) -> PolicyRow:
    """Give an identifier a cap of its own.

    Parameters
    ----------
    limit
        Accounts at the same time above which it is a hub, at least `LEAST_LIMIT`.

    Raises
    ------
    NotFound
        The current run does not know it.
    SettingsError
        The limit is too small.
    """
    return _set(store, CAP, kind, value, who, reason, expiry, limit)


def allow(
    store: Store, kind: str, value: str, *, who: str, reason: str, expiry: date | None = None
) -> PolicyRow:
    """Never take an identifier for a hub, however many share it.

    Raises
    ------
    NotFound
        The current run does not know it.
    SettingsError
        More than `graph.ruled.ALLOWED` accounts use it: too many pairs.
    """
    return _set(store, ALLOW, kind, value, who, reason, expiry)


def expire(store: Store, kind: str, value: str, *, who: str, reason: str = "") -> PolicyRow:
    """End what was decided about an identifier, from the next run on.

    Raises
    ------
    NotFound
        Nothing that holds was decided about it.
    """
    today = datetime.now(UTC).date()
    held = {(row.kind, row.value) for row in standing(rows_of(store), today)}
    if (kind, value) not in held:
        raise NotFound(f"no row that holds for {kind} {value!r}; see: ringscope hub list")
    row = PolicyRow(kind, value, EXPIRE, text(reason), named(who), now())
    store.hubs.append(row.record())
    return row


def proposed(
    store: Store,
    treatment: str,
    kind: str,
    value: str,
    *,
    who: str,
    reason: str,
    expiry: date | None = None,
    limit: int = 0,
) -> PolicyRow:
    """Make a row with the sharing that the current run measured, without writing it.

    Raises
    ------
    NotFound
        The current run does not know the identifier.
    SettingsError
        It cannot be treated so.
    """
    if treatment == CAP and limit < LEAST_LIMIT:
        raise SettingsError(f"a limit of {limit}; use {LEAST_LIMIT} or more, or ignore it")
    run = store.run()
    facts = known_identifier(run, kind, value)
    if treatment == ALLOW and facts["accounts"] > ALLOWED:
        raise SettingsError(
            f"{kind} {value!r} is used by {facts['accounts']:,} accounts; at most {ALLOWED:,} can "
            "be compared pair by pair"
        )
    if expiry and expiry <= datetime.now(UTC).date():
        raise SettingsError(f"expiry {expiry}: in the past; give a later day")
    return PolicyRow(
        kind=kind,
        value=value,
        treatment=treatment,
        reason=text(reason),
        who=named(who),
        when=now(),
        expiry=expiry.isoformat() if expiry else "",
        limit=limit,
        accounts=int(facts["accounts"]),
        share=round(facts["accounts"] / max(run.frame("accounts").height, 1), 6),
    )


def _set(
    store: Store,
    treatment: str,
    kind: str,
    value: str,
    who: str,
    reason: str,
    expiry: date | None,
    limit: int = 0,
) -> PolicyRow:
    row = proposed(
        store, treatment, kind, value, who=who, reason=reason, expiry=expiry, limit=limit
    )
    store.hubs.append(row.record())
    return row
