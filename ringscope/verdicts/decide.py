"""Deciding: each function checks what a person says, and writes it to the journal of a store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ingest.errors import NotFound, SettingsError

from ..run import Run
from ..store import Store
from ..views import one
from .lookup import accounts_decided, known_identifier, members_of, roofs_of, shared_in
from .record import (
    APART,
    CONFIRM,
    PLACE,
    REJECT,
    SPLIT,
    UNDO,
    Verdict,
    read_verdicts,
    taken_back,
)
from .words import named, now, text

PLACE_DAYS = 180
"""Days for which a shared place holds if nobody says otherwise."""


def confirm(store: Store, ring_id: str, *, who: str, why: str = "") -> Verdict:
    """Say that a ring of the current run is one; of its orphans nothing is said.

    Raises
    ------
    NotFound
        The run has no such ring.
    """
    return _on_ring(store, CONFIRM, ring_id, who, why)


def reject(store: Store, ring_id: str, *, who: str, why: str = "") -> Verdict:
    """Say that a ring of the current run is none; it stays away until enough is new.

    Raises
    ------
    NotFound
        The run has no such ring.
    """
    return _on_ring(store, REJECT, ring_id, who, why)


def split(
    store: Store, ring_id: str, groups: Sequence[Sequence[str]], *, who: str, why: str = ""
) -> Verdict:
    """Say that a ring is several: each group of its accounts is kept apart from the others.

    With one group, the other members are the second.

    Raises
    ------
    NotFound
        The run has no such ring, or a named account is not in it.
    SettingsError
        A group is empty, an account is in two, or there is but one group.
    """
    run = store.run()
    members = members_of(run, ring_id)
    for account in (account for group in groups for account in group):
        if account not in members:
            raise NotFound(f"{account!r} is not in {ring_id}; name members of the ring")
    parts = [tuple(sorted(set(group))) for group in groups]
    if len(parts) == 1:
        parts.append(tuple(sorted(set(members) - set(parts[0]))))
    if len(parts) < 2 or not all(parts):
        raise SettingsError("a ring is split into two groups or more, each with an account")
    if sum(map(len, parts)) > len({account for part in parts for account in part}):
        raise SettingsError("an account stands in two groups; name it once")
    return _on_ring(store, SPLIT, ring_id, who, why, groups=tuple(parts))


def shared_place(
    store: Store,
    ring_id: str | None = None,
    *,
    places: Sequence[tuple[str, str]] = (),
    who: str,
    why: str = "",
    expiry: date | None = None,
) -> Verdict:
    """Say that what a ring shares is a place (an office, a home): it will link nobody.

    Parameters
    ----------
    ring_id
        A ring whose members share the place.
    places
        (kind, value) of the identifiers; if none are named, those that at least half of the ring
        shares and that a roof explains as well as a hand (`tell` in `graph/kinds.yaml`).
    expiry
        First day on which it no longer holds; `PLACE_DAYS` from now if not given.

    Raises
    ------
    NotFound
        No such ring or identifier, or the ring shares no place.
    SettingsError
        Neither a ring nor a place is named, or the expiry is past.
    """
    run = store.run()
    today = datetime.now(UTC).date()
    until = expiry or (today + timedelta(days=PLACE_DAYS))
    if until <= today:
        raise SettingsError(f"expiry {until}: in the past; give a later day")
    found = tuple((kind, value) for kind, value in places)
    for kind, value in found:
        known_identifier(run, kind, value)
    if not found and ring_id is None:
        raise SettingsError("name a ring, or an identifier by its kind and value")
    if ring_id is not None and not found:
        found = roofs_of(run, ring_id)
    accounts = members_of(run, ring_id) if ring_id else ()
    return _write(
        store, run, PLACE, who, why, ring_id=ring_id or "", accounts=accounts,
        identifiers=found, expiry=until.isoformat(),
    )  # fmt: skip


def not_linked(store: Store, a: str, b: str, *, who: str, why: str = "") -> Verdict:
    """Say that two accounts have nothing to do with each other: never in one ring.

    Raises
    ------
    NotFound
        The run has no such account.
    SettingsError
        It is one account.
    """
    run = store.run()
    for account in (a, b):
        one(run.frame("accounts"), "account_id", account, "account")
    if a == b:
        raise SettingsError(f"{a!r} is one account; name two")
    return _write(store, run, APART, who, why, accounts=tuple(sorted((a, b))))


def undo(store: Store, name: str, *, who: str, why: str = "") -> Verdict:
    """Take a verdict back; it stays in the journal.

    Parameters
    ----------
    name
        v and the number of the verdict, e.g. `v3`.

    Raises
    ------
    NotFound
        There is no such verdict, or it was taken back already.
    """
    every = verdicts_of(store)
    number = int(name[1:]) if name[:1] == "v" and name[1:].isdecimal() else 0
    if not any(verdict.n == number for verdict in every):
        last = f"the last is {every[-1].name}" if every else "there is none yet"
        raise NotFound(f"no verdict {name!r}; {last}")
    if number in taken_back(every):
        raise NotFound(f"{name} was taken back already")
    return append(store, Verdict(UNDO, named(who), now(), text(why), undoes=number))


def verdicts_of(store: Store) -> tuple[Verdict, ...]:
    """All verdicts of a store, those taken back and undos too, in their order.

    Raises
    ------
    RunError
        The journal was altered.
    """
    return read_verdicts(store.verdicts.read().records)


def _on_ring(store: Store, act: str, ring_id: str, who: str, why: str, **more: Any) -> Verdict:
    run = store.run()
    accounts = accounts_decided(run, ring_id, act)
    identifiers = tuple(shared_in(run, accounts))
    return _write(
        store, run, act, who, why, ring_id=ring_id, accounts=accounts, identifiers=identifiers,
        **more,
    )  # fmt: skip


def _write(store: Store, run: Run, act: str, who: str, why: str, **more: Any) -> Verdict:
    name = run.folder.resolve().name
    return append(store, Verdict(act, named(who), now(), text(why), run=name, **more))


def append(store: Store, verdict: Verdict) -> Verdict:
    """Write a verdict to the journal of a store; it is on disk when this returns."""
    return Verdict.of(store.verdicts.append(verdict.record()))
