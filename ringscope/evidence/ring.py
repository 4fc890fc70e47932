"""All that speaks for one ring being one ring, computed and in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from models.explain import BY_HABITS, BY_RUSH, ONLY_SUSPECTED

from ..views import one
from ..words import count, kind_words, percent, period
from .chances import chance_sentences
from .counterfactual import (
    Sizes,
    Without,
    whole,
    without_accounts,
    without_identifiers,
    without_kinds,
)
from .held import Held, held
from .moments import moments
from .naming import called, examples, falls, listed
from .readings import Readings, readings
from .roles import role_sentences, ties
from .shared import shared_identifiers
from .source import Source
from .weakest import Weakest, weakest_place

STRONGEST = 4
HARMFUL = 5


@dataclass(frozen=True)
class Statement:
    """One thing to know about a ring or an account: a heading and sentences."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class RingEvidence:
    """One ring and why it is one.

    Attributes
    ----------
    facts
        Its row of the ring table.
    statements
        The evidence in words, in reading order.
    members
        account_id, username, label, created_at, risk, role, stability, confidence (null but for
        orphans), joined, reasons, then what ties the member (see `roles.ties`); core and risk
        first.
    shared
        See `shared_identifiers`; with example (of a template).
    readings
        The reading and the innocent one.
    parts
        Sizes of its connected parts as it is.
    without
        What remains without each identifier that matters, each kind, each account that holds
        others.
    weakest
        Where it would break first; None where its own links do not connect it.
    moments
        time, what.
    """

    facts: dict[str, Any]
    statements: tuple[Statement, ...]
    members: pl.DataFrame
    shared: pl.DataFrame
    readings: Readings
    parts: Sizes
    without: tuple[Without, ...]
    weakest: Weakest | None
    moments: pl.DataFrame


def ring_evidence(source: Source, ring_id: str) -> RingEvidence:
    """Gather the evidence for one ring.

    Raises
    ------
    NotFound
        There is no such ring; the message names near misses.
    """
    facts = one(source.frame("rings"), "ring_id", ring_id, "ring")
    inside = source.frame("ring_members").filter(pl.col("ring_id") == ring_id)
    ring = held(source.frame("evidence"), inside["account_id"].to_list())
    members = _members(source, inside, ring)
    shared = _shared(source, inside)
    both = readings(facts["reading"], facts["innocent_reading"])
    identifiers, accounts = without_identifiers(ring), without_accounts(ring)
    kinds, weakest, sizes = without_kinds(ring), weakest_place(ring), whole(ring)
    story = moments(members, source.frame("sightings"), shared.filter(~pl.col("hub")))
    statements = (
        *_doubts(facts),
        Statement(_together(facts), _why(facts, shared, members)),
        Statement("Could it be chance?", chance_sentences(facts["surprise"], facts["status"])),
        Statement("Readings", both.sentences()),
        Statement(
            "What holds it together", _holds(facts, sizes, shared, identifiers, kinds, accounts)
        ),
        Statement("Its weakest place", _weakest(weakest, sizes)),
        Statement("Core and fringe", role_sentences(members)),
        Statement("Labels and honest members", _labels(facts)),
    )
    without = (*identifiers, *kinds, *accounts)
    return RingEvidence(facts, statements, members, shared, both, sizes, without, weakest, story)


def _members(source: Source, inside: pl.DataFrame, ring: Held) -> pl.DataFrame:
    about = source.frame("accounts").select("account_id", "username", "label", "created_at")
    scores = source.frame("scores").select("account_id", "risk", "reasons")
    return (
        inside.join(about, "account_id", "left")
        .join(scores, "account_id", "left")
        .join(ties(ring), "account_id", "left")
        .select(
            "account_id", "username", "label", "created_at", "risk", "role", "stability",
            "confidence", "joined", "reasons", "tied_kind", "tied_value", "tied_to", "linked_to",
        )
        .sort("role", "risk", "stability", "account_id", descending=[False, True, True, False],
              nulls_last=True)
    )  # fmt: skip


def _shared(source: Source, inside: pl.DataFrame) -> pl.DataFrame:
    names = ("sightings", "identifiers", "evidence")
    found = shared_identifiers({name: source.frame(name) for name in names}, inside)
    texts = examples(source.frame("templates"))
    return found.drop("ring_id").join(texts, ["kind", "value"], "left", maintain_order="left")


def _together(facts: dict[str, Any]) -> str:
    return f"Why it is one {'group' if facts['status'] == 'suspected' else 'ring'}"


def _doubts(facts: dict[str, Any]) -> tuple[Statement, ...]:
    """Why it is not called a ring, a sentence for each doubt; nothing where it is called one."""
    # The last one: before it stand values that a stranger may have written.
    _, suspected, told = str(facts["why"] or "").rpartition(ONLY_SUSPECTED)
    if not suspected or facts["status"] != "suspected":
        return ()
    doubts = told.partition(".")[0].strip().split("; ")
    lines = tuple(f"{doubt[:1].upper()}{doubt[1:]}." for doubt in doubts)
    return (Statement("Why it is only suspected", lines),)


def _why(facts: dict[str, Any], shared: pl.DataFrame, members: pl.DataFrame) -> tuple[str, ...]:
    size = count(int(facts["size"]), "account")
    linked = members.filter(pl.col("linked_to") > 0).height
    who = size if linked == members.height else f"{linked:,} of {size}"
    strong = shared.filter(~pl.col("hub") & (pl.col("weight") > 0))
    if strong.is_empty():
        return (f"{size}; no identifier is shared: relations of the input join them.",)
    kinds = [kind_words(kind, 2) for kind in str(facts["link_kinds"] or "").split(";") if kind]
    common = count(strong.height, "identifier")
    say = "counts" if strong.height == 1 else "count"
    lines = [f"{who} share {common} that {say} as evidence: {listed(kinds)}."]
    for row in strong.head(STRONGEST).iter_rows(named=True):
        others = row["total"] - row["sharing"]
        outside = f"and {count(others, 'account')} outside" if others else "and by nobody else"
        dated = row["first_seen"] or row["last_seen"]
        seen = f", {period(row['first_seen'], row['last_seen'])}" if dated else ""
        lines.append(
            f"The {called(row['kind'], row['value'])} was used by {_of_them(row, facts)} "
            f"{outside}{seen}; it carries {percent(row['part'])} of the evidence."
        )
    hubs = shared.filter("hub").height
    if hubs:
        lines.append(
            f"They also share {count(hubs, 'hub')}, which too many others use as well: not counted."
        )
    if _says(facts, BY_HABITS):
        lines.append(
            "Not all of them are linked: parts of it are joined because their members act alike, "
            "signed up at like times and share the same kinds of things among themselves."
        )
    if _says(facts, BY_RUSH):
        lines.append(
            "Some of them share nothing with the others: far more risky accounts signed up while "
            "this ring did than at other times, and these are its own more likely than not. Their "
            "reasons say how sure that is; decide on them one by one."
        )
    return tuple(lines)


def _says(facts: dict[str, Any], part: str) -> bool:
    return part in str(facts["why"])


def _of_them(row: dict[str, Any], facts: dict[str, Any]) -> str:
    return "all of them" if row["sharing"] == facts["size"] else f"{row['sharing']:,} of them"


def _holds(
    facts: dict[str, Any],
    sizes: Sizes,
    shared: pl.DataFrame,
    identifiers: list[Without],
    kinds: list[Without],
    accounts: list[Without],
) -> tuple[str, ...]:
    lines = []
    if len(sizes) > 1:
        lines.append(
            f"By the links between its members alone {falls(sizes)}: {_joiners(facts)} joined the "
            "parts when it was found."
        )
    lines += [
        f"Without {called(one.kind, one.value)} {falls(one.sizes)}."
        for one in identifiers[:HARMFUL]
    ]
    if len(identifiers) > HARMFUL:
        rest = count(len(identifiers) - HARMFUL, "further identifier")
        lines.append(f"{rest} would each cut something off as well.")
    if not identifiers:
        lines.append("Take away any one identifier and it stays as it is.")
    else:
        lines += _strongest_holds(shared, identifiers)
    lines += [
        f"Without all {kind_words(one.kind, 2)} together {falls(one.sizes)}." for one in kinds
    ]
    if accounts:
        lines.append(f"Without member {accounts[0].value} {falls(accounts[0].sizes)}.")
    else:
        lines.append("No single account holds others in it.")
    return tuple(lines)


def _joiners(facts: dict[str, Any]) -> str:
    """What joined the parts of a ring that its links do not hold together."""
    said = {BY_HABITS: "what they do", BY_RUSH: "the rush of sign-ups"}
    found = [words for part, words in said.items() if _says(facts, part)]
    return listed(found) or "accounts that are not members"


def _strongest_holds(shared: pl.DataFrame, identifiers: list[Without]) -> list[str]:
    """Say that the strongest identifier could go, where it could."""
    strong = shared.filter(pl.col("weight") > 0).head(1)
    matters = {(one.kind, one.value) for one in identifiers}
    return [
        f"Without {called(kind, value)}, which carries most of the evidence, it stays as it is."
        for kind, value in strong.select("kind", "value").iter_rows()
        if (kind, value) not in matters
    ]


def _weakest(weakest: Weakest | None, sizes: Sizes) -> tuple[str, ...]:
    if weakest is None:
        return (f"It already lies in {len(sizes):,} parts by its own links.",)
    links = count(weakest.crossing, "link")
    held_by = "holds" if weakest.crossing == 1 else "hold"
    strongest = "it" if weakest.crossing == 1 else "the strongest of them"
    return (
        f"{links} {held_by} {count(len(weakest.sides), 'part')} of it together; {strongest} joins "
        f"{weakest.account_a} and {weakest.account_b} and weighs {weakest.weight:.2f}.",
        f"If only heavier links are believed, {falls(weakest.sides)}.",
    )


def _labels(facts: dict[str, Any]) -> tuple[str, ...]:
    spam, honest = int(facts["labelled_spam"] or 0), int(facts["labelled_honest"] or 0)
    lines = []
    if spam or honest:
        lines.append(f"Labels among its members: {spam:,} spam, {honest:,} honest.")
    else:
        lines.append("No member has a label.")
    if facts["expected_honest"] is not None:
        lines.append(
            f"About {facts['expected_honest']:.1f} of {count(int(facts['size']), 'member')} are "
            "expected to be honest."
        )
    return tuple(lines)
