from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

import numpy as np
import polars as pl
import pytest

from graph import Linkage, find_rings, kinds, link, ring_ids
from ingest import Tables, read_tables
from models.explain import BY_SIGN_UP, NAMED, explain_accounts, explain_rings
from models.features import FeatureTable

World: TypeAlias = tuple[Tables, Linkage]
HOSTILE = "x\u202e\u2066gpj\u200b\u2028\x1b[31m\x07<b>\u061c" + "y" * 90


def explained(tables: Tables, linkage: Linkage) -> tuple[pl.DataFrame, pl.DataFrame]:
    risk = (tables.accounts["label"].fill_null(0).to_numpy() == 1).astype(float)
    found = find_rings(linkage, risk, tables.accounts["created_at"])
    ids = ring_ids(found.members, tables.accounts["account_id"])
    told = ids.with_columns(orphans=pl.lit(0, pl.UInt32), doubts=pl.lit(""))
    rings = found.rings.join(told, "ring")
    return explain_rings(rings, found.members, linkage), found.members


def hostile_world() -> Tables:
    accounts = {"account_id": [f"a{i}" for i in range(6)], "label": [1] * 6}
    logins = {
        "account_id": accounts["account_id"],
        "ts": [datetime(2026, 1, 1)] * 6,
        "device_id": [HOSTILE] * 6,
    }
    payments = {"account_id": accounts["account_id"], "instrument_id": [HOSTILE + "card"] * 6}
    tables = {"accounts": accounts, "logins": logins, "payments": payments}
    return read_tables({name: pl.DataFrame(columns) for name, columns in tables.items()})


def test_a_ring_is_told_by_what_most_of_its_members_share(small: World) -> None:
    rings, members = explained(*small)
    assert rings.height >= 8
    for ring, size, why in rings.select("ring", "size", "why").iter_rows():
        assert why.startswith(f"Of {size} members ")
        assert 1 <= why.count(" share the ") <= NAMED
        assert f"{'both' if size == 2 else 'all'} share the device d" in why
        assert re.search(r"; by chance about 1 in 10\^\d+; signed up 20\d\d-\d\d-\d\d to ", why)
        assert members.filter(pl.col("ring") == ring).height == size


def test_hostile_values_are_told_without_control_and_bidi_characters() -> None:
    tables = hostile_world()
    linkage = link(tables)
    linkage = Linkage(
        **{
            **vars(linkage),
            "identifiers": linkage.identifiers.with_columns(
                value=pl.lit(HOSTILE)  # past anything that reading has cleaned
            ),
        }
    )
    rings, _ = explained(tables, linkage)
    (why,) = rings["why"].to_list()
    assert "share the device" in why
    odd = [c for c in why if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Co", "Cs")]
    assert odd == []
    assert len(why) < 400


HABITS = " Its 2 parts are joined by what their members do, not by links."
RUSH = " Nothing but the rush of its sign-ups ties 45 of them to it."


@pytest.mark.parametrize(
    ("parts", "orphans", "doubts", "last"),
    [
        (1, 0, "", ""),
        (2, 0, "", HABITS),
        (1, 45, "", RUSH),
        (2, 45, "", HABITS + RUSH),
        (1, 0, "it is small; it is odd", " Only suspected: it is small; it is odd."),
    ],
)
def test_unknown_sign_ups_chance_parts_orphans_and_doubts_are_said_in_words(
    parts: int, orphans: int, doubts: str, last: str
) -> None:
    tables = hostile_world()
    ring = {"ring": [0], "size": [3], "surprise": [0.4], "parts": [parts], "orphans": [orphans]}
    ring |= {"doubts": [doubts]}
    rings = pl.DataFrame(
        {**ring, "first_seen": [None], "last_seen": [None]},
        schema_overrides={
            "ring": pl.UInt32,
            "first_seen": pl.Datetime("us"),
            "last_seen": pl.Datetime("us"),
        },
    )
    members = pl.DataFrame({"ring": [0], "account": [0]}).cast(pl.UInt32)
    got = explain_rings(rings, members, link(tables))
    told = "Of 3 members few share one thing; this much could be chance; sign-up times unknown."
    assert got["why"].to_list() == [told + last]


def test_capped_identifiers_and_stock_phrases_are_no_explanation(small: World) -> None:
    tables, linkage = small
    treatment = pl.when(pl.col("kind") == "device").then(pl.lit("cap")).otherwise("treatment")
    none = linkage.identifiers.with_columns(treatment=treatment, specificity=pl.lit(0.0))
    capped = replace(linkage, identifiers=none)
    rings, _ = explained(tables, capped)
    assert not rings["why"].str.contains("device|template").any()
    assert rings["why"].str.contains(kinds()["ip"].one).all()


def test_no_rings(small: World) -> None:
    rings, members = explained(*small)
    nothing = explain_rings(rings.drop("why").clear(), members.clear(), small[1])
    assert nothing.is_empty()
    assert nothing.schema["why"] == pl.String


RATES = FeatureTable.of(
    "behaviour",
    pl.DataFrame({"rate": [5.0, 1.0]}).cast(pl.Float32),
    {"rate": "{value:.1f} a day"},
)


def ring_of_seven(status: str) -> pl.DataFrame:
    ring = {"ring": [0], "ring_id": ["R-1a2b3c4d"], "size": [7], "reading": ["device farm"]}
    return pl.DataFrame({**ring, "status": [status]}, schema_overrides={"ring": pl.UInt32})


def members_of(role: str, confidence: float | None) -> pl.DataFrame:
    member = {"ring": [0], "account": [0], "role": [role], "confidence": [confidence]}
    schema = {"ring": pl.UInt32, "account": pl.UInt32, "confidence": pl.Float64}
    return pl.DataFrame(member, schema_overrides=schema)


@pytest.mark.parametrize(("status", "place"), [("ring", "in"), ("suspected", "in the suspected")])
def test_the_reasons_of_a_member_begin_with_its_ring(status: str, place: str) -> None:
    rings = ring_of_seven(status)
    members = members_of(role="core", confidence=None)
    risk, parts = np.array([0.9, 0.8]), np.array([[1.5], [1.5]])
    first, second = explain_accounts(RATES, risk, parts, rings, members)
    assert first.startswith(f"raises: core member {place} ring R-1a2b3c4d of 7 (device farm)")
    assert "5.0 a day" in first
    assert "ring" not in second


def test_the_reason_of_an_orphan_states_its_confidence() -> None:
    risk, parts = np.array([0.9, 0.8]), np.array([[1.5], [1.5]])
    members = members_of(role="fringe", confidence=0.846)
    first, second = explain_accounts(RATES, risk, parts, ring_of_seven("ring"), members)
    named = "raises: fringe member in ring R-1a2b3c4d of 7 (device farm)"
    assert first.split("; ")[0] == f"{named}, 85% {BY_SIGN_UP}"
    assert "sure" not in second
