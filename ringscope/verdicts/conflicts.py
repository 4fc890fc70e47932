"""Verdicts that contradict each other, or what the labels say: shown, never settled in silence."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from ..store import Store
from .record import APART, CONFIRM, REJECT, SPLIT, Verdict, in_force, read_verdicts

MIN_LABELS = 2
"""Labelled members from which on labels can speak against a verdict."""


@dataclass(frozen=True)
class Conflict:
    """One contradiction.

    Attributes
    ----------
    verdicts
        Names of the verdicts in it, in their order.
    ring_id
        The ring that it is about; blank if none.
    sentence
        What contradicts what, and what stands.
    """

    verdicts: tuple[str, ...]
    ring_id: str
    sentence: str


def between(verdicts: Sequence[Verdict]) -> list[Conflict]:
    """Find verdicts in force that contradict an earlier one."""
    by_account: dict[str, list[int]] = {}
    found = []
    for place, later in enumerate(verdicts):
        before = {old for account in later.accounts for old in by_account.get(account, ())}
        for earlier in (verdicts[old] for old in sorted(before)):
            if said := _contradiction(earlier, later):
                ring_id = later.ring_id or earlier.ring_id
                found.append(Conflict((earlier.name, later.name), ring_id, said))
        for account in later.accounts:
            by_account.setdefault(account, []).append(place)
    return found


def with_labels(
    frames: Mapping[str, pl.DataFrame], judged: Sequence[tuple[str, Verdict]]
) -> list[Conflict]:
    """Find verdicts on rings of tonight that the labels of the input speak against.

    Labels of its orphans do not: a ring stands or falls without them.
    """
    labels = (
        frames["ring_members"]
        .filter(pl.col("confidence").is_null())
        .join(frames["accounts"].select("account_id", "label"), "account_id")
        .group_by("ring_id")
        .agg(
            (pl.col("label") == 1).sum().alias("spam"),
            (pl.col("label") == 0).sum().alias("honest"),
        )
    )
    counts = {ring: (spam, honest) for ring, spam, honest in labels.iter_rows()}
    found = []
    for ring_id, verdict in judged:
        spam, honest = counts.get(ring_id, (0, 0))
        against, name = (honest, "honest") if verdict.act == CONFIRM else (spam, "spam")
        if against >= MIN_LABELS and 2 * against > spam + honest:
            said = "confirmed" if verdict.act == CONFIRM else "rejected"
            found.append(
                Conflict(
                    (verdict.name,),
                    ring_id,
                    f"It was {said} {verdict.said}, but {against} of its "
                    f"{spam + honest} labelled members are labelled {name}.",
                )
            )
    return found


def unfound(frames: Mapping[str, pl.DataFrame], confirmed: Sequence[Verdict]) -> list[Conflict]:
    """Tell of confirmed rings that tonight's run did not find, although their accounts are there.

    Parameters
    ----------
    frames
        Frames of the run.
    confirmed
        Verdicts that confirm a ring and are about none of tonight.
    """
    there = set(frames["accounts"]["account_id"].to_list()) if confirmed else set()
    return [
        Conflict(
            (verdict.name,),
            verdict.ring_id,
            f"It was confirmed {verdict.said}, but tonight no ring is made of these "
            f"{len(there & set(verdict.accounts))} accounts.",
        )
        for verdict in confirmed
        if len(there & set(verdict.accounts)) >= MIN_LABELS
    ]


def open_conflicts(store: Store) -> list[Conflict]:
    """Contradictions between the verdicts of a store, and with its current run.

    Raises
    ------
    RunError
        The journal was altered, or the current run is damaged.
    """
    found = between(in_force(read_verdicts(store.verdicts.read().records)))
    if store.current():
        run = store.run()
        if "verdicts.json" in run.manifest["files"]:
            tonight = json.loads((run.folder / "verdicts.json").read_bytes())["tonight"]
            found += [Conflict(tuple(c["verdicts"]), c["ring_id"], c["sentence"]) for c in tonight]
    return found


def _contradiction(earlier: Verdict, later: Verdict) -> str:
    """What contradicts what, in words; blank if nothing does."""
    acts = {earlier.act, later.act}
    shared = set(earlier.accounts) & set(later.accounts)
    if acts == {CONFIRM, REJECT}:
        if 2 * len(shared) < min(len(earlier.accounts), len(later.accounts)) or len(shared) < 2:
            return ""
        verb = {CONFIRM: "confirms", REJECT: "rejects"}
        return (
            f"{later.name} {verb[later.act]} what {earlier.name} {verb[earlier.act]} "
            f"({len(shared)} accounts in common); {later.name}, the later, stands."
        )
    if acts == {CONFIRM, APART} and len(shared) == 2:
        confirm = earlier if earlier.act == CONFIRM else later
        apart = later if earlier.act == CONFIRM else earlier
        return (
            f"{apart.name} keeps {' and '.join(apart.accounts)} apart, which are both in "
            f"{confirm.ring_id}, confirmed by {confirm.name}; they are kept apart."
        )
    if earlier.act == SPLIT and later.act == CONFIRM:
        sides = sum(bool(set(group) & set(later.accounts)) for group in earlier.groups)
        if sides > 1:
            return (
                f"{later.name} confirms accounts of {sides} parts into which {earlier.name} "
                f"split {earlier.ring_id}; the parts stay apart."
            )
    return ""
