from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from graph import Linkage, find_rings, link
from graph.hubs import SILENT
from ingest import NotFound, Tables, read_tables
from ringscope import Run, Settings, analyze
from ringscope.cli import app
from ringscope.demo import make_world
from ringscope.hubs import PolicyRow, policy_frame, preview
from ringscope.hubs.preview import compared
from ringscope.hubs.rebuild import rebuilt, risks_of
from ringscope.nightly.job import Night, nightly
from ringscope.verdicts import Verdict

SETTINGS = Settings(seed=3)


@pytest.fixture(scope="module")
def tables() -> Tables:
    """A world without labels."""
    frames = {
        name: frame for name, frame in make_world(accounts=1500, seed=3).items() if name != "truth"
    }
    frames["accounts"] = frames["accounts"].drop("label")
    return read_tables(frames)


@pytest.fixture(scope="module")
def run(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return analyze(tables, SETTINGS, tmp_path_factory.mktemp("preview") / "run")


def row(kind: str, value: str, treatment: str, limit: int = 0) -> PolicyRow:
    return PolicyRow(kind, value, treatment, "why", "ann", "2026-05-01T00:00:00", limit=limit)


def most_shared(run: Run, kind: str) -> str:
    """The identifier that ties most members of one ring."""
    inside = (
        run.frame("ring_members")
        .join(run.frame("sightings").filter(kind=kind), "account_id")
        .join(run.frame("identifiers").filter(treatment=""), ["kind", "value"], "semi")
        .group_by("ring_id", "value")
        .len()
        .sort("len", "value", descending=[True, False])
    )
    return str(inside["value"][0])


def members(linkage: Linkage, run: Run) -> set[frozenset[str]]:
    accounts = run.frame("accounts")
    found = find_rings(linkage, risks_of(run), accounts["created_at"], seed=SETTINGS.seed)
    named = found.members.with_columns(id=pl.lit(accounts["account_id"]).gather("account"))
    return {frozenset(ids) for ids in named.group_by("ring").agg("id")["id"].to_list()}


def test_the_graph_of_a_run_is_put_together_as_it_was(run: Run, tables: Tables) -> None:
    ours, theirs = rebuilt(run), link(tables, seed=SETTINGS.seed)
    assert ours.links.select("a", "b").equals(theirs.links.select("a", "b"))
    assert (ours.links["weight"] - theirs.links["weight"]).abs().max() < 1e-5
    assert ours.sightings.equals(theirs.sightings)
    assert ours.identifiers["value"].equals(theirs.identifiers["value"])
    assert ours.evidence.drop("weight").equals(theirs.evidence.drop("weight"))
    assert members(ours, run) == members(theirs, run)


@pytest.mark.parametrize("kind", ["ip", "device", "instrument", "email"])
def test_measuring_again_changes_nothing(run: Run, kind: str) -> None:
    got = preview(run, row(kind, most_shared(run, kind), "expire"))
    assert got.rings.is_empty()
    assert got.links[0] == got.links[1]


@pytest.mark.parametrize("kind", ["ip", "device", "template"])
@pytest.mark.parametrize(("treatment", "limit"), [("ignore", 0), ("cap", 3), ("allow", 0)])
def test_links_and_rings_are_those_that_the_policy_would_make(
    run: Run, tables: Tables, kind: str, treatment: str, limit: int
) -> None:
    change = row(kind, most_shared(run, kind), treatment, limit)
    got = preview(run, change)
    obeyed = link(tables, seed=SETTINGS.seed, policy=policy_frame([change]))
    assert got.links[1] == obeyed.links.height
    before, after = members(rebuilt(run), run), members(obeyed, run)
    differ = len(before - after), len(after - before)
    told = got.rings.filter((pl.col("joined") > 0) | (pl.col("left") > 0))
    assert told.filter(pl.col("change") != "appears").height == differ[0]
    assert told.filter(pl.col("change") != "vanishes").height == differ[1]


def test_a_ring_that_stands_on_one_thing_vanishes(run: Run) -> None:
    kinds = dict(run.frame("rings").select("ring_id", "link_kinds").iter_rows())
    alone = [ring for ring, kind in kinds.items() if kind == "phone"]
    assert alone, kinds
    inside = run.frame("ring_members").filter(ring_id=alone[0])
    used = run.frame("sightings").filter(kind="phone").join(inside, "account_id")
    value = used.group_by("value").len().sort("len", "value")["value"][-1]
    got = preview(run, row("phone", value, "ignore")).rings.filter(ring_id=alone[0])
    assert got.select("change", "size", "left").rows() == [("vanishes", 0, inside.height)]


def test_a_hub_that_is_allowed_links_its_users(run: Run) -> None:
    capped = run.frame("identifiers").filter(pl.col("treatment").is_in(SILENT))
    capped = capped.filter(pl.col("kind") != "template").sort("accounts")
    if capped.is_empty():
        pytest.skip("this world has no capped address")
    kind, value, accounts = capped.select("kind", "value", "accounts").row(0)
    before, after = preview(run, row(kind, value, "allow")).links
    assert after - before > accounts


def test_who_stays_apart_stays_so_in_a_preview(run: Run) -> None:
    ring, size = run.frame("rings").sort("size").select("ring_id", "size").row(-1)
    pair = run.frame("ring_members").filter(ring_id=ring)["account_id"].sort().to_list()[:2]
    apart = Verdict("not-linked", "ann", "2026-05-01T00:00:00", accounts=tuple(pair), n=1)
    nothing = row("ip", most_shared(run, "ip"), "expire")
    assert preview(run, nothing, [apart]).rings.is_empty(), size


def test_an_identifier_that_is_not_there(run: Run) -> None:
    with pytest.raises(NotFound, match="no ip"):
        preview(run, row("ip", "no such", "ignore"))


def grouping(rings: dict[int, str], status: str = "ring") -> pl.DataFrame:
    rows = [(ring, account, status) for ring, names in rings.items() for account in names.split()]
    return pl.DataFrame(rows, schema=["ring", "account_id", "status"], orient="row")


def test_what_appears_vanishes_changes_and_merges() -> None:
    old = grouping({0: "a b c", 1: "d e f", 2: "g h i", 3: "j k l"})
    new = grouping({5: "a b c", 6: "d e f x", 7: "g h", 8: "u v w"})
    names = old.select(ring_id=pl.format("R-{}", "ring"), account_id="account_id")
    got = {
        (r["ring_id"], r["change"]): (r["joined"], r["left"])
        for r in compared(old, new, names).to_dicts()
    }
    assert got == {
        ("R-1", "changes"): (1, 0),
        ("R-2", "changes"): (0, 1),
        ("R-3", "vanishes"): (0, 3),
        ("", "appears"): (3, 0),
    }
    merged = compared(old, grouping({1: "a b c d e f", 2: "g h i", 3: "j k l"}), names)
    assert merged.select("ring_id", "change", "joined", "left").rows() == [
        ("R-0", "changes", 3, 0), ("R-1", "vanishes", 0, 3),
    ]  # fmt: skip


def test_a_change_of_status_is_a_change() -> None:
    old, new = grouping({0: "a b c"}, "suspected"), grouping({0: "a b c"}, "ring")
    names = old.select(ring_id=pl.lit("R-0"), account_id="account_id")
    got = compared(old, new, names)
    assert got.select("change", "status_before", "status").rows() == [
        ("changes", "suspected", "ring")
    ]


def test_the_command(run: Run, tables: Tables, tmp_path: Path) -> None:
    nightly(tmp_path / "store", Night(tables, date=date(2026, 5, 1), canaries=False), SETTINGS)
    words = ["hub", "preview", "ignore", "device", most_shared(run, "device")]
    result = CliRunner().invoke(app, [*words, "--store", str(tmp_path / "store")])
    assert result.exit_code == 0, result.output
    assert "links " in result.stdout
    assert "Rings that would differ" in result.stdout
