from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import count
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from neo4j import Session
from polars.testing import assert_frame_equal

from graph import kinds
from graph.neo4j import Census, Writer, census, check, elements, read
from ringscope import neo4j

TIME = pl.Datetime("us")
Row = dict[str, Any]

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
blanks = st.none() | st.just("") | texts
times = st.none() | st.datetimes(datetime(1901, 1, 1), datetime(2099, 1, 1))
shares = st.none() | st.floats(0, 1)
numbers = st.integers(1, 2**32 - 1)
NUMBERS = count()
kind_names = st.sampled_from(list(kinds()))

SCHEMAS: dict[str, dict[str, Any]] = {
    "accounts": {"account_id": pl.String, "created_at": TIME, "username": pl.String,
                 "email": pl.String, "phone": pl.String, "country": pl.String, "label": pl.Int8},
    "scores": {"account_id": pl.String, "risk": pl.Float64, "risk_tabular": pl.Float64,
               "risk_graph": pl.Float64, "risk_propagated": pl.Float64, "ring_id": pl.String,
               "ring_role": pl.String, "action": pl.String, "reasons": pl.String},
    "rings": {"ring_id": pl.String, "size": pl.UInt32, "core_size": pl.UInt32, "risk": pl.Float64,
              "reading": pl.String, "surprise": pl.Float64, "link_kinds": pl.String,
              "first_seen": TIME, "last_seen": TIME, "labelled_spam": pl.UInt32,
              "labelled_honest": pl.UInt32, "status": pl.String, "innocent_reading": pl.String,
              "expected_honest": pl.Float64, "why": pl.String},
    "ring_members": {"ring_id": pl.String, "account_id": pl.String, "role": pl.String,
                     "stability": pl.Float64, "joined": TIME, "confidence": pl.Float64},
    "links": {"account_a": pl.String, "account_b": pl.String, "weight": pl.Float64,
              "kinds": pl.String},
    "evidence": {"account_a": pl.String, "account_b": pl.String, "kind": pl.String,
                 "value": pl.String, "shared_by": pl.UInt32, "weight": pl.Float64,
                 "first_seen": TIME, "last_seen": TIME},
    "sightings": {"account_id": pl.String, "kind": pl.String, "value": pl.String,
                  "first_seen": TIME, "last_seen": TIME, "count": pl.UInt32},
    "identifiers": {"kind": pl.String, "value": pl.String, "accounts": pl.UInt32,
                    "first_seen": TIME, "last_seen": TIME, "treatment": pl.String},
    "templates": {"template": pl.String, "example": pl.String, "messages": pl.UInt32,
                  "accounts": pl.UInt32, "first_seen": TIME, "last_seen": TIME},
    "hubs": {"kind": pl.String, "value": pl.String, "accounts": pl.UInt32, "treatment": pl.String,
             "reason": pl.String, "share": pl.Float64, "who": pl.String, "when": TIME,
             "expiry": TIME},
}  # fmt: skip
KEYS = {
    "accounts": ["account_id"],
    "scores": ["account_id"],
    "rings": ["ring_id"],
    "ring_members": ["ring_id", "account_id"],
    "links": ["account_a", "account_b"],
    "evidence": ["account_a", "account_b", "kind", "value"],
    "sightings": ["account_id", "kind", "value"],
    "identifiers": ["kind", "value"],
    "templates": ["template"],
    "hubs": ["kind", "value"],
}


def some(draw: st.DrawFn, keys: list[Row], **columns: st.SearchStrategy[Any]) -> list[Row]:
    """A row for each key, with drawn values."""
    return [{**key, **{name: draw(values) for name, values in columns.items()}} for key in keys]


def subset(draw: st.DrawFn, keys: list[Row]) -> list[Row]:
    return [key for key in keys if draw(st.booleans())]


@st.composite
def runs(draw: st.DrawFn) -> dict[str, pl.DataFrame]:
    """The tables of a run, as consistent as a real one and with odder values."""
    ids = draw(st.lists(texts, max_size=5, unique=True))
    accounts = [{"account_id": name} for name in ids]
    found = draw(st.lists(st.tuples(kind_names, texts), max_size=5, unique=True))
    named = [{"kind": kind, "value": value} for kind, value in found]
    rings = [{"ring_id": name} for name in draw(st.lists(texts, max_size=2, unique=True))]
    pairs = [{"account_a": a, "account_b": b} for a in ids for b in ids if a < b]
    linked = subset(draw, pairs)
    hubs = subset(draw, named)
    seen = {"first_seen": times, "last_seen": times}
    identifiers = some(
        draw, named, accounts=numbers, treatment=st.sampled_from(["", "cap", "allow"]), **seen
    )
    by_name = {(row["kind"], row["value"]): row for row in identifiers}
    rows = {
        "accounts": some(
            draw, accounts, created_at=times, username=blanks, email=blanks, phone=blanks,
            country=blanks, label=st.sampled_from([None, 0, 1]),
        ),
        "scores": some(
            draw, accounts, risk=shares, risk_tabular=shares, risk_graph=shares,
            risk_propagated=shares, ring_id=blanks, ring_role=st.sampled_from([None, "core"]),
            action=st.sampled_from(["BLOCK", "FLAG", "MONITOR", "ALLOW"]),
            reasons=st.none() | texts | st.lists(texts).map("; ".join),
        ),
        "rings": some(
            draw, rings, size=numbers, core_size=numbers, risk=shares, reading=blanks,
            surprise=shares, link_kinds=st.none() | st.sampled_from(["device;ip", "email"]),
            labelled_spam=numbers, labelled_honest=numbers, innocent_reading=blanks,
            status=st.sampled_from(["ring", "suspected", "confirmed", "rejected", "contested"]),
            expected_honest=shares, why=blanks, **seen,
        ),
        "ring_members": some(
            draw, subset(draw, [ring | account for ring in rings for account in accounts]),
            role=st.sampled_from(["core", "fringe"]), stability=shares, joined=times,
            confidence=shares,
        ),
        "links": some(
            draw, linked, weight=st.floats(1e-9, 9), kinds=st.sampled_from(["device", "ip;email"])
        ),
        "evidence": some(
            draw, [pair | name for pair in linked for name in named], shared_by=numbers,
            weight=st.floats(1e-9, 9), **seen,
        ) + [
            pair | {"kind": "co_work", "value": None, "shared_by": None, "weight": 0.5}
            for pair in linked[:1]
        ],
        "sightings": some(
            draw, subset(draw, [account | name for account in accounts for name in named]),
            count=numbers, **seen,
        ),
        "identifiers": identifiers,
        "templates": [
            row | {"template": row["value"], "example": draw(texts), "messages": draw(numbers)}
            for row in identifiers if row["kind"] == "template"
        ],
        "hubs": [
            by_name[hub["kind"], hub["value"]] | {"reason": draw(texts), "share": draw(shares),
            "who": draw(blanks), "when": draw(times), "expiry": draw(times)}
            for hub in hubs
        ],
    }  # fmt: skip
    return {
        name: pl.DataFrame(
            [{column: row.get(column) for column in schema} for row in rows[name]],
            schema=schema,
            orient="row",
        )
        for name, schema in SCHEMAS.items()
    }


@pytest.fixture(scope="module")
def session(neo4j_server: neo4j.Target) -> Iterator[Session]:
    with neo4j.connect(neo4j_server) as driver, driver.session() as opened:
        opened.run("MATCH (n) DETACH DELETE n").consume()
        yield opened


def load(session: Session, frames: dict[str, pl.DataFrame], run: str) -> Census:
    graph = elements(frames, flag=0.5)
    before = census(session)
    writer = Writer(session, run, whole=True, batch=3, tell=lambda name, rows: None)
    writer.write(graph, before)
    writer.sweep(before)
    check(session, run, graph, whole=True)
    return census(session)


# An example takes half a second of the server's time: a failure is printed, but not shrunk.
@pytest.mark.neo4j
@pytest.mark.timeout(300)
@settings(
    max_examples=12,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(frames=runs())
def test_what_was_loaded_is_read_back(session: Session, frames: dict[str, pl.DataFrame]) -> None:
    # The database still holds the last example, which has to go.
    run = f"run-{next(NUMBERS)}"
    first = load(session, frames, run)
    again = load(session, frames, run)
    assert again == first
    back = read(session)
    assert set(back) == set(frames)
    for name, frame in frames.items():
        key = KEYS[name]
        assert_frame_equal(back[name].sort(key), frame.sort(key), check_exact=True)
