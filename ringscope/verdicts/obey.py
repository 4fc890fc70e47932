"""What a run does with verdicts: statuses of rings, and what follows for its accounts.

Rings are cut and places ignored before rings are found (see `apart_of` and
`ringscope.hubs`); here the rings that were found get their status, as a function of the frames of
a run and the verdicts alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from graph.apart import APART as RULES

from ..words import count
from .conflicts import Conflict, between, unfound, with_labels
from .novelty import novelty
from .record import APART, CONFIRM, REJECT, SPLIT, Verdict
from .retell import placed, retold

NEW_EVIDENCE = 0.5
"""Share of a rejected ring's evidence that must be new for it to come back as contested."""
MIN_SHARED = 2
"""Members that a ring has in common with a verdict's at least; and half of the smaller of both."""


@dataclass(frozen=True)
class Obeyed:
    """The frames of a run after the verdicts.

    Attributes
    ----------
    frames
        As given, with statuses, reasons and ring ids of accounts as people decided.
    effects
        ring_id, verdict (v and number), status: what each verdict in force did tonight.
    conflicts
        Verdicts that contradict each other.
    tonight
        Verdicts that tonight's evidence or labels contradict.
    """

    frames: dict[str, pl.DataFrame]
    effects: list[dict[str, str]]
    conflicts: list[Conflict]
    tonight: list[Conflict]


@dataclass(frozen=True)
class Judged:
    """A ring of tonight and the verdict that decides on it."""

    ring_id: str
    status: str
    verdict: Verdict
    sentence: str


_DONE = {CONFIRM: "Confirmed", REJECT: "Rejected"}


def obey(
    frames: Mapping[str, pl.DataFrame],
    verdicts: Sequence[Verdict],
    *,
    new_evidence: float = NEW_EVIDENCE,
) -> Obeyed:
    """Give rings the status that people decided.

    Of several verdicts on one ring the last stands. A rejected ring of which more than
    `new_evidence` of the evidence was not there at the time of the verdict is contested.

    Parameters
    ----------
    frames
        Tables of a run folder by name; rings with the status that scoring gave them.
    verdicts
        Those in force, in the order of the journal.
    new_evidence
        Share in [0, 1].
    """
    decisions = [v for v in verdicts if v.act in (CONFIRM, REJECT)]
    about = rings_decided(frames["ring_members"], decisions)
    inner = _inner(frames, [ring for ring, found in about.items() if found[1][-1].act == REJECT])
    judged = [
        _judge(
            ring_id, members, found, inner.get(ring_id, frames["evidence"].clear()), new_evidence
        )
        for ring_id, (members, found) in about.items()
    ]
    contested = [j for j in judged if j.status == "contested"]
    tonight = [Conflict((j.verdict.name,), j.ring_id, j.sentence) for j in contested]
    tonight += with_labels(frames, [(j.ring_id, j.verdict) for j in judged])
    seen = {v.n for _, found in about.values() for v in found}
    tonight += unfound(frames, [v for v in decisions if v.act == CONFIRM and v.n not in seen])
    effects = [
        {"ring_id": j.ring_id, "verdict": j.verdict.name, "status": j.status} for j in judged
    ]
    return Obeyed(_told(frames, judged), effects, between(verdicts), tonight)


def apart_of(verdicts: Sequence[Verdict], account_ids: pl.Series) -> pl.DataFrame | None:
    """Rules of who must not be in one ring (`graph.apart.APART`); None if there are none."""
    rows = [
        (v.n, side, account)
        for v in verdicts
        for side, accounts in enumerate(_sides(v))
        for account in accounts
    ]
    if not rows:
        return None
    numbers = pl.DataFrame({"id": account_ids}).with_row_index("account")
    named = pl.DataFrame(rows, schema=["rule", "side", "id"], orient="row")
    return (
        named.join(numbers, "id")
        .select(pl.col(c).cast(t) for c, t in RULES.items())
        .sort("rule", "side", "account")
    )


def labels_of(verdicts: Sequence[Verdict]) -> dict[str, int]:
    """Labels by account: 1 where people confirmed its ring, 0 where they rejected it.

    An orphan of a confirmed ring has none, as its verdict leaves it out.
    Of two verdicts on an account the later one stands.
    """
    labels: dict[str, int] = {}
    for verdict in verdicts:
        if verdict.act in (CONFIRM, REJECT):
            labels |= dict.fromkeys(verdict.accounts, int(verdict.act == CONFIRM))
    return labels


def _sides(verdict: Verdict) -> Sequence[Sequence[str]]:
    if verdict.act == APART:
        return [(account,) for account in verdict.accounts]
    return verdict.groups if verdict.act == SPLIT else ()


def rings_decided(
    ring_members: pl.DataFrame, decisions: Sequence[Verdict]
) -> dict[str, tuple[frozenset[str], list[Verdict]]]:
    """Members of each ring that somebody decided on, and the verdicts about it, in order.

    A verdict is about people: it holds for any ring that has enough of them. Orphans do not count
    as members here: they do not make the ring, and tomorrow's rush may give them to another.
    """
    held = ring_members.filter(pl.col("confidence").is_null())
    places = [(place, account) for place, v in enumerate(decisions) for account in v.accounts]
    named = pl.DataFrame(places, schema={"place": pl.Int64, "account_id": pl.String}, orient="row")
    pairs = held.join(named, "account_id").select("ring_id", "place").unique()
    members = dict(
        held.join(pairs, "ring_id", "semi")
        .sort("ring_id", "account_id")
        .group_by("ring_id", maintain_order=True)
        .agg("account_id")
        .iter_rows()
    )
    found: dict[str, tuple[frozenset[str], list[Verdict]]] = {}
    for ring_id, place in pairs.sort("ring_id", "place").iter_rows():
        inside = frozenset(members[ring_id])
        if _concerns(decisions[place], inside):
            found.setdefault(ring_id, (inside, []))[1].append(decisions[place])
    return found


def _concerns(verdict: Verdict, members: Collection[str]) -> bool:
    """Whether a verdict is about a set of accounts, although some came or went since."""
    shared = len(set(members).intersection(verdict.accounts))
    return shared >= MIN_SHARED and 2 * shared >= min(len(members), len(verdict.accounts))


def _inner(frames: Mapping[str, pl.DataFrame], rings: Sequence[str]) -> dict[str, pl.DataFrame]:
    """The evidence inside each of some rings."""
    place = frames["ring_members"].filter(pl.col("ring_id").is_in(rings))
    place = place.select("ring_id", "account_id")
    inner = (
        frames["evidence"]
        .join(place.rename({"account_id": "account_a"}), "account_a", maintain_order="left")
        .join(
            place.rename({"account_id": "account_b"}), ["account_b", "ring_id"],
            maintain_order="left",
        )
    )  # fmt: skip
    return {str(key[0]): part for key, part in inner.partition_by("ring_id", as_dict=True).items()}


def _judge(
    ring_id: str,
    members: frozenset[str],
    about: Sequence[Verdict],
    evidence: pl.DataFrame,
    new_evidence: float,
) -> Judged:
    last = about[-1]
    others = [v for v in about if v.act != last.act and not _concerns(v, last.accounts)]
    if others:
        sentence = (
            f"Parts of it were {_DONE[others[-1].act].lower()} {others[-1].said} and "
            f"{_DONE[last.act].lower()} {last.said}; now they are together."
        )
        return Judged(ring_id, "contested", last, sentence)
    if last.act == CONFIRM:
        joined = len(members.difference(last.accounts))
        since = f"; {count(joined, 'member')} joined since then" if joined else ""
        return Judged(ring_id, "confirmed", last, f"Confirmed {last.said}{since}.")
    new = novelty(evidence, members, last)
    if new.share > new_evidence:
        sentence = f"Rejected {last.said}, but since then {new.words}."
        return Judged(ring_id, "contested", last, sentence)
    return Judged(ring_id, "rejected", last, f"Rejected {last.said}.")


def _told(frames: Mapping[str, pl.DataFrame], judged: Sequence[Judged]) -> dict[str, pl.DataFrame]:
    """Put statuses into rings, scores and reasons."""
    if not judged:
        return dict(frames)
    status = pl.DataFrame(
        [(j.ring_id, j.status, j.sentence) for j in judged],
        schema=["ring_id", "decided", "sentence"],
        orient="row",
    )
    rings = (
        frames["rings"]
        .join(status, "ring_id", "left", maintain_order="left")
        .with_columns(
            status=pl.coalesce("decided", "status"),
            why=pl.concat_str("why", "sentence", separator=" ", ignore_nulls=True),
        )
        .select(frames["rings"].columns)
    )
    before = dict(frames["rings"].select("ring_id", "status").iter_rows())
    scores = placed(frames["scores"], rings, frames["ring_members"])
    scores = retold(scores, frames["ring_members"], before, {j.ring_id: j.status for j in judged})
    return {**frames, "rings": rings, "scores": scores}
