from __future__ import annotations

import polars as pl
import pytest

from ingest.errors import NotFound
from models.explain import BY_HABITS
from ringscope import Run
from ringscope.evidence import ring_evidence
from ringscope.evidence.source import Part

RING = "R-00000001"


def said(run: Run, title: str) -> tuple[str, ...]:
    found = {one.title: one.sentences for one in ring_evidence(run, RING).statements}
    return found[title]


def test_it_says_what_is_shared_with_whom(finished: Run) -> None:
    first, second = said(finished, "Why it is one ring")
    assert first == "4 accounts share 1 identifier that count as evidence: devices."
    assert second.startswith("The device d1 was used by all of them and by nobody else, ")
    assert second.endswith("it carries >99% of the evidence.")


def test_it_says_what_remains_without_its_device(finished: Run) -> None:
    lines = said(finished, "What holds it together")
    assert lines == (
        "Without device d1 it falls into single accounts.",
        "Without all devices together it falls into single accounts.",
        "No single account holds others in it.",
    )


@pytest.mark.parametrize(
    ("why", "joined"),
    [("no more", "accounts that are not members"), (f"Its 2 {BY_HABITS}", "what they do")],
)
def test_it_says_what_joined_parts_that_no_link_joins(finished: Run, why: str, joined: str) -> None:
    names = ("rings", "ring_members", "accounts", "scores", "sightings", "identifiers", "templates")
    frames = {name: finished.frame(name) for name in names}
    frames["rings"] = frames["rings"].with_columns(why=pl.lit(why))
    part = pl.col("account_b").is_in(["a2", "a3"]) == pl.col("account_a").is_in(["a2", "a3"])
    frames["evidence"] = finished.frame("evidence").filter(part)
    found = ring_evidence(Part(frames, finished.manifest), RING)
    sentences = {one.title: one.sentences for one in found.statements}
    first = f"By the links between its members alone it falls into 2 + 2: {joined} joined the parts"
    assert sentences["What holds it together"][0] == f"{first} when it was found."
    told = [line for line in sentences["Why it is one ring"] if line.startswith("Not all of them")]
    assert len(told) == (joined == "what they do")


def test_chance_readings_core_and_labels_in_words(finished: Run) -> None:
    assert said(finished, "Could it be chance?")[0].startswith("Chance: 1 in 10⁷.")
    assert "device farm" in said(finished, "Readings")[0]
    assert said(finished, "Core and fringe")[0].startswith("3 of 4 members are core")
    assert "the other stays in 40% of the trials" in said(finished, "Core and fringe")[1]
    assert said(finished, "Labels and honest members")[0].endswith("1 spam, 0 honest.")


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
