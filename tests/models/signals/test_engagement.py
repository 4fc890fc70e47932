from __future__ import annotations

import pytest

from ingest import read_tables
from models.signals import FAMILIES, engagement, signal_features
from ringscope.simulate import make_engagement


def test_signals_are_known_where_there_is_a_series() -> None:
    world = make_engagement(users=70, seed=6, length=168)
    accounts = world["accounts"]
    rows = world["engagement"].filter(world["engagement"]["account_id"] != "u00003")
    tables = read_tables({"accounts": accounts, "engagement": rows})
    table = FAMILIES["engagement"].features(tables)
    assert set(table.columns) == set(FAMILIES["engagement"].signals)
    for name in table.columns:
        assert table.frame[name].is_null().arg_true().to_list() == [3], name


def test_views_alone_are_enough() -> None:
    world = make_engagement(users=60, seed=6, length=168)
    rows = world["engagement"].select("account_id", "ts", "views")
    tables = read_tables({"accounts": world["accounts"], "engagement": rows})
    assert "engagement_drops" in signal_features(tables, ["engagement"]).columns
    assert FAMILIES["engagement"].lacking(tables, "engagement_likes") == ["engagement.likes"]


def test_many_accounts_are_worked_on_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_engagement(users=70, seed=6, length=168)
    tables = read_tables({name: world[name] for name in ("accounts", "engagement")})
    monkeypatch.setattr(engagement, "BLOCK", 60)
    known = FAMILIES["engagement"].features(tables).known()
    assert set(FAMILIES["engagement"].signals) - set(known.columns) == {
        "engagement_synchrony",
        "engagement_partners",
    }
    assert known.frame["engagement_drops"].null_count() == 0
