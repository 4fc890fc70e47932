"""What a run knows, laid out so that a new account is looked up without a join."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graph.kinds import Kind, kinds

from ..run import Run
from .own import OwnEvidence, own_evidence

_DAY = 86_400e6


@dataclass(frozen=True)
class Known:
    """A run, prepared once for any number of new accounts.

    Attributes
    ----------
    name
        The run folder's name.
    moment
        The last moment that the run saw; the time at which newcomers are taken to be seen.
    base
        Mean risk of all accounts.
    accounts
        Account ids, sorted.
    places
        Row number by account id.
    risk, ring
        By row number of the account; ring is blank where it is in none.
    identifiers
        Per kind: row number by value.
    treatment, popular
        By row number of the identifier: hub policy, and the accounts that use it.
    starts
        Where the users of an identifier begin in `users`, `first` and `last`.
    users, first, last
        Row number of the account; first and last use in days, NaN where unknown.
    own
        What an account shows by itself; None where the run learned nothing from labels.
    """

    name: str
    moment: datetime
    base: float
    accounts: list[str]
    places: dict[str, int]
    risk: NDArray[np.float64]
    ring: list[str]
    identifiers: dict[str, dict[str, int]]
    treatment: list[str]
    popular: NDArray[np.int64]
    starts: NDArray[np.int64]
    users: NDArray[np.int32]
    first: NDArray[np.float64]
    last: NDArray[np.float64]
    own: OwnEvidence | None


def linking() -> tuple[Kind, ...]:
    """Kinds that a single account shows: columns of its own, not found among many messages."""
    tables = ("accounts", "logins", "payments")
    return tuple(
        kind
        for kind in kinds().values()
        if kind.table in tables
        and kind.rarity == "popularity"
        and kind.signup_half_life_days is None
    )


def last_moment(run: Run) -> datetime:
    """The last moment that a run saw."""
    last = run.frame("sightings")["last_seen"].max()
    return last if isinstance(last, datetime) else datetime(2000, 1, 1)


def prepare_run(run: Run) -> Known:
    """Lay a run out for looking new accounts up."""
    kept = pl.col("kind").is_in([kind.name for kind in linking()])
    identifiers = run.frame("identifiers").filter(kept).sort("kind", "value")
    numbered = identifiers.select("kind", "value").with_row_index("identifier")
    scores = run.frame("scores").select("account_id", "risk", "ring_id").sort("account_id")
    accounts = scores["account_id"]
    owners = pl.DataFrame({"account_id": accounts}).with_row_index("account")
    seen = (
        run.frame("sightings")
        .filter(kept)
        .join(numbered, ["kind", "value"])
        .join(owners, "account_id")
        .sort("identifier", "account")
    )
    counts = np.bincount(seen["identifier"].to_numpy(), minlength=identifiers.height)
    base = scores["risk"].mean()
    usual = float(base) if isinstance(base, float) else 0.0
    return Known(
        name=run.folder.resolve().name,
        moment=last_moment(run),
        base=usual,
        accounts=accounts.to_list(),
        places={account: row for row, account in enumerate(accounts)},
        risk=scores["risk"].fill_null(usual).to_numpy(),
        ring=scores["ring_id"].fill_null("").to_list(),
        identifiers=_by_value(numbered),
        treatment=identifiers["treatment"].fill_null("").to_list(),
        popular=identifiers["accounts"].to_numpy().astype(np.int64),
        starts=np.concatenate([[0], np.cumsum(counts)]),
        users=seen["account"].to_numpy().astype(np.int32),
        first=_days(seen["first_seen"]),
        last=_days(seen["last_seen"]),
        own=own_evidence(run.folder / "models"),
    )


def _days(times: pl.Series) -> NDArray[np.float64]:
    micros = times.dt.epoch("us").cast(pl.Float64).fill_null(float("nan"))
    return micros.to_numpy() / _DAY


def _by_value(numbered: pl.DataFrame) -> dict[str, dict[str, int]]:
    return {
        str(kind): dict(rows.select("value", "identifier").iter_rows())
        for (kind,), rows in numbered.group_by(["kind"], maintain_order=True)
    }
