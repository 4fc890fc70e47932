from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from graph import link
from ingest import SettingsError, read_tables
from ringscope.demo.nights import NightsWorld, make_nights
from ringscope.demo.sagas import CROWD, MERGES, PLANNED, SLEEPS, SPLITS

SIZE = 5 * PLANNED


@pytest.fixture(scope="module")
def world() -> NightsWorld:
    return make_nights(accounts=SIZE, seed=5)


def members(world: NightsWorld, *rings: str) -> pl.Series:
    return world.truth.filter(pl.col("ring").is_in(list(rings)))["account_id"].implode()


def test_the_same_arguments_give_the_same_world(world: NightsWorld) -> None:
    again = make_nights(accounts=SIZE, seed=5)
    assert all(again.tables[name].equals(world.tables[name]) for name in world.tables)
    assert again.truth.equals(world.truth)
    assert again.plan.equals(world.plan)


def test_each_night_sees_the_past_and_nothing_else(world: NightsWorld) -> None:
    before: dict[str, pl.DataFrame] | None = None
    for number in (0, 12, 29):
        tables = world.night(number)
        for name, frame in tables.items():
            time = "created_at" if name == "accounts" else "ts"
            assert frame[time].max() < world.end(number), name
            assert before is None or frame.height > before[name].height, name
        before = tables
    assert world.end(1) - world.end(0) == timedelta(days=1)


def test_labels_come_and_stay(world: NightsWorld) -> None:
    labels = [
        world.night(number)["accounts"].drop_nulls("label").select("account_id", "label")
        for number in (0, 29)
    ]
    assert 0 < labels[0].height < labels[1].height
    assert labels[0].join(labels[1], ["account_id", "label"], "anti").is_empty()


def test_the_last_night_is_a_world_that_can_be_read(world: NightsWorld) -> None:
    tables = read_tables(world.night(29))
    assert tables.accounts.height == SIZE
    assert set(tables.quarantine["reason"]) <= {"duplicate row"}


def test_truth_knows_every_account_and_the_night_of_its_sign_up(world: NightsWorld) -> None:
    joined = world.tables["accounts"].join(world.truth, "account_id")
    assert joined.height == SIZE
    night = (pl.col("created_at") - world.end(-1)).dt.total_seconds() / 86_400
    assert joined.select((night.floor() == pl.col("night")).all()).item()


def test_every_plot_is_planned_and_partners_turn_together(world: NightsWorld) -> None:
    plan = world.plan
    assert set(plan["plot"]) == {
        "steady", "born", "grows", "rotates", MERGES, SPLITS, SLEEPS,
    }  # fmt: skip
    pairs = plan.drop_nulls("partner")
    other = pairs.select(partner="ring", ring="partner", turn="turn")
    assert pairs.join(other, ["ring", "partner", "turn"], "anti").is_empty()
    born = world.truth.filter(pl.col("kind") == "born").group_by("ring").agg(pl.col("night").min())
    assert born["night"].is_between(1, 29).all()


def test_merging_rings_share_nothing_before_their_turn_and_a_card_after(
    world: NightsWorld,
) -> None:
    for ring, turn, partner in (
        world.plan.filter(pl.col("plot") == MERGES).select("ring", "turn", "partner").iter_rows()
    ):
        cards = [
            world.night(night)["payments"]
            .join(world.truth, "account_id")
            .filter(pl.col("ring").is_in([ring, partner]))
            .group_by("instrument_id")
            .agg(pl.col("ring").n_unique())
            for night in (turn - 1, turn)
        ]
        assert cards[0].filter(pl.col("ring") == 2).is_empty()
        assert cards[1].filter(pl.col("ring") == 2).height == 1


def test_what_ties_crews_becomes_a_hub_on_the_night_of_their_split(world: NightsWorld) -> None:
    ring, turn, partner = (
        world.plan.filter(pl.col("plot") == SPLITS).select("ring", "turn", "partner").row(0)
    )
    both = members(world, ring, partner)
    hubs = []
    for night in (turn - 1, turn):
        tables = read_tables(world.night(night))
        used = tables.logins.join(
            tables.accounts.with_row_index("account").filter(pl.col("account_id").is_in(both)),
            "account",
        )["device_id"]
        hubs.append(set(link(tables).hubs["value"]) & set(used.drop_nulls()))
    assert hubs[0] == set()
    assert len(hubs[1]) == 2
    assert CROWD > 60, "more than the cap of devices"


def test_sleeping_rings_do_nothing_between_their_nights(world: NightsWorld) -> None:
    for ring, turn, until in (
        world.plan.filter(pl.col("plot") == SLEEPS).select("ring", "turn", "until").iter_rows()
    ):
        own = world.tables["logins"].filter(pl.col("account_id").is_in(members(world, ring)))
        asleep = pl.col("ts").is_between(world.end(turn - 1), world.end(until - 1), closed="left")
        assert own.filter(asleep).is_empty()
        assert own.filter(pl.col("ts") >= world.end(until - 1)).height > 0


@pytest.mark.parametrize("wrong", [{"accounts": 300}, {"nights": 3}, {"nights": 200}])
def test_a_world_that_cannot_be_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(SettingsError, match="="):
        make_nights(**wrong)
