"""A made-up run: rings that share devices, addresses, texts and cards, beside honest accounts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
import pytest

START = datetime(2026, 1, 5)
READINGS = (
    ("device farm", "repair shop", ("device", "ip")),
    ("template wave", "agency with one text", ("template", "ip")),
    ("alias mailboxes", "family with one mailbox", ("email",)),
    ("shared cards", "household", ("instrument", "device")),
    ("sign-up burst in a subnet", "course that signs up together", ("ip", "burst")),
    ("careful chain", "second-hand devices", ("device", "instrument", "phone")),
)
NAMES = ("amir", "lena", "tomas", "wei", "sofia", "kofi", "mara", "ivan", "nadia", "jon")
TEXTS = (
    "Dear {n}, earn 4,500 per week from home! Write to me on +49 151 5550{n} or https://x.example/{n}",
    "hi i saw your profile, my team can do this for half the price, mail deals{n}@fast.example",
    "Kindly send the files to @quick_{n} and I will pay you outside the platform",
)


@dataclass
class World:
    """Rows collected table by table."""

    rng: np.random.Generator
    accounts: list[dict[str, Any]] = field(default_factory=list)
    scores: list[dict[str, Any]] = field(default_factory=list)
    rings: list[dict[str, Any]] = field(default_factory=list)
    ring_members: list[dict[str, Any]] = field(default_factory=list)
    sightings: list[dict[str, Any]] = field(default_factory=list)
    evidence: list[dict[str, Any]] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    templates: list[dict[str, Any]] = field(default_factory=list)

    def account(self, name: str, *, created: datetime, spam: bool, labels: bool) -> str:
        account_id = f"a{self.rng.integers(16**10):010x}"
        known = labels and self.rng.random() < 0.3
        self.accounts.append(
            {
                "account_id": account_id,
                "created_at": created,
                "username": name,
                "label": int(spam) if known else None,
            }
        )
        return account_id

    def see(self, account: str, kind: str, value: str) -> None:
        first = START + timedelta(hours=float(self.rng.integers(0, 2000)))
        last = first + timedelta(hours=float(self.rng.integers(1, 400)))
        self.sightings.append(
            {
                "account_id": account,
                "kind": kind,
                "value": value,
                "first_seen": first,
                "last_seen": last,
                "count": int(self.rng.integers(1, 30)),
            }
        )


def plant_ring(world: World, number: int, size: int, status: str, labels: bool, name: str) -> None:
    rng = world.rng
    reading, innocent, kinds = READINGS[number % len(READINGS)]
    ring_id = f"R-{rng.integers(16**6):06x}"
    burst = START + timedelta(days=float(rng.integers(0, 60)))
    members = [
        world.account(
            name or f"{NAMES[rng.integers(10)]}{rng.integers(9999)}",
            created=burst + timedelta(hours=float(rng.exponential(20 if number % 2 else 300))),
            spam=True,
            labels=labels,
        )
        for _ in range(size)
    ]
    pairs: dict[tuple[str, str], set[str]] = {}
    for kind in kinds:
        for part in range(max(1, size // 12)):
            value = f"{kind[:3]}-{rng.integers(16**8):08x}"
            if kind == "ip":
                value = f"203.0.{rng.integers(256)}.{rng.integers(256)}"
            if kind == "template":
                text = TEXTS[rng.integers(3)].format(n=rng.integers(9999))
                value = f"T-{rng.integers(16**8):08x}"
                world.templates.append(template(value, name or text, size))
            users = [m for m in members if rng.random() < 0.7 / (1 + part / 4)] or members[:2]
            for member in users:
                world.see(member, kind, value)
            for a, b in combinations(sorted(users)[:60], 2):
                pairs.setdefault((a, b), set()).add(kind)
                world.evidence.append(
                    {"account_a": a, "account_b": b, "kind": kind, "value": value, "weight": 0.8}
                )
    world.links += [
        {"account_a": a, "account_b": b, "weight": 0.8 * len(k), "kinds": ";".join(sorted(k))}
        for (a, b), k in sorted(pairs.items())
    ]
    for member in members:
        if rng.random() < 0.6:
            world.see(member, "ip", "100.64.0.1")
    risk = float(rng.uniform(0.4, 0.6) if status == "suspected" else rng.uniform(0.6, 0.999))
    add_members(world, ring_id, members, risk)
    world.rings.append(
        {
            "ring_id": ring_id,
            "size": size,
            "core_size": int(size * 0.8),
            "risk": risk,
            "reading": reading,
            "surprise": float(rng.uniform(0, 3) if status == "suspected" else rng.uniform(4, 40)),
            "link_kinds": ";".join(kinds),
            "first_seen": burst,
            "last_seen": burst + timedelta(days=40),
            "labelled_spam": size // 4 if labels else 0,
            "labelled_honest": number % 2 if labels else 0,
            "status": status,
            "innocent_reading": innocent,
            "expected_honest": size * (1 - risk),
            "why": f"{size} accounts share {kinds[0]} and {kinds[-1]} values that hardly anybody "
            "else uses, in the same weeks.",
        }
    )


def add_members(world: World, ring_id: str, members: list[str], risk: float) -> None:
    rng = world.rng
    for place, member in enumerate(members):
        core = place < int(len(members) * 0.8)
        joined = START + timedelta(days=float(rng.integers(0, 90)))
        stability = float(rng.uniform(0.85, 1) if core else rng.uniform(0.2, 0.8))
        world.ring_members.append(
            {
                "ring_id": ring_id,
                "account_id": member,
                "role": "core" if core else "fringe",
                "stability": stability,
                "joined": joined,
            }
        )
        world.scores.append(
            {
                "account_id": member,
                "risk": min(1.0, risk * float(rng.uniform(0.8, 1.1))),
                "ring_id": ring_id,
                "ring_role": "core" if core else "fringe",
                "action": "review",
                "reasons": "shares a device with 11 risky accounts; sends a text that 14 others "
                "send; 62% of its actions are between midnight and 5 UTC",
            }
        )


def template(value: str, text: str, size: int) -> dict[str, Any]:
    last = START + timedelta(days=30)
    return {
        "template": value,
        "example": text,
        "messages": size * 3,
        "accounts": size,
        "first_seen": START,
        "last_seen": last,
    }


def plant(
    seed: int = 7,
    *,
    sizes: Sequence[int] = (40, 14, 9, 220, 6, 3, 25, 8),
    suspected: int = 4,
    honest: int = 300,
    labels: bool = True,
    names: Sequence[str] = (),
) -> dict[str, pl.DataFrame]:
    """Frames of a run with rings of the given sizes; a name is that of all accounts of a ring."""
    world = World(np.random.default_rng(seed))
    for number, size in enumerate(sizes):
        name = names[number % len(names)] if names else ""
        plant_ring(world, number, size, "ring", labels, name)
    for number in range(suspected):
        plant_ring(world, number, 3 + number, "suspected", labels, "")
    for place in range(honest):
        created = START + timedelta(days=float(world.rng.integers(0, 90)))
        name = f"{NAMES[place % 10]}_{place}"
        account = world.account(name, created=created, spam=False, labels=labels)
        world.see(account, "device", f"own-{place}")
        world.scores.append(
            {
                "account_id": account,
                "risk": float(world.rng.beta(1, 8)),
                "ring_id": "",
                "ring_role": "",
                "action": "none",
                "reasons": "unusual number of messages for its age",
            }
        )
    return frames_of(world)


def frames_of(world: World) -> dict[str, pl.DataFrame]:
    frames = {
        name: pl.DataFrame(rows, infer_schema_length=None)
        for name, rows in vars(world).items()
        if name != "rng"
    }
    used = (
        pl.DataFrame(world.sightings)
        .group_by("kind", "value")
        .agg(pl.col("account_id").n_unique().alias("accounts"))
        .sort("kind", "value")
        .with_columns(
            pl.when(pl.col("value") == "100.64.0.1")
            .then(pl.lit("cap"))
            .otherwise(pl.lit(""))
            .alias("treatment")
        )
    )
    frames["identifiers"] = used
    frames["hubs"] = used.filter(pl.col("treatment") == "cap").with_columns(
        pl.lit("used by 61 accounts at the same time, cap 60; a carrier").alias("reason")
    )
    frames["quarantine"] = pl.DataFrame(
        {
            "table": ["logins", "logins", "messages"],
            "row": [4, 19, 7],
            "column": ["ts", "ts", "text"],
            "value": ["31/31/2026", "soon", "x" * 90],
            "reason": ["not a time stamp", "not a time stamp", "longer than 100,000 characters"],
        }
    )
    return {name: frame for name, frame in frames.items() if frame.width}


MANIFEST: dict[str, Any] = {
    "seed": 7,
    "inputs": {"accounts.csv": "ab" * 32, "logins.csv.gz": "cd" * 32},
    "settings": {"ring": {"min_size": 3, "repeats": 20}, "kinds": ["device", "ip"]},
    "versions": {"polars": "2.1.0", "python": "3.11"},
    "counts": {"input": {"accounts": 643, "logins": 20412, "messages": 9120, "events": 0}},
    "notes": ["accounts: column shoe_size was ignored (text with 500 levels)"],
}
METRICS: dict[str, Any] = {
    "held_out_by_ring": {
        "stack": {"average_precision": 0.713, "recall_at_k": 0.41, "accounts": 1200.0},
        "tabular alone": {"average_precision": 0.402, "recall_at_k": 0.2, "accounts": 1200.0},
        "shuffled edges": {"average_precision": 0.41, "recall_at_k": 0.22, "accounts": 1200.0},
    },
    "rings": {"ring_f1": 0.78, "innocents_per_1000": 4.2, "rings_found": 0.7},
}


@pytest.fixture
def planted() -> Callable[..., dict[str, pl.DataFrame]]:
    return plant


@pytest.fixture
def manifest() -> dict[str, Any]:
    return MANIFEST


@pytest.fixture
def metrics() -> dict[str, Any]:
    return METRICS
