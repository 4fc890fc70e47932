from __future__ import annotations

import importlib
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from ingest import Tables, check_tables, read_tables
from ringscope.demo import make_world
from ringscope.evaluate import TRUTH

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
FRAMES = ("accounts", "logins", "messages", "events", "payments", "engagement")
SEED = 5


@pytest.fixture(scope="module")
def attacks() -> Any:
    """The package of attacks, found as its benchmarks find it."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        return importlib.import_module("_attacks")
    finally:
        sys.path.remove(str(BENCHMARKS))


@pytest.fixture(scope="module")
def world() -> tuple[Tables, pl.DataFrame]:
    made = make_world(accounts=1200, seed=4)
    truth = made.pop("truth").select(pl.col(name).cast(dtype) for name, dtype in TRUTH.items())
    return read_tables(made), truth


@pytest.fixture(scope="module")
def crew(attacks: Any, world: tuple[Tables, pl.DataFrame]) -> pl.DataFrame:
    """account, ring of the ring members."""
    found: pl.DataFrame = sys.modules["_attacks.tables"].ring_members(*world)
    assert found.height >= 30
    return found


def rng() -> np.random.Generator:
    return np.random.default_rng(SEED)


def of(frame: pl.DataFrame, accounts: pl.Series, *, others: bool = False) -> pl.DataFrame:
    inside = frame["account"].is_in(accounts.implode())
    return frame.filter(~inside if others else inside)


def shared(attacks: Any, tables: Tables, crew: pl.DataFrame) -> pl.DataFrame:
    """kind, value, ring, members: identifiers that two members of a ring use."""
    used = attacks.uses(tables).join(crew, "account")
    return used.group_by("kind", "value", "ring").len("members").filter(pl.col("members") > 1)


def test_every_attack_leaves_clean_tables_of_the_same_accounts(
    attacks: Any, world: tuple[Tables, pl.DataFrame]
) -> None:
    tables, truth = world
    for name, attack in attacks.ATTACKS.items():
        found, again = attack(tables, truth, rng()), attack(tables, truth, rng())
        check_tables(found)
        assert found.accounts["account_id"].equals(tables.accounts["account_id"]), name
        kept = "labels" in name or found.accounts["label"].equals(tables.accounts["label"])
        assert kept, f"{name} changes labels"
        assert all(getattr(found, f).equals(getattr(again, f)) for f in FRAMES), f"{name}: seed"
        assert not all(getattr(found, f).equals(getattr(tables, f)) for f in FRAMES), name
        for frame in FRAMES[1:]:
            rows = getattr(found, frame)
            assert rows.equals(rows.sort(rows.columns)), f"{name}: order of {frame}"


def test_dealing_what_is_there_changes_nothing(
    attacks: Any, world: tuple[Tables, pl.DataFrame]
) -> None:
    tables, _ = world
    same = attacks.deal(tables, attacks.uses(tables).with_columns(new="value"))
    assert all(getattr(same, f).equals(getattr(tables, f)) for f in FRAMES)


def test_full_rotation_leaves_nothing_shared_within_a_ring(
    attacks: Any, world: tuple[Tables, pl.DataFrame], crew: pl.DataFrame
) -> None:
    tables, truth = world
    before = shared(attacks, tables, crew).height
    half = shared(attacks, attacks.rotate(tables, truth, rng(), share=0.5), crew).height
    whole = attacks.rotate(tables, truth, rng(), share=1.0)
    assert shared(attacks, whole, crew).is_empty()
    assert 0 < half < 0.8 * before
    fresh = attacks.uses(whole).join(attacks.uses(tables), ["kind", "value"], "anti")
    assert fresh.group_by("kind", "value").len()["len"].max() == 1
    honest = of(attacks.uses(tables), crew["account"], others=True)
    assert of(attacks.uses(whole), crew["account"], others=True).equals(honest)


def test_after_a_split_two_members_share_a_device_at_most(
    attacks: Any, world: tuple[Tables, pl.DataFrame], crew: pl.DataFrame
) -> None:
    tables, truth = world
    device = pl.col("kind") == "device"
    before = shared(attacks, tables, crew).filter(device)["members"]
    after = shared(attacks, attacks.split_devices(tables, truth, rng()), crew).filter(device)
    assert before.max() > 2  # type: ignore[operator]
    assert after["members"].max() == 2


def test_paraphrasing_changes_the_words_of_spam_alone(
    attacks: Any, world: tuple[Tables, pl.DataFrame]
) -> None:
    tables, truth = world
    spam = sys.modules["_attacks.tables"].accounts_of(tables, truth, 1)
    found = attacks.paraphrase(tables, truth, rng(), share=0.3).messages
    assert of(found, spam, others=True).equals(of(tables.messages, spam, others=True))
    old, new = of(tables.messages, spam), of(found, spam)
    both = old.join(new, ["account", "ts", "recipient_id"], nulls_equal=True, suffix="_new")
    words = both.select(
        old=pl.col("text").str.split(" "), new=pl.col("text_new").str.split(" ")
    ).explode("old", "new")
    plain = words.filter(pl.col("old").str.contains(r"^\p{L}+$"))
    assert 0.2 < (plain["old"] != plain["new"]).mean() < 0.35  # type: ignore[operator]
    rest = words.filter(~pl.col("old").str.contains(r"^\p{L}+$"))
    assert rest["old"].equals(rest["new"])


def test_camouflage_adds_addresses_of_honest_accounts(
    attacks: Any, world: tuple[Tables, pl.DataFrame], crew: pl.DataFrame
) -> None:
    tables, truth = world
    found = attacks.camouflage(tables, truth, rng(), count=5).logins
    added = found.join(tables.logins, found.columns, "anti", nulls_equal=True)
    counts = added.group_by("account").len()["len"]
    assert set(added["account"]) <= set(crew["account"])
    assert counts.max() == 5
    assert added.height > 4 * crew.height
    honest = of(tables.logins, crew["account"], others=True)
    assert set(added["ip"]) <= set(honest["ip"])
    own = of(tables.logins, crew["account"])["device_id"]
    assert set(added["device_id"]) <= set(own) | {None}
    created = tables.accounts["created_at"].gather(added["account"])
    assert (added["ts"] >= created).all()


def test_a_hub_is_shared_by_two_rings_and_honest_accounts(
    attacks: Any, world: tuple[Tables, pl.DataFrame], crew: pl.DataFrame
) -> None:
    tables, truth = world
    found = attacks.shared_hub(tables, truth, rng()).logins
    added = found.join(tables.logins, found.columns, "anti", nulls_equal=True)
    users = (
        added.join(crew, "account", "left")
        .group_by("ip")
        .agg(rings=pl.col("ring").drop_nulls().n_unique(), honest=pl.col("ring").null_count())
    )
    assert users.height == crew["ring"].n_unique() // 2
    assert users["rings"].unique().to_list() == [2]
    assert users["honest"].min() == 20


def test_slow_growth_spreads_sign_ups_evenly(
    attacks: Any, world: tuple[Tables, pl.DataFrame], crew: pl.DataFrame
) -> None:
    tables, truth = world
    found = attacks.grow_slowly(tables, truth, rng())
    end = tables.logins["ts"].max()
    created = crew.with_columns(at=pl.lit(found.accounts["created_at"]).gather("account"))
    gaps = (
        created.drop_nulls("at")
        .sort("ring", "at")
        .with_columns(gap=pl.col("at").diff().over("ring"))
        .drop_nulls("gap")
        .group_by("ring")
        .agg(spread=pl.col("gap").max() - pl.col("gap").min())
    )
    assert gaps["spread"].max() < timedelta(seconds=1)  # type: ignore[operator]
    assert max(getattr(found, frame)["ts"].max() for frame in FRAMES[1:5]) <= end
    others = of(found.logins, crew["account"], others=True)
    assert others.equals(of(tables.logins, crew["account"], others=True))


def test_aged_accounts_are_older_by_half_a_year_or_more(
    attacks: Any, world: tuple[Tables, pl.DataFrame]
) -> None:
    tables, truth = world
    spam = sys.modules["_attacks.tables"].accounts_of(tables, truth, 1)
    found = attacks.age(tables, truth, rng())
    older = tables.accounts["created_at"] - found.accounts["created_at"]
    assert older.gather(spam).drop_nulls().is_between(timedelta(180), timedelta(720)).all()
    assert (older.drop_nulls() > timedelta()).sum() == len(older.gather(spam).drop_nulls())
    assert found.logins.equals(tables.logins)


@pytest.mark.parametrize("share", [0.01, 0.05])
def test_poison_turns_its_share_of_labels(
    attacks: Any, world: tuple[Tables, pl.DataFrame], share: float
) -> None:
    tables, truth = world
    before = tables.accounts["label"]
    after = attacks.poison(tables, truth, rng(), share=share).accounts["label"]
    turned = before.ne_missing(after)
    half = round(share * before.count() / 2)
    assert (turned & (before == 0)).sum() == half
    assert (turned & (before == 1)).sum() == min(half, (before == 1).sum())
    assert after.null_count() == before.null_count()


def test_framed_accounts_share_devices_with_a_ring(
    attacks: Any, world: tuple[Tables, pl.DataFrame], crew: pl.DataFrame
) -> None:
    tables, truth = world
    found = attacks.frame_honest(tables, truth, rng())
    added = found.logins.join(tables.logins, found.logins.columns, "anti", nulls_equal=True)
    assert set(added["account"]) <= set(crew["account"])
    source = of(tables.logins, crew["account"], others=True)
    copied = added.join(source, ["ts", "ip", "device_id"], nulls_equal=True, suffix="_of")
    assert copied.n_unique(["account", "ts", "ip"]) == added.n_unique(["account", "ts", "ip"])
    honest = truth.filter(pl.col("spam") == 0).height
    assert 0.02 * honest < copied["account_of"].n_unique() < 0.08 * honest
