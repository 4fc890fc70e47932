"""Making the demo world and writing it down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from ingest import SettingsError

from . import activity, dirt, families, groups, homes, identity, places, rings
from .census import take_census
from .clock import Ints, as_datetime
from .draft import Draft, blank
from .features import columns
from .labels import draw_labels
from .messages import habits, messages
from .names import COUNTRIES
from .payments import payments
from .wording import pick, tokens

ROWS_PER_ACCOUNT = 18.2


@dataclass(frozen=True)
class WorldSummary:
    """What was planted.

    Attributes
    ----------
    accounts, spam, in_rings
        Accounts in all, spam accounts, and spam accounts in rings.
    rings
        Number of rings by kind.
    largest
        Accounts in the largest ring.
    labelled
        Accounts with a label.
    rows
        Rows by table, dirty ones included.
    """

    accounts: int
    spam: int
    in_rings: int
    rings: Mapping[str, int]
    largest: int
    labelled: int
    rows: Mapping[str, int]


def make_world(
    *,
    accounts: int = 5000,
    seed: int = 7,
    rotation: float = 0.2,
    events_per_account: float | None = None,
    spam_share: float = 0.06,
) -> dict[str, pl.DataFrame]:
    """Plant rings among look-alikes.

    Parameters
    ----------
    accounts
        Number of accounts, 200 or more; from 1,000 on every kind of ring is there.
    seed
        Same arguments and seed, same world.
    rotation
        Share of the shared identifiers that ring members use only once instead [0, 1].
    events_per_account
        Mean rows of logins, messages and events together per account (at least 3);
        about 18 if not given.
    spam_share
        Share of accounts that are spam [0.02, 0.5]; three quarters of them are in rings.

    Returns
    -------
    dict of polars.DataFrame
        accounts, logins, messages, events, payments (text columns as in the files) and truth.

    Raises
    ------
    SettingsError
        If an argument is out of its range.

    Examples
    --------
    >>> world = make_world(accounts=300, seed=1)
    >>> world["truth"].height
    300
    """
    mean = ROWS_PER_ACCOUNT if events_per_account is None else events_per_account
    if not 0.0 <= rotation <= 1.0:
        raise SettingsError(f"rotation={rotation}: give a share from 0 to 1")
    if not 3.0 <= mean <= 1000.0:
        raise SettingsError(f"events_per_account={mean}: give a number from 3 to 1000")
    rng = streams(seed)
    draft, planted = people(rng["who"], accounts, spam_share, rotation)
    tables = activities(rng, draft, planted, mean)
    label = draw_labels(rng["label"], draft)
    ids = tokens(rng["name"], accounts, 9, prefix="m")
    cards = profiles(rng["name"], draft, ids, label)
    return _written(rng["dirt"], draft, ids, cards, tables, label)


def streams(seed: int) -> dict[str, np.random.Generator]:
    """One stream of randomness per part of the world, so that a change in one leaves the others."""
    parts = ("who", "act", "say", "name", "label", "dirt", "saga")
    return dict(zip(parts, np.random.default_rng(seed).spawn(len(parts)), strict=True))


def activities(
    rng: Mapping[str, np.random.Generator], draft: Draft, planted: list[rings.Ring], mean: float
) -> dict[str, pl.DataFrame]:
    """Logins, messages, events and payments: account (number), ts (seconds) and what was done.

    `mean` is the number of rows of logins, messages and events per account.
    """
    times = activity.login_times(
        rng["act"], draft, activity.counts(rng["act"], draft, mean * activity.LOGIN_PART, 1)
    )
    habits(rng["say"], draft)
    return {
        "logins": activity.logins(rng["act"], draft, times),
        "messages": messages(rng["say"], draft, planted, times, mean * activity.MESSAGE_PART),
        "events": activity.events(rng["act"], draft, times, mean * activity.EVENT_PART),
        "payments": payments(rng["act"], draft),
    }


def people(
    rng: np.random.Generator, accounts: int, spam_share: float, rotation: float
) -> tuple[Draft, list[rings.Ring]]:
    """Who there is, where they live, what they hold and share."""
    census = take_census(rng, accounts, spam_share)
    draft = blank(rng, census.kind, census.group, census.ring)
    home = homes.settle(rng, draft)
    homes.lease(rng, draft, home)
    homes.carriers(rng, draft)
    homes.personal_devices(rng, draft, home)
    families.families(rng, draft)
    families.kin(rng, draft)
    groups.furnish(rng, draft)
    at = places.open_places(rng, draft)
    places.wander(rng, draft, at)
    planted = rings.muster(rng, draft, rotation)
    rings.plant(rng, draft, planted, at)
    rings.kits(rng, draft, planted)
    return draft, planted


def profiles(rng: np.random.Generator, draft: Draft, ids: pl.Series, label: Ints) -> pl.DataFrame:
    """The accounts table, clean."""
    country = identity.countries(rng, draft)
    frame = pl.DataFrame(
        {
            "account_id": ids,
            "created_at": as_datetime(draft.created),
            "email": identity.emails(rng, draft),
            "username": identity.usernames(rng, draft),
            "phone": identity.phones(rng, draft, country),
            "country": pick([row[0] for row in COUNTRIES], country),
            "label": pl.Series(label).set(pl.Series(label < 0), None),
        }
    )
    return frame.hstack(columns(rng, draft))


def _written(
    rng: np.random.Generator,
    draft: Draft,
    ids: pl.Series,
    accounts: pl.DataFrame,
    tables: Mapping[str, pl.DataFrame],
    label: Ints,
) -> dict[str, pl.DataFrame]:
    """Text time stamps, ids for numbers, dirt, shuffled rows, and the truth."""
    written = accounts.with_columns(
        dirt.write_times(rng, accounts["created_at"]).alias("created_at")
    )
    world = {"accounts": dirt.soil(rng, written, ("country", "username"))}
    for name, table in tables.items():
        frame = table.with_columns(
            dirt.write_times(rng, as_datetime(table["ts"].to_numpy())).alias("ts"),
            ids.gather(table["account"]).alias("account_id"),
        )
        if "target" in frame.columns:
            person = "recipient_id" if name == "messages" else "target_id"
            known = frame["target"].set(frame["target"] < 0, None)
            frame = frame.with_columns(ids.gather(known).alias(person)).drop("target")
        frame = frame.select("account_id", pl.exclude("account_id", "account"))
        world[name] = dirt.soil(rng, frame, ("account_id",))
    ring_names = tokens(rng, int(draft.ring.max()) + 1, 4, prefix="ring-")
    ring = pl.Series(draft.ring).set(pl.Series(draft.ring < 0), None)
    truth = pl.DataFrame(
        {
            "account_id": ids,
            "spam": draft.spam.astype(np.int8),
            "ring": ring_names.gather(ring),
            "kind": draft.kind,
            "labelled": (label >= 0).astype(np.int8),
        }
    )
    world["truth"] = truth[rng.permutation(draft.size)]
    return world


def write_world(
    out: Path,
    *,
    accounts: int = 5000,
    seed: int = 7,
    rotation: float = 0.2,
    events_per_account: float | None = None,
    spam_share: float = 0.06,
) -> WorldSummary:
    """Write a planted world to `out` as CSV: the input tables and `truth.csv`.

    Takes the arguments of `make_world`; the same arguments give the same bytes. The truth
    (account_id, spam, ring, kind, labelled) is for judging a result, never an input of a run.

    Raises
    ------
    SettingsError
        If an argument is out of its range.
    """
    world = make_world(
        accounts=accounts,
        seed=seed,
        rotation=rotation,
        events_per_account=events_per_account,
        spam_share=spam_share,
    )
    out.mkdir(parents=True, exist_ok=True)
    for name, table in world.items():
        table.write_csv(out / f"{name}.csv")
    truth = world["truth"]
    members = truth.drop_nulls("ring").group_by("ring", "kind").len()
    by_kind = members.group_by("kind").len().sort("kind")
    return WorldSummary(
        accounts=truth.height,
        spam=int(truth["spam"].sum()),
        in_rings=int(members["len"].sum()),
        rings=dict(by_kind.iter_rows()),
        largest=int(members["len"].cast(pl.Int64).max()),  # type: ignore[arg-type]
        labelled=int(truth["labelled"].sum()),
        rows={name: table.height for name, table in world.items() if name != "truth"},
    )
