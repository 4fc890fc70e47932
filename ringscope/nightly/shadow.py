"""A shadow copy of the tables with planted rings: what canaries are made of and what they share.

Planted accounts do what real ones do: their columns, the number of their rows and their event types
are those of an account drawn from the data. What they share, and what they write, is made up and in
nobody else's hands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from ingest import Tables, read_tables

from .hands import SIZE, Flavour, hands

WINDOW = timedelta(days=14)
"""Time before the end of the data in which planted rings sign up and work."""
LEAST_ROWS = 5
_DAY = 86_400.0
_ACTIVITY = ("logins", "messages", "events", "payments")


@dataclass(frozen=True)
class Planted:
    """The shadow copy.

    Attributes
    ----------
    tables
        The real tables, to which the planted accounts are appended: row numbers stay.
    members
        flavour, ring (number), account_id of the planted accounts.
    """

    tables: Tables
    members: pl.DataFrame


def last_moment(tables: Tables) -> datetime | None:
    """The last moment of any activity; None where no activity has a time."""
    moments = [getattr(tables, name)["ts"].max() for name in _ACTIVITY]
    return max((m for m in moments if isinstance(m, datetime)), default=None)


def plant(tables: Tables, flavours: list[Flavour], each: int, end: datetime, seed: int) -> Planted:
    """Append planted rings to a copy of the tables.

    Parameters
    ----------
    tables
        Clean tables; never changed.
    flavours, each
        What is planted, and how many rings of each flavour.
    end
        Last moment of the data.
    seed
        Same tables and seed, same rings.
    """
    rng = np.random.default_rng(seed)
    rings = [flavour for flavour in flavours for _ in range(each)]
    count = len(rings) * SIZE
    members = pl.DataFrame(
        {
            "flavour": [flavour.name for flavour in rings for _ in range(SIZE)],
            "ring": np.repeat(np.arange(len(rings)), SIZE),
            "account_id": [f"{number:05d}" for number in range(count)],
        }
    )
    donors = _donors(rng, tables, count)
    born = _births(rng, len(rings), end)
    held = hands(rng, tables, rings)
    raw = {"accounts": _cards(rng, tables, members, born)}
    for name in _ACTIVITY:
        frame: pl.DataFrame = getattr(tables, name)
        if frame.height:
            raw[name] = _acts(rng, name, frame, donors, born, end, held)
    made = read_tables({name: frame for name, frame in raw.items() if frame.height})
    return Planted(_appended(tables, made, donors), _renamed(tables, members))


def _births(rng: np.random.Generator, rings: int, end: datetime) -> pl.Series:
    """Sign-ups: those of a ring within hours, at least two days before the end."""
    ago = 2 * _DAY + (WINDOW.total_seconds() - 2 * _DAY) * rng.random(rings).repeat(SIZE)
    ago -= _DAY / 3 * rng.random(rings * SIZE)
    seconds = pl.Series(ago.astype(np.int64))
    return pl.select(pl.lit(end) - pl.duration(seconds=pl.lit(seconds))).to_series()


def _donors(rng: np.random.Generator, tables: Tables, count: int) -> np.ndarray:
    """Row numbers of real accounts, not labelled spam, whose manner is borrowed."""
    honest = (tables.accounts["label"].fill_null(0) != 1).to_numpy().nonzero()[0]
    return rng.choice(honest if len(honest) else np.arange(tables.accounts.height), count)


def _renamed(tables: Tables, members: pl.DataFrame) -> pl.DataFrame:
    return members.with_columns(account_id=_named(tables, pl.col("account_id")))


def _named(tables: Tables, number: pl.Expr) -> pl.Expr:
    """Ids that sort after all real ones, so that these keep their row numbers."""
    return pl.concat_str(pl.lit(f"{tables.accounts['account_id'][-1]}~canary-"), number)


def _cards(
    rng: np.random.Generator, tables: Tables, members: pl.DataFrame, born: pl.Series
) -> pl.DataFrame:
    """Sign-ups: a name that nobody has, a mailbox at a common provider, a common country."""
    code = pl.Series([f"{number:09x}" for number in rng.integers(0, 1 << 36, members.height)])
    common = {
        name: tables.accounts[name].drop_nulls().mode().sort().head(1).to_list()
        for name in ("email_domain", "country")
    }
    frame = members.select("account_id").with_columns(
        created_at=born, username=pl.format("k{}", pl.lit(code))
    )
    if common["email_domain"]:
        at = common["email_domain"][0]
        frame = frame.with_columns(email=pl.format("k{}@{}", pl.lit(code), pl.lit(at)))
    country = common["country"][0] if common["country"] else None
    return frame.with_columns(country=pl.lit(country, pl.String))


def _acts(
    rng: np.random.Generator,
    name: str,
    frame: pl.DataFrame,
    donors: np.ndarray,
    born: pl.Series,
    end: datetime,
    held: dict[str, pl.Series],
) -> pl.DataFrame:
    """Rows of one table: as many as the donor has, at times between sign-up and end."""
    many = np.bincount(frame["account"].to_numpy(), minlength=int(donors.max()) + 1)[donors]
    many = np.clip(many, LEAST_ROWS if name in ("logins", "messages") else 0, 40)
    many = np.minimum(many, 2) if name == "payments" else many
    who = np.arange(len(donors)).repeat(many)
    start = born.gather(who)
    ts = start + ((end - start) * pl.Series(rng.random(len(who)))).cast(pl.Duration("us"))
    rows = pl.DataFrame({"account_id": [f"{number:05d}" for number in who.tolist()], "ts": ts})
    mine = {name: hand.gather(who) for name, hand in held.items()}
    if name == "logins":
        agent = frame["user_agent"].gather(rng.integers(0, frame.height, len(donors))).gather(who)
        kept = {
            "device_id": mine["device"] if frame["device_id"].count() else None,
            "ip": mine["address"] if frame["ip"].count() else None,
            "user_agent": agent,
        }
        return rows.with_columns(
            **{column: value for column, value in kept.items() if value is not None}
        )
    if name == "messages":
        return rows.with_columns(text=mine["text"])
    if name == "payments":
        return rows.with_columns(instrument_id=mine["card"])
    return rows.with_columns(
        event_type=frame["event_type"].gather(rng.integers(0, frame.height, len(who)))
    )


def _appended(tables: Tables, made: Tables, donors: np.ndarray) -> Tables:
    """Put planted rows below the real ones; extra columns are those of the donors."""
    extra = tables.accounts[donors].select(*tables.features, *tables.categories)
    cards = made.accounts.with_columns(account_id=_named(tables, pl.col("account_id")))
    cards = cards.drop(*made.features, *made.categories).hstack(extra)
    grown: dict[str, Any] = {
        "accounts": pl.concat([tables.accounts, cards.select(tables.accounts.columns)])
    }
    for name in _ACTIVITY:
        rows: pl.DataFrame = getattr(made, name)
        shifted = rows.with_columns(
            account=(pl.col("account") + tables.accounts.height).cast(pl.UInt32)
        )
        real: pl.DataFrame = getattr(tables, name)
        lacking = [pl.lit(None, kind).alias(c) for c, kind in real.schema.items() if c not in rows]
        grown[name] = pl.concat([real, shifted.with_columns(lacking).select(real.columns)])
    return replace(tables, **grown)
