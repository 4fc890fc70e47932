"""Linkage with kept evidence of other rows is linkage from nothing, to the last bit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from unittest import mock

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph import Linkage, kinds, link
from graph.ruled import POLICY
from ingest import Tables, read_tables
from ingest.kept import Found, Kept
from ingest.read_once import read_once

World = Callable[..., Tables]
Frames = dict[str, pl.DataFrame]
KEY = bytes(range(32))
BY_NAME = ("accounts", "logins", "messages", "payments", "edges")


def assert_equal(one: Linkage, other: Linkage, message: str) -> None:
    for field in fields(Linkage):
        left, right = getattr(one, field.name), getattr(other, field.name)
        if isinstance(left, pl.DataFrame):
            assert left.equals(right), f"{field.name}: {message}"
        else:
            assert np.array_equal(left, right), f"{field.name}: {message}"


def frames_of(tables: Tables) -> Frames:
    """Input tables by name, with account ids, that give these clean tables."""
    ids = pl.lit(tables.accounts["account_id"])
    inputs = {"accounts": tables.accounts.select("account_id", "created_at", "email", "phone")}
    for name in BY_NAME[1:]:
        rows = getattr(tables, name)
        named = {"src" if name == "edges" else "account_id": ids.gather("account")}
        named |= {"dst": ids.gather("other")} if name == "edges" else {}
        inputs[name] = rows.with_columns(**named).drop("account", "other", strict=False)
    return inputs


def changed(frames: Frames, rng: np.random.Generator, share: float, drop: str) -> Tables:
    """Rows that come late, go or move, accounts that go with theirs, a table that is missing."""
    ids = frames["accounts"]["account_id"]
    gone = ids.filter(pl.Series(rng.random(len(ids)) < share)).implode()
    left = {name: rows for name, rows in frames.items() if name != drop}
    for name, rows in left.items():
        who = [c for c in ("account_id", "src", "dst") if c in rows.columns]
        stay = ~pl.any_horizontal(pl.col(who).is_in(gone))
        if name != "accounts":
            stay &= pl.Series(rng.random(rows.height) >= share)
        left[name] = rows.filter(stay)
    moved = pl.Series(rng.random(left["accounts"].height) < share)
    signup = pl.when(moved).then(pl.col("created_at") - timedelta(days=1)).otherwise("created_at")
    left["accounts"] = left["accounts"].with_columns(signup.alias("created_at"))
    if "logins" in left:
        late = pl.Series(rng.random(left["logins"].height) < share)
        ts = pl.when(late).then(pl.col("ts") + timedelta(hours=30)).otherwise("ts")
        left["logins"] = left["logins"].with_columns(ts.alias("ts"))
    return read_tables(left)


def decided(tables: Tables, rng: np.random.Generator, rows: int) -> pl.DataFrame:
    """People rule on some devices and addresses."""
    what = [("device", f"d{x}") for x in rng.permutation(60)[:rows]]
    what += [("ip", x) for x in tables.logins["ip"].drop_nulls().unique().sort().head(rows)]
    said = [
        {
            "kind": kind,
            "value": value,
            "treatment": (treatment := str(rng.choice(["ignore", "cap", "allow"]))),
            "limit": int(rng.integers(2, 9)) if treatment == "cap" else None,
        }
        for kind, value in what
    ]
    return pl.DataFrame(said, schema=POLICY)


def linked(tables: Tables, kept: Kept, policy: pl.DataFrame | None = None) -> Linkage:
    return link(read_once(tables, kept), policy=policy)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 10**6),
    share=st.sampled_from([0.0, 0.01, 0.1, 0.5]),
    drop=st.sampled_from(["", "", "logins", "messages", "payments"]),
    back=st.booleans(),
    rules=st.tuples(st.sampled_from([0, 3]), st.sampled_from([0, 3])),
)
def test_a_night_with_kept_evidence_is_the_night_from_nothing(
    random_world: World, seed: int, share: float, drop: str, back: bool, rules: tuple[int, int]
) -> None:
    rng = np.random.default_rng(seed)
    whole = random_world(seed)
    nights = [changed(frames_of(whole), rng, share, drop), whole][:: 1 if back else -1]
    first = Kept(key=KEY)
    policies = [decided(whole, rng, rows) for rows in rules]
    message = f"seed {seed}, share {share}"
    assert_equal(
        linked(nights[0], first, policies[0]), link(nights[0], policy=policies[0]), message
    )
    second = Kept(first.found(), KEY)
    assert_equal(
        linked(nights[1], second, policies[1]), link(nights[1], policy=policies[1]), message
    )
    third = Kept(second.found(), KEY)
    assert_equal(
        linked(nights[1], third, policies[1]), link(nights[1], policy=policies[1]), message
    )
    assert third.again == {"evidence": 0}, message


def test_only_identifiers_with_something_new_are_weighed_again(random_world: World) -> None:
    whole = frames_of(random_world(3))
    first = Kept(key=KEY)
    linked(read_tables(whole), first)
    logins = whole["logins"]
    row = logins.head(1).with_columns(pl.col("ts") + timedelta(days=90), device_id=pl.lit("d1"))
    second = Kept(first.found(), KEY)
    tables = read_tables({**whole, "logins": pl.concat([logins, row])})
    assert_equal(linked(tables, second), link(tables), "one login")
    # The device, the address of the login, and whatever its moment has to do with.
    assert 1 <= second.again["evidence"] <= 3
    assert second.told() == [
        f"evidence: {second.again['evidence']} of {_shared(link(tables))} identifiers made again"
    ]


def _shared(linkage: Linkage) -> int:
    return linkage.identifiers.filter(pl.col("accounts") >= 2).height


def test_numbers_may_shift(random_world: World) -> None:
    whole = frames_of(random_world(4))
    first = Kept(key=KEY)
    linked(read_tables(whole), first)
    new = pl.DataFrame({"account_id": ["A", "a0005x"]})
    more = pl.DataFrame({"account_id": ["A"], "ts": ["2026-01-05"], "device_id": ["a device"]})
    tables = read_tables(
        {
            **whole,
            "accounts": pl.concat([whole["accounts"], new], how="diagonal"),
            "logins": pl.concat(
                [whole["logins"], more.with_columns(pl.col("ts").str.to_datetime(time_unit="us"))],
                how="diagonal",
            ),
        }
    )
    second = Kept(first.found(), KEY)
    assert_equal(linked(tables, second), link(tables), "two more accounts")
    assert second.again["evidence"] == 0


@pytest.mark.parametrize("treatment", ["ignore", "allow", "cap"])
def test_who_rules_on_one_identifier_has_one_weighed_again(
    random_world: World, treatment: str
) -> None:
    tables = random_world(5)
    first = Kept(key=KEY)
    linked(tables, first)
    value = (
        link(tables)
        .evidence.filter(kind="device")
        .join(link(tables).identifiers, "identifier")["value"][0]
    )
    rule = {"kind": "device", "value": value, "treatment": treatment, "limit": 3}
    policy = pl.DataFrame([rule], schema=POLICY)
    second = Kept(first.found(), KEY)
    assert_equal(linked(tables, second, policy), link(tables, policy=policy), treatment)
    assert second.again["evidence"] == 1


def test_another_worth_of_a_kind_has_the_kind_weighed_again(random_world: World) -> None:
    tables = random_world(6)
    first = Kept(key=KEY)
    linked(tables, first)
    other = dict(kinds()) | {"device": replace(kinds()["device"], weight=0.7)}
    second = Kept(first.found(), KEY)
    with (
        mock.patch("graph.kept_evidence.kinds", return_value=other),
        mock.patch("graph.links.kinds", return_value=other),
    ):
        assert_equal(linked(tables, second), link(tables), "devices are worth less")
    devices = link(tables).identifiers.filter(pl.col("accounts") >= 2, kind="device").height
    assert second.again["evidence"] == devices


def test_another_secret_knows_nothing_and_labels_are_nothing(random_world: World) -> None:
    tables = random_world(7)
    first = Kept(key=KEY)
    linked(tables, first)
    second = Kept(first.found(), bytes(32))
    linked(tables, second)
    assert second.again["evidence"] == _shared(link(tables))
    turned = replace(tables, accounts=tables.accounts.with_columns(label=1 - pl.col("label")))
    third = Kept(first.found(), KEY)
    assert_equal(linked(turned, third), link(tables), "labels turned")
    assert third.again["evidence"] == 0


@pytest.mark.parametrize("lost", ["pairs", "popularity"])
def test_what_was_not_kept_is_weighed(random_world: World, lost: str) -> None:
    tables = random_world(8)
    first = Kept(key=KEY)
    linked(tables, first)
    found = first.found()["evidence"]
    left = Found(found.index, {n: f for n, f in found.frames.items() if n != lost})
    second = Kept({"evidence": left}, KEY)
    assert_equal(linked(tables, second), link(tables), lost)
    assert second.again == {}
