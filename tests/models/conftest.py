"""A small world with planted rings, and what scoring makes of it, once per session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
import polars as pl
import pytest

from graph import Linkage, link
from ingest import Tables, read_tables
from models import Scores, ScoreSettings, score

START = datetime(2026, 1, 1)
RINGS, RING = 11, 5
OFFICES, OFFICE = 3, 20
WORDS = [f"{a}{b}" for a in "abcdefghijklmn" for b in ("er", "ing", "man", "ship", "ful", "ness")]


class World(NamedTuple):
    tables: Tables
    linkage: Linkage


class Scored(NamedTuple):
    tables: Tables
    linkage: Linkage
    scores: Scores


def planted(seed: int, accounts: int = 300, known: float = 0.8, order: int | None = None) -> Tables:
    """Rings of five on one device with one text each; offices of 20 on one machine; homes."""
    rng = np.random.default_rng(seed)
    place = rng.permutation(accounts)
    spam = place < RINGS * RING
    office = ~spam & (place >= accounts - OFFICES * OFFICE)
    group = np.where(spam, place // RING, 100 + place // 3)
    group[office] = 50 + (accounts - 1 - place[office]) // OFFICE
    label = [int(s) if rng.random() < known else None for s in spam]
    rate = rng.poisson(np.where(spam, 6, 4)) + 1
    who = np.repeat(np.arange(accounts), rate)
    when = rng.uniform(0, 30, len(who))
    kits = [" ".join(rng.choice(WORDS, 9)) for _ in range(RINGS)]
    text = [
        f"{kits[group[i]] if spam[i] else ' '.join(rng.choice(WORDS, 9))} {rng.integers(99)}"
        for i in who
    ]
    shared = spam | office | (rng.random(accounts) < 0.3)
    device = np.where(shared, group, 1000 + np.arange(accounts))
    time = [START + timedelta(days=float(day)) for day in when]
    age = rng.uniform(0, 90, accounts)
    names = np.array([f"a{i:04d}" for i in range(accounts)])
    frames = {
        "accounts": pl.DataFrame(
            {
                "account_id": names,
                "created_at": [START - timedelta(days=float(day)) for day in age],
                "label": label,
                "karma": rng.normal(np.where(spam, -1, 0.5), 1),
            }
        ),
        "logins": pl.DataFrame(
            {
                "account_id": names[who],
                "ts": time,
                "device_id": [f"d{number}" for number in device[who]],
                "ip": [f"93.184.{group[i] % 250}.{rng.integers(1, 4)}" for i in who],
            }
        ),
        "messages": pl.DataFrame({"account_id": names[who], "ts": time, "text": text}),
    }
    if order is not None:
        frames = {n: f.sample(fraction=1, shuffle=True, seed=order) for n, f in frames.items()}
    return read_tables(frames)


@pytest.fixture(scope="session")
def planted_world() -> Callable[..., Tables]:
    """Give the builder of worlds."""
    return planted


@pytest.fixture(scope="session")
def small() -> World:
    """Give a labelled world and its links."""
    tables = planted(1)
    return World(tables, link(tables))


@pytest.fixture(scope="session")
def scored(small: World) -> Scored:
    """Give the labelled world with its scores, as they come with default settings."""
    return Scored(*small, score(*small, ScoreSettings(threads=1)))
