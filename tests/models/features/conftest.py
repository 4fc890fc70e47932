"""Small clean tables, built by hand or planted from a seed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from ingest import DTYPES, Tables


def build(
    features: tuple[str, ...] = (),
    categories: tuple[str, ...] = (),
    **rows: list[dict[str, Any]],
) -> Tables:
    """Tables from rows as dictionaries; columns that are not given are null."""
    frames = {}
    for name, schema in DTYPES.items():
        given = rows.get(name, [])
        if name == "accounts":
            schema = schema | dict.fromkeys(features, pl.Float64)
            schema = schema | dict.fromkeys(categories, pl.String)
            given = [{"account_id": f"a{i:04d}", **row} for i, row in enumerate(given)]
        filled = [{column: row.get(column) for column in schema} for row in given]
        frames[name] = pl.DataFrame(filled, schema=schema, orient="row")
    frames["quarantine"] = pl.DataFrame()
    return Tables(features=features, categories=categories, **frames)


def planted(seed: int = 3, accounts: int = 60) -> Tables:
    """Tables in which every table has rows, with holes, for accounts up to the last but one."""
    rng = np.random.default_rng(seed)
    start = datetime(2026, 1, 1)

    def when() -> datetime:
        return start + timedelta(seconds=int(rng.integers(0, 50 * 86_400)))

    def maybe(value: object) -> object:
        return value if rng.random() > 0.2 else None

    people = [_person(rng, when(), maybe) for _ in range(accounts)]
    actors = rng.integers(0, accounts - 1, 1_200).tolist()
    words = ["hello", "Offer", "https://shop.example/x9", "@seller_77", "12", "thanks", "НОВЫЙ"]
    logins, messages, events, payments, engagement = [], [], [], [], []
    for account in actors:
        scope = str(rng.choice(["public", "private", "reserved"]))
        device = maybe(f"d{account % 7}")
        logins.append({"account": account, "ts": when(), "ip": f"10.0.0.{account % 9}"})
        logins[-1] |= {"subnet": "10.0.0.0/24", "ip_scope": scope, "device_id": device}
        logins[-1] |= {"user_agent": maybe(f"agent {rng.integers(3)}")}
        text = " ".join(rng.choice(words, size=int(rng.integers(1, 9))).tolist())
        recipient, target = maybe(f"r{rng.integers(9)}"), maybe(f"t{rng.integers(9)}")
        messages.append({"account": account, "ts": when(), "text": text, "recipient_id": recipient})
        kind = str(rng.choice(["call", "search", "view profile"]))
        events.append({"account": account, "ts": when(), "event_type": kind, "target_id": target})
        payments.append({"account": account, "instrument_id": "card", "ts": maybe(when())})
        engagement.append({"account": account, "ts": when(), "views": 2.0})
    return build(
        features=("rate", "odd column"),
        categories=("plan",),
        accounts=people,
        logins=logins,
        messages=messages,
        events=events,
        payments=payments,
        engagement=engagement,
    )


def _person(
    rng: np.random.Generator, created_at: datetime, maybe: Callable[[object], object]
) -> dict[str, Any]:
    number = int(rng.integers(100, 999))
    name = f"{rng.choice(['anna', 'berta.klein', 'carl_'])}{number}"
    domain = str(rng.choice(["mail.example", "post.example"]))
    return {
        "created_at": maybe(created_at),
        "email": maybe(f"{name}+{number}@{domain}"),
        "email_domain": domain,
        "email_disposable": bool(rng.random() < 0.1),
        "username": maybe(name),
        "username_skeleton": name.rstrip("0123456789"),
        "phone": maybe(f"+49170{number}"),
        "country": maybe(str(rng.choice(["DE", "SE"]))),
        "label": maybe(int(rng.random() < 0.3)),
        "rate": maybe(float(rng.normal())),
        "odd column": maybe(float(rng.normal())),
        "plan": maybe(str(rng.choice(["free", "gold; {x}"]))),
    }


@pytest.fixture
def make_tables() -> Callable[..., Tables]:
    """Give the builder of small tables."""
    return build


@pytest.fixture
def planted_tables() -> Callable[..., Tables]:
    """Give the builder of planted tables."""
    return planted
