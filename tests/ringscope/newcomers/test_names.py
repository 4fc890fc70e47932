"""What a single account's names look like is what a run's features say of them."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import read_tables
from models.features import identity_features, tabular_features
from ringscope.newcomers import read_newcomers
from ringscope.newcomers.names import profile

NOW = datetime(2026, 3, 1, 6)
COMPARED = (".others", "country_share")
NAMES = st.one_of(
    st.text(alphabet="abcXYZ019._-é٣漢ʰ ", min_size=1, max_size=80),
    st.text(min_size=1, max_size=12),
    st.sampled_from(["emma.silva5696", "joe", "777", "a1b2", "Ω12", "İx9"]),
)
MAILS = st.sampled_from(
    [
        None,
        "emma.silva5696@mail.com",
        "joe+7@gmail.com",
        "x@mailinator.com",
        "j.o.e12@x.org",
        "77@x.de",
    ]
)


@settings(max_examples=120, deadline=None, derandomize=True, database=None)
@given(name=st.one_of(st.none(), NAMES), mail=MAILS, phone=st.sampled_from([None, "+31612345678"]))
def test_figures_are_those_of_a_run(name: str | None, mail: str | None, phone: str | None) -> None:
    row: dict[str, Any] = {"account_id": "x", "username": name, "email": mail, "phone": phone}
    row |= {"created_at": "2026-02-01", "country": "DE"}
    (fresh,) = read_newcomers([row], now=NOW)

    tables = read_tables({"accounts": pl.DataFrame([row])})
    expected: dict[str, Any] = identity_features(tables).row(0, named=True)
    expected |= tabular_features(tables).row(0, named=True)
    found = profile(fresh)
    places = ("ips.", "ip_scope.", "user_agents.", "devices.", "sign_ups.")
    for feature, value in expected.items():
        if feature.endswith(COMPARED) or feature.startswith(places):
            assert feature not in found
        elif value is None:
            assert math.isnan(found.get(feature, math.nan)), feature
        else:
            assert found[feature] == pytest.approx(value, abs=1e-6), feature
    assert set(found) <= set(expected)
