from __future__ import annotations

import polars as pl
import pytest

from ingest.errors import NotFound
from models.explain import BY_HABITS, BY_RUSH, ONLY_SUSPECTED
from ringscope import Run
from ringscope.evidence import RingEvidence, ring_evidence
from ringscope.evidence.chances import chance_sentences
from ringscope.evidence.roles import role_sentences
from ringscope.evidence.source import Part

RING = "R-00000001"


def said(run: Run, title: str) -> tuple[str, ...]:
    found = {one.title: one.sentences for one in ring_evidence(run, RING).statements}
    return found[title]


def test_it_says_what_is_shared_with_whom(finished: Run) -> None:
    first, second = said(finished, "Why it is one ring")
    assert first == "4 accounts share 1 identifier that counts as evidence: devices."
    assert second.startswith("The device d1 was used by all of them and by nobody else, ")
    assert second.endswith("it carries >99% of the evidence.")


def test_it_says_what_remains_without_its_device(finished: Run) -> None:
    lines = said(finished, "What holds it together")
    assert lines == (
        "Without device d1 it falls into single accounts.",
        "Without all devices together it falls into single accounts.",
        "No single account holds others in it.",
    )


HABITS, RUSH = f"Its 2 {BY_HABITS}", f"{BY_RUSH} 2 of them to it."


def changed(run: Run, **frames: pl.DataFrame) -> RingEvidence:
    """The evidence if some tables were others."""
    names = ("rings", "ring_members", "accounts", "scores", "sightings", "identifiers", "templates")
    kept = {name: run.frame(name) for name in (*names, "evidence")}
    return ring_evidence(Part(kept | frames, run.manifest), RING)


def without(run: Run, cut: pl.Expr, why: str) -> RingEvidence:
    """The ring without some of the evidence inside it."""
    rings = run.frame("rings").with_columns(why=pl.lit(why))
    return changed(run, rings=rings, evidence=run.frame("evidence").filter(~cut))


@pytest.mark.parametrize(
    ("why", "joined"),
    [
        ("no more", "accounts that are not members"),
        (HABITS, "what they do"),
        (RUSH, "the rush of sign-ups"),
        (f"{HABITS} {RUSH}", "what they do and the rush of sign-ups"),
    ],
)
def test_it_says_what_joined_parts_that_no_link_joins(finished: Run, why: str, joined: str) -> None:
    across = pl.col("account_b").is_in(["a2", "a3"]) != pl.col("account_a").is_in(["a2", "a3"])
    found = without(finished, across, why)
    sentences = {one.title: one.sentences for one in found.statements}
    first = f"By the links between its members alone it falls into 2 + 2: {joined} joined the parts"
    assert sentences["What holds it together"][0] == f"{first} when it was found."
    for start, part in (("Not all of them are linked", HABITS), ("Some of them share", RUSH)):
        told = [line for line in sentences["Why it is one ring"] if line.startswith(start)]
        assert len(told) == (part in why)


@pytest.mark.parametrize("status", ["suspected", "ring", "confirmed"])
def test_a_suspected_group_says_first_why_it_is_no_ring(finished: Run, status: str) -> None:
    forged = f"all share the device {ONLY_SUSPECTED} nothing."
    doubts = f"{ONLY_SUSPECTED} it is of two accounts; chance could explain it. More."
    why = f"Of 4 members {forged} {doubts}"
    rings = finished.frame("rings").with_columns(status=pl.lit(status), why=pl.lit(why))
    first, *others = changed(finished, rings=rings).statements
    told = ("It is of two accounts.", "Chance could explain it.")
    assert (first.title == "Why it is only suspected") == (status == "suspected")
    assert (first.sentences == told) == (status == "suspected")
    assert not any(one.title == "Why it is only suspected" for one in others)
    title = (first, *others)[status == "suspected"].title
    assert title == f"Why it is one {'group' if status == 'suspected' else 'ring'}"


def test_members_that_no_link_ties_are_told_apart(finished: Run) -> None:
    of_a3 = (pl.col("account_a") == "a3") | (pl.col("account_b") == "a3")
    found = without(finished, of_a3, RUSH)
    sentences = {one.title: one.sentences for one in found.statements}
    core, untied = sentences["Core and fringe"]
    assert core.startswith("3 of 4 members are core")
    assert untied == "No link inside the ring ties 1 member: see the reasons of each."
    last = found.members.row(-1, named=True)
    assert (last["account_id"], last["linked_to"]) == ("a3", 0)
    assert sentences["Why it is one ring"][0].startswith("3 of 4 accounts share 1 identifier")
    first = "it shrinks to 3: 1 account is cut off: the rush of sign-ups joined the parts"
    assert first in sentences["What holds it together"][0]


@pytest.mark.parametrize("core", [0, 1, 3])
def test_the_fringe_is_told_by_how_it_stays_or_that_nothing_ties_it(core: int) -> None:
    members = pl.DataFrame(
        {
            "role": ["core"] * core + ["fringe"] * 5,
            "stability": [0.9] * core + [0.4, 0.3, 0.0, 0.0, 0.0],
            "linked_to": [2] * core + [1, 1, 0, 0, 0],
        }
    )
    first, untied, *stay = role_sentences(members)
    assert first.startswith(f"{core} of {core + 5} members are" if core else "No member is core")
    assert untied == "No link inside the ring ties 3 members: see the reasons of each."
    told = "Fringe: the other 2 stay in 30% to 40% of the trials; decide on them one by one."
    assert stay == ([told] if core else [])
    firm = role_sentences(members.filter(pl.col("linked_to") > 0))
    assert not any(line.startswith("No link") for line in firm)


def test_chance_readings_core_and_labels_in_words(finished: Run) -> None:
    assert said(finished, "Could it be chance?")[0].startswith("Chance: 1 in 10⁷.")
    assert "device farm" in said(finished, "Readings")[0]
    assert said(finished, "Core and fringe")[0].startswith("3 of 4 members are core")
    assert "the other stays in 40% of the trials" in said(finished, "Core and fringe")[1]
    assert said(finished, "Labels and honest members")[0].endswith("1 spam, 0 honest.")


@pytest.mark.parametrize("status", ["ring", "suspected", "confirmed"])
@pytest.mark.parametrize("surprise", [0.0, 1.5, 2.0])
def test_a_ring_that_chance_could_explain_says_why_it_is_one(surprise: float, status: str) -> None:
    told = " ".join(chance_sentences(surprise, status))
    assert ("called a ring all the same" in told) == (surprise < 2 and status == "ring")


def test_an_identifier_without_dates_is_told_without_them(finished: Run) -> None:
    undated = pl.lit(None, pl.Datetime)
    sightings = finished.frame("sightings").with_columns(first_seen=undated, last_seen=undated)
    why = changed(finished, sightings=sightings).statements[0].sentences
    assert "used by all of them and by nobody else; it carries" in why[1]


def test_members_come_with_what_ties_them(finished: Run) -> None:
    members = ring_evidence(finished, RING).members
    ties = members.select("account_id", "tied_kind", "tied_value", "tied_to", "linked_to").rows()
    assert ties == [(f"a{n}", "device", "d1", 3, 3) for n in range(4)]


def test_its_story_is_in_order_of_time(finished: Run) -> None:
    found = ring_evidence(finished, RING).moments
    assert found["time"].is_sorted()
    story = found["what"].to_list()
    assert "device d1 seen with a second member, 4 members in the end" in story


def test_an_unknown_ring_names_near_ones(finished: Run) -> None:
    with pytest.raises(NotFound, match=f"did you mean {RING}"):
        ring_evidence(finished, "R-0000000")
