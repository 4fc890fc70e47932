"""Real linking and scoring, without labels: what people decide is what the next night does."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from ringscope import Run
from ringscope.demo import make_world
from ringscope.hubs import ignore
from ringscope.nightly import job
from ringscope.nightly.job import nightly
from ringscope.nightly.replay import replay
from ringscope.store import Store
from ringscope.verdicts import confirm, not_linked, reject, shared_place, split, undo

# Canaries take time; they have tests of their own.
Night = partial(job.Night, canaries=False)
Frames = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def world() -> Frames:
    frames = make_world(accounts=1500, seed=3)
    frames["accounts"] = frames["accounts"].drop("label")
    return {name: frame for name, frame in frames.items() if name != "truth"}


@pytest.fixture(scope="module")
def decided(world: Frames, tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Run, Run]:
    """A store, its first night, and a second night on the same data after many decisions."""
    folder = tmp_path_factory.mktemp("decided") / "store"
    first = nightly(folder, Night(world, date=date(2026, 5, 1))).run
    store = Store.open(folder)
    rings = first.frame("rings").sort("size", "ring_id", descending=[True, False])
    names = rings["ring_id"].to_list()
    reject(store, names[0], who="ann", why="a course")
    confirm(store, names[1], who="bob")
    a, b = members(first, names[1])[:2]
    not_linked(store, a, b, who="cy", why="flatmates")
    split(store, names[2], [members(first, names[2])[:2]], who="dee")
    kind, value = shared(first, names[3])
    ignore(store, kind, value, who="eve", reason="a kiosk")
    reject(store, names[4], who="ann")
    undo(store, "v5", who="ann")
    return store, first, nightly(folder, Night(world, date=date(2026, 5, 2))).run


def members(run: Run, ring: str) -> list[str]:
    return run.frame("ring_members").filter(ring_id=ring)["account_id"].sort().to_list()


def shared(run: Run, ring: str) -> tuple[str, str]:
    """What most members of a ring share of what counts as evidence."""
    telling = run.frame("evidence").filter(pl.col("kind") != "template")
    inside = run.frame("sightings").filter(pl.col("account_id").is_in(members(run, ring)))
    inside = inside.join(telling, ["kind", "value"], "semi")
    counts = inside.group_by("kind", "value").len().sort("len", "kind", "value")
    kind, value = counts.select("kind", "value").row(-1)
    return kind, value


def names_of(run: Run) -> list[str]:
    """Ring ids in the order in which they were decided on."""
    rings = run.frame("rings").sort("size", "ring_id", descending=[True, False])
    return rings["ring_id"].to_list()


def test_a_rejected_ring_is_listed_as_such_and_named_by_no_account(
    decided: tuple[Store, Run, Run],
) -> None:
    _, first, second = decided
    ring = names_of(first)[0]
    assert second.frame("rings").filter(ring_id=ring)["status"].to_list() == ["rejected"]
    scores = second.frame("scores")
    assert ring not in scores["ring_id"].to_list()
    assert not scores["reasons"].str.contains(ring, literal=True).any()


def test_a_confirmed_ring_goes_on_and_its_flatmates_are_apart(
    decided: tuple[Store, Run, Run],
) -> None:
    _, first, second = decided
    ring = names_of(first)[1]
    a, b = members(first, ring)[:2]
    place = dict(second.frame("ring_members").select("account_id", "ring_id").iter_rows())
    assert place.get(a) != place.get(b) or a not in place
    facts = second.frame("rings").filter(status="confirmed")
    if not facts.is_empty():
        assert facts["why"].str.contains("Confirmed by bob").all()
        inside = set(members(second, facts["ring_id"][0]))
        assert inside <= set(members(first, ring)) | set(place)


def test_a_split_ring_stays_split(decided: tuple[Store, Run, Run]) -> None:
    _, first, second = decided
    old = members(first, names_of(first)[2])
    place = dict(second.frame("ring_members").select("account_id", "ring_id").iter_rows())
    left = {place[a] for a in old[:2] if a in place}
    right = {place[a] for a in old[2:] if a in place}
    assert not left & right


def test_an_ignored_identifier_is_no_evidence(decided: tuple[Store, Run, Run]) -> None:
    _, first, second = decided
    kind, value = shared(first, names_of(first)[3])
    assert first.frame("evidence").filter(kind=kind, value=value).height
    assert second.frame("evidence").filter(kind=kind, value=value).is_empty()
    hub = second.frame("hubs").filter(kind=kind, value=value)
    assert hub.select("treatment", "who", "reason").rows() == [("ignore", "eve", "a kiosk")]


def test_a_verdict_that_was_taken_back_does_nothing(decided: tuple[Store, Run, Run]) -> None:
    _, first, second = decided
    ring = names_of(first)[4]
    before = first.frame("rings").filter(ring_id=ring)["status"].to_list()
    assert second.frame("rings").filter(ring_id=ring)["status"].to_list() in (before, [])
    assert second.manifest["night"]["verdicts"]["count"] == 4


def test_the_night_again_has_the_same_bytes_and_without_verdicts_the_rings_are_back(
    decided: tuple[Store, Run, Run], world: Frames, tmp_path: Path
) -> None:
    store, first, _ = decided
    again = replay(store, tmp_path / "again", data=world)
    assert again.files == ()
    free = replay(store, tmp_path / "free", data=world, verdicts=False)
    called = dict(free.rings.select("ring_id", "status").iter_rows())
    before = dict(first.frame("rings").select("ring_id", "status").iter_rows())
    rejected = names_of(first)[0]
    assert called[rejected] == before[rejected]


def test_a_shared_place_links_nobody(world: Frames, tmp_path: Path) -> None:
    first = nightly(tmp_path / "store", Night(world, date=date(2026, 5, 1))).run
    store = Store.open(tmp_path / "store")
    ring = first.frame("rings").filter(pl.col("link_kinds").str.contains("device"))["ring_id"][0]
    verdict = shared_place(store, ring, who="ann", why="a school")
    second = nightly(store.folder, Night(world, date=date(2026, 5, 2))).run
    places = pl.DataFrame(list(verdict.identifiers), schema=["kind", "value"], orient="row")
    assert second.frame("evidence").join(places, ["kind", "value"], "semi").is_empty()
    hubs = second.frame("hubs").join(places, ["kind", "value"], "semi")
    assert hubs["treatment"].to_list() == ["ignore"] * len(places)
    assert hubs["expiry"].null_count() == 0
