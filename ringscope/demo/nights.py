"""A world that grows night by night, with rings whose lives are planned, and the plan beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from ingest import SettingsError

from .census import SMALLEST_WORLD
from .clock import DAY, ORIGIN, SPAN, WEEK, Ints, as_datetime
from .draft import Draft
from .labels import draw_labels
from .sagas import CROWD, PLANNED, SLEEPS, SPLITS, Saga, cast, dusk, partners, stage
from .wording import tokens
from .world import ROWS_PER_ACCOUNT, activities, people, profiles, streams

SHORTEST = 20
_LATE = 2 * WEEK  # between a sign-up and the earliest label


@dataclass(frozen=True)
class NightsWorld:
    """A growing world.

    Attributes
    ----------
    nights
        Nights that are played.
    tables
        accounts (created_at), logins, messages, events, payments (ts) as of the last night.
    labelled_at
        account_id, labelled_at: when each label became known.
    truth
        account_id, spam, ring (blank: none), kind, night (of the sign-up, below 0: before).
    plan
        ring, plot, turn, until (nights, -1: none), partner: the planned rings, by name.
    """

    nights: int
    tables: Mapping[str, pl.DataFrame]
    labelled_at: pl.DataFrame
    truth: pl.DataFrame
    plan: pl.DataFrame

    def end(self, night: int) -> datetime:
        """When a night's data end; nights count from 0."""
        return ORIGIN + timedelta(seconds=int(dusk(self.nights, night + 1)))

    def night(self, night: int) -> dict[str, pl.DataFrame]:
        """The full snapshot of a night: accounts, rows and labels known by then."""
        now = self.end(night)
        known = self.labelled_at.filter(pl.col("labelled_at") < now)
        accounts = self.tables["accounts"].filter(pl.col("created_at") < now)
        label = pl.when(pl.col("account_id").is_in(known["account_id"].implode())).then("label")
        rows = {
            name: frame.filter(pl.col("ts") < now)
            for name, frame in self.tables.items()
            if name != "accounts"
        }
        return {"accounts": accounts.with_columns(label=label), **rows}


def make_nights(
    *, accounts: int = 2400, seed: int = 7, nights: int = 30, spam_share: float = 0.06
) -> NightsWorld:
    """Plant a demo world in which rings are born, grow, rotate, merge, split, sleep and wake.

    Beside the rings of the plan live those of the demo world (`spam_share` counts these alone).

    Parameters
    ----------
    accounts
        Accounts on the last night, 1,000 or more.
    seed
        Same arguments and seed, same world.
    nights
        Nights that are played, 20 or more; they are the last ones of the demo's weeks.
    spam_share
        Share of accounts that are spam outside the plan [0.02, 0.5].

    Raises
    ------
    SettingsError
        An argument is out of its range.
    """
    if accounts < max(SMALLEST_WORLD, 5 * PLANNED):
        raise SettingsError(f"accounts={accounts}: the plan needs {5 * PLANNED} or more")
    if not SHORTEST <= nights <= SPAN // DAY // 2:
        raise SettingsError(f"nights={nights}: give {SHORTEST} to {SPAN // DAY // 2}")
    rng = streams(seed)
    draft, planted = people(rng["who"], accounts, spam_share, rotation=0.2)
    sagas = cast(rng["saga"], draft, len(planted), nights)
    planted = planted + stage(rng["saga"], draft, sagas, nights)
    acts = activities(rng, draft, planted, ROWS_PER_ACCOUNT)
    acts["logins"] = _crowded(rng["saga"], draft, acts["logins"], sagas, nights)
    label = draw_labels(rng["label"], draft)
    ids = tokens(rng["name"], accounts, 9, prefix="m")
    cards = profiles(rng["name"], draft, ids, label)
    awake = {name: _awake(frame, sagas, nights) for name, frame in acts.items()}
    names = tokens(rng["name"], len(planted), 4, prefix="ring-")
    return NightsWorld(
        nights=nights,
        tables={"accounts": cards, **{name: _named(awake[name], ids, name) for name in awake}},
        labelled_at=_labelled(rng["label"], draft, ids, label),
        truth=_truth(draft, ids, names, nights),
        plan=_plan(sagas, names),
    )


def _crowded(
    rng: np.random.Generator, draft: Draft, logins: pl.DataFrame, sagas: list[Saga], nights: int
) -> pl.DataFrame:
    """Let a crowd log in from the devices that tie two crews, on the night on which they split."""
    parts = [logins]
    for one, other in partners(sagas):
        if one.plot != SPLITS:
            continue
        start = int(dusk(nights, one.turn))
        users = logins.filter(pl.col("ts") < start)
        ours = [users.filter(pl.col("account").is_in(s.members)) for s in (one, other)]
        shared = sorted(
            set(ours[0]["device_id"].drop_nulls()) & set(ours[1]["device_id"].drop_nulls())
        )
        honest = np.flatnonzero(~draft.spam & (draft.created < start) & (draft.leaves > start))
        crowd = rng.choice(honest, CROWD, replace=False)
        for device in shared:
            ts = start + rng.integers(0, DAY // 2, CROWD)
            own = users.filter(pl.col("account").is_in(crowd)).unique("account", keep="last")
            extra = pl.DataFrame({"account": crowd, "ts": ts}).join(
                own.select("account", "ip", "user_agent"), "account", maintain_order="left"
            )
            parts.append(extra.with_columns(device_id=pl.lit(device)).select(logins.columns))
    return pl.concat(parts)


def _awake(frame: pl.DataFrame, sagas: list[Saga], nights: int) -> pl.DataFrame:
    """Leave out what sleeping rings would have done."""
    asleep = pl.lit(value=False)
    for saga in sagas:
        if saga.plot == SLEEPS:
            start, end = (int(dusk(nights, night)) for night in (saga.turn, saga.until))
            asleep |= pl.col("account").is_in(saga.members) & pl.col("ts").is_between(
                start, end, closed="left"
            )
    return frame.filter(~asleep)


def _named(frame: pl.DataFrame, ids: pl.Series, table: str) -> pl.DataFrame:
    """Ids for numbers, times for seconds."""
    frame = frame.with_columns(
        ids.gather(frame["account"]).alias("account_id"), ts=as_datetime(frame["ts"].to_numpy())
    )
    if "target" in frame.columns:
        person = "recipient_id" if table == "messages" else "target_id"
        known = frame["target"].set(frame["target"] < 0, None)
        frame = frame.with_columns(ids.gather(known).alias(person)).drop("target")
    return frame.select("account_id", pl.exclude("account_id", "account")).sort("ts", "account_id")


def _labelled(rng: np.random.Generator, draft: Draft, ids: pl.Series, label: Ints) -> pl.DataFrame:
    """When each label came: from two weeks after the sign-up on, most within a month of then."""
    wait = _LATE + rng.exponential(_LATE, draft.size).astype(np.int64)
    when = np.minimum(np.maximum(draft.created, 0) + wait, SPAN - 1)
    frame = pl.DataFrame({"account_id": ids, "labelled_at": as_datetime(when)})
    return frame.filter(pl.Series(label >= 0))


def _truth(draft: Draft, ids: pl.Series, names: pl.Series, nights: int) -> pl.DataFrame:
    ring = pl.Series(draft.ring).set(pl.Series(draft.ring < 0), None)
    return pl.DataFrame(
        {
            "account_id": ids,
            "spam": draft.spam.astype(np.int8),
            "ring": names.gather(ring),
            "kind": draft.kind,
            "night": (draft.created - int(dusk(nights, 0))) // DAY,
        }
    ).sort("account_id")


def _plan(sagas: list[Saga], names: pl.Series) -> pl.DataFrame:
    rows = [
        (
            names[saga.number],
            saga.plot,
            saga.turn,
            saga.until,
            names[saga.partner] if saga.partner >= 0 else None,
        )
        for saga in sagas
    ]
    return pl.DataFrame(rows, schema=["ring", "plot", "turn", "until", "partner"], orient="row")
