"""A small run, made by hand, in a store and in Neo4j: what each question answers on it is known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import neo4j
import polars as pl
import pytest

from ringscope import Run, manifest, run_folder
from ringscope.neo4j import Target, connect
from ringscope.neo4j.load import load
from ringscope.run import CSV_TABLES
from ringscope.store import Store
from ringscope.verdicts import Verdict
from ringscope.verdicts.decide import append

TIME = pl.Datetime("us")
EMPTY = "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS"
EVENTS = "ring_events"

# account: signed up, label, risk, ring
ACCOUNTS = {
    "a1": ("03-01 10:00", None, 0.95, "R-aaaaaaaa"),
    "a2": ("03-01 10:10", 1, 0.92, "R-aaaaaaaa"),
    "a3": ("03-01 10:20", None, 0.9, "R-aaaaaaaa"),
    "a4": ("03-02 09:00", None, 0.7, "R-aaaaaaaa"),
    "b1": ("02-01 08:00", None, 0.65, None),
    "b2": ("02-02 08:00", None, 0.6, None),
    "b3": ("02-03 08:00", 0, 0.55, None),
    "c1": ("01-05 12:00", None, 0.3, None),
    "c2": ("01-06 12:00", None, 0.25, None),
    "c3": ("01-07 12:00", 0, 0.2, None),
    "h1": ("01-01 00:00", 0, 0.05, None),
    "h2": ("01-02 00:00", 0, 0.85, None),
    "s1": ("03-03 00:00", 1, 0.8, None),
    "s2": (None, 1, 0.1, None),
}
# kind, identifier, treatment: account -> first and last day of March on which it was seen with it
SEEN: dict[tuple[str, str, str], dict[str, tuple[str, str] | None]] = {
    ("device", "d1", ""): {
        "a1": ("03-01", "03-05"), "a2": ("03-01", "03-06"), "a3": ("03-02", "03-03"),
    },
    ("device", "d2", ""): {"a3": ("03-04", "03-08"), "a4": ("03-05", "03-09")},
    ("ip", "198.51.100.1", ""): {
        "a1": ("03-01", "03-02"), "a4": ("03-02", "03-02"), "s1": ("03-03", "03-04"),
    },
    ("ip", "198.51.100.2", ""): {"b1": ("02-01", "02-01"), "h1": ("02-01", "02-20")},
    ("ip", "203.0.113.9", "cap"): {
        "a1": ("03-04", "03-04"), "b1": ("02-05", "02-06"), "c1": ("01-05", "01-09"),
        "h1": ("01-01", "01-03"), "h2": ("01-02", "01-02"),
    },
    ("email", "mail@home.example", ""): {"c1": None, "c2": None},
    ("phone", "+4930123", ""): {"c1": None, "c2": None, "c3": None},
    ("instrument", "card-1", ""): {"a1": ("03-03", "03-03"), "b1": ("02-03", "02-03")},
    ("instrument", "card-2", ""): {"c1": ("01-08", "01-08"), "c2": ("01-09", "01-09")},
    ("template", "T-00000001", ""): {
        "a1": ("03-05", "03-06"), "b1": ("02-01", "02-09"), "b2": ("02-02", "02-08"),
        "b3": ("02-03", "02-07"),
    },
    ("template", "T-00000002", ""): {"a1": ("03-06", "03-07"), "a2": ("03-06", "03-06")},
    ("burst", "198.51.100.0/24 from 2026-03-01 10h", ""): {
        "a1": ("03-01", "03-01"), "a2": ("03-01", "03-01"), "a3": ("03-01", "03-01"),
    },
}  # fmt: skip
TEXTS = {"T-00000001": "buy followers now", "T-00000002": "dm me for the list"}
LINKS = [
    ("a1", "a2", 2.1, "burst;device;template"),
    ("a1", "a3", 1.2, "burst;device"),
    ("a1", "a4", 0.3, "ip"),
    ("a1", "b1", 0.4, "instrument;template"),
    ("a1", "s1", 0.25, "ip"),
    ("a2", "a3", 1.2, "burst;device"),
    ("a3", "a4", 0.5, "device"),
    ("b1", "b2", 0.6, "template"),
    ("b1", "b3", 0.6, "template"),
    ("b1", "h1", 0.2, "ip"),
    ("b2", "b3", 0.6, "template"),
    ("c1", "c2", 1.5, "email;instrument;phone"),
    ("c1", "c3", 0.8, "phone"),
    ("c2", "c3", 0.8, "phone"),
]
# ring: risk, reading, innocent reading, status, honest to be expected, members with stability
RINGS: dict[str, tuple[float, str, str, str, float, dict[str, float]]] = {
    "R-aaaaaaaa": (
        0.87, "device farm", "none fits", "ring", 0.5,
        {"a1": 1.0, "a2": 1.0, "a3": 0.9, "a4": 0.4},
    ),
    "R-bbbbbbbb": (
        0.6, "template wave", "agency", "suspected", 1.2, {"b1": 0.9, "b2": 0.8, "b3": 0.8},
    ),
    "R-cccccccc": (
        0.25, "re-used phone numbers", "household", "rejected", 2.3,
        {"c1": 1.0, "c2": 1.0, "c3": 0.7},
    ),
}  # fmt: skip
# Last night: one ring came, one grew; the night before is history.
NIGHTS = [
    ("n1", "03-08", "R-bbbbbbbb", "born", None, 2, "template T-00000001"),
    ("n2", "03-09", "R-aaaaaaaa", "born", None, 4, "device d1"),
    ("n2", "03-09", "R-bbbbbbbb", "grew", 2, 3, "b3 sent template T-00000001"),
]
# What people decided: h2 and gone were in the ring then, the last ring is no more.
PLACE = (("ip", "198.51.100.1"),)
VERDICTS = [
    Verdict("shared-place", "ben", "2026-03-06T00:00:00", "seen it", identifiers=PLACE),
    Verdict("confirm", "ben", "2026-03-07T00:00:00", "seen it", "R-cccccccc", accounts=("c3",)),
    Verdict(
        "reject", "ana", "2026-03-08T00:00:00", "seen it", "R-cccccccc",
        accounts=("c1", "c2", "c3", "gone", "h2"),
    ),
    Verdict("not-linked", "ana", "2026-03-08T00:00:00", "'}) DETACH //", accounts=("a1", "h1")),
    Verdict("confirm", "ben", "2026-03-08T00:00:00", "by mistake", "R-bbbbbbbb", accounts=("b1",)),
    Verdict("undo", "ben", "2026-03-08T00:01:00", undoes=5),
    Verdict("confirm", "ben", "2026-02-01T00:00:00", "gone", "R-dddddddd", accounts=("a1", "h1")),
]  # fmt: skip


def day(text: str | None) -> datetime | None:
    """A time of 2026, written without its year."""
    if text is None:
        return None
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M" if ":" in text else "%Y-%m-%d")


def frames() -> dict[str, pl.DataFrame]:
    """The tables of the small run."""
    rows = [
        (account, kind, value, *map(day, span or (None, None)))
        for (kind, value, _), users in SEEN.items()
        for account, span in users.items()
    ]
    schema = {"account_id": pl.String, "kind": pl.String, "value": pl.String}
    times = {"first_seen": TIME, "last_seen": TIME}
    sightings = pl.DataFrame(rows, schema=schema | times, orient="row").with_columns(
        count=pl.lit(2, pl.UInt32)
    )
    policy = pl.DataFrame(list(SEEN), schema=["kind", "value", "treatment"], orient="row")
    identifiers = (
        sightings.group_by("kind", "value")
        .agg(
            accounts=pl.len().cast(pl.UInt32),
            first_seen=pl.col("first_seen").min(),
            last_seen=pl.col("last_seen").max(),
        )
        .join(policy, ["kind", "value"])
        .sort("kind", "value")
    )
    pairs = pl.DataFrame(LINKS, schema=["account_a", "account_b", "weight", "kinds"], orient="row")
    evidence = pairs.with_columns(kind=pl.col("kinds").str.split(";")).explode("kind")
    return {
        **_accounts(),
        **_rings(),
        "sightings": sightings,
        "identifiers": identifiers,
        "links": pairs,
        "evidence": evidence.select(
            "account_a", "account_b", "kind", value=pl.lit("x"), shared_by=pl.lit(2, pl.UInt32),
            weight="weight", first_seen=pl.lit(None, TIME), last_seen=pl.lit(None, TIME),
        ),
        "templates": identifiers.filter(kind="template").select(
            template="value", example=pl.col("value").replace_strict(TEXTS),
            messages=pl.col("accounts") * 2, accounts="accounts",
            first_seen="first_seen", last_seen="last_seen",
        ),
        "hubs": pl.DataFrame(
            [("ip", "203.0.113.9", 5, "cap", "carrier", 0.35, "ringscope", None, None)],
            schema=CSV_TABLES["hubs"], orient="row",
        ),
        EVENTS: pl.DataFrame(
            [(night, day(at), *rest) for night, at, *rest in NIGHTS],
            schema={
                "night": pl.String, "at": TIME, "ring_id": pl.String, "event": pl.String,
                "size_before": pl.UInt32, "size": pl.UInt32, "cause": pl.String,
            },
            orient="row",
        ),
    }  # fmt: skip


def _accounts() -> dict[str, pl.DataFrame]:
    members = {name: ring for ring, facts in RINGS.items() for name in facts[-1]}
    rows = [
        {
            "account_id": name,
            "created_at": day(when),
            "username": f"user {name}",
            "email": f"{name}+x@home.example" if name in {"c1", "c2"} else None,
            "phone": None,
            "country": "DE",
            "label": label,
            "risk": risk,
            "risk_tabular": risk / 2,
            "risk_graph": risk / 4,
            "risk_propagated": None,
            "ring_id": ring,
            "ring_role": "core" if ring and RINGS[members[name]][-1][name] >= 0.5 else None,
            "action": "BLOCK" if risk >= 0.9 else "FLAG" if risk >= 0.5 else "",
            "reasons": f"raises: {name} shares; lowers: {name} is old",
        }
        for name, (when, label, risk, ring) in ACCOUNTS.items()
    ]
    types = {"label": pl.Int8, "risk_propagated": pl.Float64, "phone": pl.String}
    both = pl.DataFrame(rows, schema_overrides={**types, "created_at": TIME})
    facts = ["created_at", "username", "email", "phone", "country", "label"]
    return {
        "accounts": both.select("account_id", *facts),
        "scores": both.drop(facts).sort("risk", "account_id", descending=[True, False]),
    }


def _rings() -> dict[str, pl.DataFrame]:
    rings: list[dict[str, Any]] = []
    members: list[tuple[Any, ...]] = []
    for name, (risk, reading, innocent, status, honest, stability) in RINGS.items():
        labels = [ACCOUNTS[account][1] for account in stability]
        signed = sorted(filter(None, (day(ACCOUNTS[account][0]) for account in stability)))
        rings.append(
            {
                "ring_id": name,
                "size": len(stability),
                "core_size": sum(value >= 0.5 for value in stability.values()),
                "risk": risk,
                "reading": reading,
                "surprise": 9.0,
                "link_kinds": "device;ip",
                "first_seen": signed[0],
                "last_seen": signed[-1],
                "labelled_spam": labels.count(1),
                "labelled_honest": labels.count(0),
                "status": status,
                "innocent_reading": innocent,
                "expected_honest": honest,
                "why": f"they share: {reading}",
            }
        )
        for account, value in stability.items():
            role = "core" if value >= 0.5 else "fringe"
            members.append((name, account, role, value, day(ACCOUNTS[account][0]), None))
    whole = dict.fromkeys(["size", "core_size", "labelled_spam", "labelled_honest"], pl.UInt32)
    times = dict.fromkeys(["first_seen", "last_seen"], TIME)
    return {
        "rings": pl.DataFrame(rings, schema_overrides={**whole, **times}),
        "ring_members": pl.DataFrame(members, schema=CSV_TABLES["ring_members"], orient="row"),
    }


@pytest.fixture(scope="session")
def small_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The small run as a folder, in a store with verdicts."""
    store = Store.make(tmp_path_factory.mktemp("small") / "store")
    for verdict in VERDICTS:
        append(store, verdict)
    folder: Path = store.runs / "2026-03-09"
    folder.mkdir()
    for name, frame in frames().items():
        if name in CSV_TABLES:
            run_folder.write_csv(frame, folder / f"{name}.csv")
        else:
            run_folder.write_parquet(frame, folder / f"{name}.parquet")
    manifest.finish(folder, {"settings": {"actions": {"flag": 0.5}}})
    return Run.open(folder)


@pytest.fixture(scope="module")
def small_graph(small_run: Run, neo4j_server: Target) -> Iterator[tuple[neo4j.Driver, Target]]:
    """The small run in Neo4j."""
    with connect(neo4j_server) as driver, driver.session() as session:
        session.run(EMPTY).consume()
        load(small_run, neo4j_server, tell=lambda name, rows: None)
        yield driver, neo4j_server
        session.run(EMPTY).consume()
