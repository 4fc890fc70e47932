"""One planted account per rule that ships, among honest freelancers: each rule finds its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ingest import Tables, mark_networks, read_tables
from models.rules import Outcome, apply_rules, load_rules

START = datetime(2026, 1, 5)
HONEST = 40
WORDS = [f"{a}{b}" for a in "bcdfghjklmnprstvw" for b in ("ark", "ield", "ound", "ist", "ail")]
HOME, AWAY = (52.5, 13.4), (14.6, 121.0)
Rows = dict[str, list[dict[str, Any]]]


def hours(day: float, hour: float) -> datetime:
    return START + timedelta(days=day, hours=hour)


def honest(name: str, number: int, rng: np.random.Generator) -> Rows:
    """A freelancer with an own device, address and card, who works by day and writes anew."""
    profile = {"account_id": name, "created_at": hours(0, 1), "age": 40, "experience_years": 12}
    device = {"ip": f"100.{number}.1.7", "device_id": f"device-{name}", "country": "DE"}
    place = {"latitude": HOME[0] + rng.normal(0, 0.01), "longitude": HOME[1]}
    rows: Rows = {"accounts": [profile], "logins": [], "messages": [], "events": [], "payments": []}
    rows["payments"].append({"account_id": name, "instrument_id": f"card-{name}"})
    for day in range(24):
        at = hours(day, 8 + rng.uniform(0, 9))
        rows["logins"].append({"account_id": name, "ts": at, **device, **place})
        text = " ".join(rng.choice(WORDS, 12)).capitalize() + "."
        rows["messages"].append(
            {"account_id": name, "ts": at, "text": text, "recipient_id": "client"}
        )
        rows["events"].append(bid(name, day, at, 100 * rng.uniform(0.9, 1.1), rng.uniform(2, 40)))
    for kind, target, day, minute in (
        ("portfolio_item", f"hash-{name}", 1, 0),
        ("test_started", "python-test", 2, 0),
        ("test_finished", "python-test", 2, 25 + rng.uniform(0, 10)),
        ("project_finished", "project-1", 9, 0),
        ("project_finished", "project-2", 16, 0),
    ):
        rows["events"].append(event(name, kind, target, hours(day, 9) + timedelta(minutes=minute)))
    return rows


def event(name: str, kind: str, target: str, at: datetime, **more: Any) -> dict[str, Any]:
    given = {"amount": None, "target_ts": None} | more
    return {"account_id": name, "event_type": kind, "target_id": target, "ts": at, **given}


def bid(name: str, day: int, at: datetime, amount: float, after: float) -> dict[str, Any]:
    posted = at - timedelta(hours=after)
    return event(name, "proposal", f"job-{day}", at, amount=amount, target_ts=posted)


def change(rows: Rows, table: str, **columns: Any) -> None:
    """Give the rows of a table other values; a function gets number and row."""
    for number, row in enumerate(rows[table]):
        for column, value in columns.items():
            row[column] = value(number, row) if callable(value) else value


def plant_login(rule: str, name: str, rows: Rows) -> None:
    """Break a rule on logins."""
    match rule:
        case "login-country-changes":
            change(rows, "logins", country=lambda number, _: "DE" if number % 5 else "NG")
        case "impossible-travel":
            first = rows["logins"][0]
            later = first["ts"] + timedelta(hours=3)
            place = {"latitude": AWAY[0], "longitude": AWAY[1]}
            rows["logins"].append(first | place | {"ts": later})
        case "odd-login-hours":
            nights = [hours(30 + day, hour) for day, hour in enumerate((1, 4.5, 21))]
            rows["logins"] += [rows["logins"][-1] | {"ts": night} for night in nights]
        case "shared-ip-range":
            change(rows, "logins", ip="100.200.1.9")
        case "shared-device":
            rows["logins"].append(rows["logins"][0] | {"device_id": "farm-kit"})
        case "vpn-or-hosting":
            change(rows, "logins", ip="203.0.113.77")


def plant_proposal(rule: str, name: str, rows: Rows) -> None:
    """Break a rule on proposals and texts."""
    bids = [row for row in rows["events"] if row["event_type"] == "proposal"]
    match rule:
        case "many-proposals":
            for number, row in enumerate(bids[:12]):
                row["ts"] = hours(26, 10 + number / 20)
        case "template-proposals":
            text = "I read your job with joy and {} can begin with the work at once."
            change(rows, "messages", text=lambda number, _: text.format(WORDS[number]))
        case "immediate-proposals":
            for row in bids:
                row["target_ts"] = row["ts"] - timedelta(seconds=20)
        case "immediate-replies":
            for number in range(6):
                asked = hours(17 + number, 12)
                text = " ".join(WORDS[number * 9 : number * 9 + 9]).capitalize() + "."
                ask = {"account_id": "h0", "ts": asked, "text": text, "recipient_id": name}
                answer = {"account_id": name, "recipient_id": "h0", "text": f"Yes, {text}"}
                rows["messages"] += [ask, answer | {"ts": asked + timedelta(seconds=4)}]
        case "language-changed":
            english, spanish = "The {} {} is ready {} {} for you.", "El {} {} está muy {} {} bien."
            change(
                rows,
                "messages",
                text=lambda number, _: (english if number < 12 else spanish).format(
                    *WORDS[3 * number : 3 * number + 4]
                ),
            )
        case "unusual-bids":
            for row in bids:
                row["amount"] = 3.0
        case "style-changed":
            late = "u pay now pls {} thx bro k"
            texts = {n: late.format(" ".join(WORDS[n : n + 4])) for n in range(12, 24)}
            change(rows, "messages", text=lambda number, row: texts.get(number, row["text"]))


def plant_history(rule: str, name: str, rows: Rows) -> None:
    """Break a rule on the profile and its history."""
    match rule:
        case "shared-payment":
            rows["payments"].append({"account_id": name, "instrument_id": "card-of-many"})
        case "copied-portfolio":
            rows["events"].append(event(name, "portfolio_item", "hash-h0", hours(12, 9)))
        case "test-too-fast":
            rows["events"] += [
                event(name, "test_started", "python-test", hours(4, 9)),
                event(name, "test_finished", "python-test", hours(4, 9.03)),
            ]
        case "project-burst":
            rows["events"] += [
                event(name, "project_finished", f"quick-{n}", hours(15, n)) for n in range(6)
            ]
        case "experience-beyond-age":
            change(rows, "accounts", age=18, experience_years=10)
        case "active-before-signup":
            change(rows, "accounts", created_at=hours(3, 0))


IDS = [rule.id for rule in load_rules().rules]
TOGETHER = {"shared-ip-range": 4, "shared-payment": 3, "shared-device": 4}
"""Accounts that it takes to break a rule on sharing."""


@pytest.fixture(scope="module")
def planted() -> dict[str, list[str]]:
    return {rule: [f"{rule}-{n}" for n in range(TOGETHER.get(rule, 1))] for rule in IDS}


@pytest.fixture(scope="module")
def frames(planted: dict[str, list[str]]) -> dict[str, pl.DataFrame]:
    rng = np.random.default_rng(11)
    names = [f"h{number}" for number in range(HONEST)]
    broken = {name: rule for rule, group in planted.items() for name in group}
    together: Rows = {}
    for number, name in enumerate([*names, *broken]):
        rows = honest(name, number, rng)
        if name in broken:
            for plant in (plant_login, plant_proposal, plant_history):
                plant(broken[name], name, rows)
        for table, some in rows.items():
            together.setdefault(table, []).extend(some)
    return {table: pl.DataFrame(rows) for table, rows in together.items()}


def clean(frames: dict[str, pl.DataFrame]) -> Tables:
    return mark_networks(read_tables(frames), [ip_network("203.0.113.0/24")])


@pytest.fixture(scope="module")
def tables(frames: dict[str, pl.DataFrame]) -> Tables:
    return clean(frames)


@pytest.fixture(scope="module")
def outcome(tables: Tables) -> Outcome:
    return apply_rules(load_rules(), tables)


@pytest.mark.parametrize("rule", IDS)
def test_a_rule_finds_its_own_and_nobody_else(
    rule: str, tables: Tables, outcome: Outcome, planted: dict[str, list[str]]
) -> None:
    hit = outcome.hits[rule].fill_null(value=False)
    assert tables.accounts["account_id"].filter(hit).to_list() == sorted(planted[rule])


def test_nothing_is_lacking(outcome: Outcome) -> None:
    assert outcome.lacking == {}


def test_honest_freelancers_have_no_points(tables: Tables, outcome: Outcome) -> None:
    points = dict(zip(tables.accounts["account_id"], outcome.points.tolist(), strict=True))
    assert {name: given for name, given in points.items() if name.startswith("h") and given} == {}


def test_reasons_name_the_values(tables: Tables, outcome: Outcome) -> None:
    ids = tables.accounts["account_id"].to_list()
    told = dict(zip(ids, outcome.told(), strict=True))
    assert told["many-proposals-0"] == [
        "rule many-proposals (+15): it sent 12 proposals within an hour"
    ]
    assert told["shared-device-2"] == [
        "rule shared-device (+25): 3 other accounts log in on one of its devices"
    ]


def test_shuffled_rows_give_the_same_values(
    frames: dict[str, pl.DataFrame], outcome: Outcome
) -> None:
    shuffled = {n: f.sample(fraction=1, shuffle=True, seed=3) for n, f in frames.items()}
    again = apply_rules(load_rules(), clean(shuffled))
    assert_frame_equal(again.values, outcome.values, check_exact=True)
    assert again.told() == outcome.told()
