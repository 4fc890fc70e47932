from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import graph
from ingest import Tables, read_tables
from models.account_features import account_features, account_graph
from models.relational import Contacts, Firsts
from ringscope.demo import make_world

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(scope="module")
def switches() -> Any:
    """The package of switches, found as its benchmark finds it."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        return importlib.import_module("_switches")
    finally:
        sys.path.remove(str(BENCHMARKS))


@pytest.fixture(scope="module")
def tables() -> Tables:
    made = make_world(accounts=600, seed=4)
    del made["truth"]
    return read_tables(made)


@pytest.fixture(scope="module")
def whole(tables: Tables) -> graph.Linkage:
    return graph.link(tables)


def test_every_switch_puts_something_else_in_place_and_takes_it_back(switches: Any) -> None:
    for name, switch in switches.SWITCHES.items():
        for target in switch.targets:
            module, _, attribute = target.partition(":")
            home = importlib.import_module(module)
            before = getattr(home, attribute)
            with switches.off(switch):
                assert getattr(home, attribute) is not before, name
            assert getattr(home, attribute) is before, name


def test_functions_are_replaced_where_they_were_imported_to(switches: Any) -> None:
    linkage = importlib.import_module("graph.linkage")
    before = linkage.find_sightings
    with switches.off(switches.SWITCHES["without ip links"]):
        assert linkage.find_sightings is not before
    assert linkage.find_sightings is before


@pytest.mark.parametrize("kind", ["device", "template", "burst", "email"])
def test_a_kind_without_links_links_nobody(
    switches: Any, tables: Tables, whole: graph.Linkage, kind: str
) -> None:
    with switches.off(switches.SWITCHES[f"without {kind} links"]):
        found = graph.link(tables)
    assert kind in set(whole.sightings["kind"])
    assert kind not in set(found.sightings["kind"]) | set(found.evidence["kind"])
    assert set(whole.evidence["kind"]) - set(found.evidence["kind"]) <= {kind}
    assert found.identifiers["identifier"].equals(
        pl.Series(range(found.identifiers.height)), check_dtypes=False
    )


@pytest.mark.parametrize("name", ["time does not matter", "all that is shared is equally rare"])
def test_without_time_or_rarity_links_weigh_more(
    switches: Any, tables: Tables, whole: graph.Linkage, name: str
) -> None:
    with switches.off(switches.SWITCHES[name]):
        found = graph.link(tables)
    assert found.evidence["weight"].sum() > 1.05 * whole.evidence["weight"].sum()


def test_fewer_accounts_per_identifier_make_more_hubs(
    switches: Any, tables: Tables, whole: graph.Linkage
) -> None:
    with switches.off(switches.SWITCHES["at most ten accounts per identifier"]):
        assert graph.link(tables).hubs.height > whole.hubs.height


def test_all_wordings_tell(switches: Any, tables: Tables) -> None:
    with (
        switches.off(switches.SWITCHES["all wordings are equally telling"]),
        switches.off(switches.SWITCHES["stock phrases are not told apart"]),
    ):
        assert graph.link(tables).templates["specificity"].unique().to_list() == [1.0]


def test_families_and_the_graph_are_taken_away(
    switches: Any, tables: Tables, whole: graph.Linkage
) -> None:
    scoring = importlib.import_module("models.scoring")
    known = account_features(tables, whole)
    for name in ("behaviour", "neighbours"):
        with switches.off(switches.SWITCHES[f"without {name} features"]):
            found = scoring.account_features(tables, whole)
        assert set(known.families.values()) - set(found.families.values()) == {name}
    with switches.off(switches.SWITCHES["what links tell, dealt to others"]):
        dealt = scoring.account_features(tables, whole)
    moved = {c for c in known.columns if not known.frame[c].equals(dealt.frame[c])}
    assert {known.families[c] for c in moved} == {"graph", "neighbours"}
    learned = importlib.import_module("models.learned")
    with switches.off(switches.SWITCHES["graph network on shuffled edges"]):
        shuffled = learned.account_graph(tables, whole)
    own = account_graph(tables, whole)
    assert not np.array_equal(shuffled.links["link"][0], own.links["link"][0])
    assert sorted(shuffled.links["link"][2]) == sorted(own.links["link"][2])


def test_rings_stay_as_they_were_decided_without_orphans(switches: Any) -> None:
    scoring = importlib.import_module("models.scoring")
    with switches.off(switches.SWITCHES["no orphans are assigned"]):
        given = scoring.place_orphans("found", "rings", "risk", "accounts", limit=1.0, apart=None)
    assert given == ("found", "rings")


def test_the_second_look_is_left_out_or_sees_no_view(switches: Any) -> None:
    learned = importlib.import_module("models.learned")
    rng = np.random.default_rng(3)
    labels = np.where(rng.random(60) < 0.5, (rng.random(60) < 0.4).astype(int), -1)
    firsts = Firsts(rng.random(60), rng.normal(size=60), labels)
    folds = np.where(labels >= 0, np.arange(60) % 3, -1)
    from scipy.sparse import random_array

    network = random_array((60, 60), density=0.05, format="csr", rng=1)
    network = network + network.T
    near = Contacts(network, network, network)
    with switches.off(switches.SWITCHES["without the second look"]):
        _, risk = learned.fit_second_look(firsts, folds, near)
    assert np.allclose(risk.risk, np.clip(firsts.risk, 1e-4, 1 - 1e-4))
    with switches.off(switches.SWITCHES["without the own view"]):
        _, blind = learned.fit_second_look(firsts, folds, near)
        _, again = learned.fit_second_look(firsts._replace(view=-firsts.view), folds, near)
    assert np.allclose(blind.risk, again.risk)
