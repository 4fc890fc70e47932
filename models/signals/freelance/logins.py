"""Signals of logins: from where, and at which hours."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.kept import Source
from ingest.read_once import of_rows

from .family import FREELANCE, Work

LOGINS = Source("logins", ("ts",), tables=("logins",))
EARTH = 6_371.0
"""Mean radius in km."""
NEAR = 200.0
"""Distances in km below this are within the error of looking up an address."""
LEAST_HOURS = 1 / 60
USED_HOURS = 20
"""Logins that show which hours an account keeps."""
AWAY = 3
"""Hours from every earlier login at which a login is odd."""
HOUR = 3_600_000_000


@FREELANCE.signal(
    "login_country_changes",
    "changes of country from one login to the next: {count:,.0f}",
    needs=("logins.country",),
)
def country_changes(work: Work) -> pl.Series:
    """How often a login came from another country than the one before it.

    Travellers change a few times. Many changes mean rented proxies, or several people in several
    places on one account.
    """
    known = work.tables.logins.select("account", "ts", "country").drop_nulls("country")
    ordered = known.sort("account", "ts", "country")
    changed = (pl.col("country") != pl.col("country").shift(1)) & _same_account()
    return work.per_account(ordered.select("account", changed).group_by("account").agg(_total()))


@FREELANCE.signal(
    "travel_speed",
    "moved at {value:,.0f} km/h between two logins",
    needs=("logins.latitude", "logins.longitude"),
)
def travel_speed(work: Work) -> pl.Series:
    """The highest speed in km/h between the places of two logins that follow each other.

    Airliners make about 900 km/h. Distances below 200 km are not counted, as addresses are often
    placed wrongly by that much. A VPN that is switched on looks like a journey, too.
    """
    known = work.tables.logins.select("account", "ts", "latitude", "longitude").drop_nulls()
    ordered = known.sort("account", "ts", "latitude", "longitude")
    lat, lon = (np.radians(ordered[name].to_numpy()) for name in ("latitude", "longitude"))
    km = np.zeros(len(lat))
    km[1:] = _distance(lat[:-1], lon[:-1], lat[1:], lon[1:])
    hours = pl.col("ts").diff().dt.total_microseconds() / HOUR
    far = _same_account() & (pl.col("km") >= NEAR)
    speed = pl.when(far).then(pl.col("km") / hours.clip(LEAST_HOURS)).otherwise(0.0)
    moves = ordered.select("account", "ts", km=pl.Series(km)).with_columns(speed=speed)
    fastest = pl.when(pl.len() > 1).then(pl.col("speed").max())
    return work.per_account(moves.group_by("account").agg(fastest))


@FREELANCE.signal(
    "odd_login_hours",
    "logins at an hour far from all hours that it had kept: {count:,.0f}",
    needs=("logins",),
)
def odd_login_hours(work: Work) -> pl.Series:
    """Logins at a time of day three hours or more away from every one of at least 20 before.

    Each such hour counts once: afterwards it belongs to the account's hours. One may be a sleepless
    night or a journey; several mean that somebody else has begun to use the account. Not known
    before 20 logins.
    """
    tables = work.tables
    rows = of_rows(tables, LOGINS, lambda: tables.logins, ("odd_hours",), _odd_hours)
    return work.per_account(rows["odd_hours"])


def _odd_hours(logins: pl.DataFrame) -> dict[str, pl.DataFrame]:
    logins = logins.select("account", "ts").sort("account", "ts")
    logins = logins.with_columns(
        before=pl.int_range(pl.len(), dtype=pl.UInt32).over("account"), hour=pl.col("ts").dt.hour()
    )
    first = logins.group_by("account", "hour").agg(pl.col("before").min())
    shifts = pl.DataFrame({"shift": list(range(-AWAY + 1, AWAY))}, schema={"shift": pl.Int8})
    near = first.join(shifts, how="cross").select(
        "account", hour=(pl.col("hour") + pl.col("shift") + 24) % 24, earliest="before"
    )
    near = near.group_by("account", "hour").agg(pl.col("earliest").min())
    mine = first.join(near, ["account", "hour"]).group_by("account")
    odd = (pl.col("before") >= USED_HOURS) & (pl.col("before") <= pl.col("earliest"))
    enough = logins.group_by("account").len().filter(pl.col("len") > USED_HOURS)
    return {"odd_hours": mine.agg(odd.sum()).join(enough.select("account"), "account")}


def _same_account() -> pl.Expr:
    return (pl.col("account") == pl.col("account").shift(1)).fill_null(value=False)


def _total() -> pl.Expr:
    return pl.exclude("account").sum()


def _distance(
    lat: np.ndarray, lon: np.ndarray, other_lat: np.ndarray, other_lon: np.ndarray
) -> np.ndarray:
    """Great-circle distance in km by the haversine formula; angles in radians."""
    half = np.sin((other_lat - lat) / 2) ** 2
    half += np.cos(lat) * np.cos(other_lat) * np.sin((other_lon - lon) / 2) ** 2
    return np.asarray(2 * EARTH * np.arcsin(np.sqrt(np.minimum(half, 1.0))))
