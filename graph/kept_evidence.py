"""Evidence of identifiers of which nothing is new, kept instead of weighed again.

What an identifier says of its accounts depends on who was seen with it and when, on their
sign-ups, on how telling its wording is, on what people decided about it, and on its kind. Where
all of that is as it was, so are its pairs and their weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest.kept import Frames, Kept, Rows, Source, Unit

from .kinds import kinds
from .links import gather_evidence
from .ruled import ALLOWED, ruled
from .sharing import COMPARED, together
from .sightings import Sightings

IDENTIFIER = Unit("identifier", ("kind", "value"))
EVIDENCE = Source(
    "evidence", ("place", "account_id", "created_at", "first_seen", "last_seen"), IDENTIFIER
)


def kept_evidence(
    kept: Kept,
    sightings: Sightings,
    accounts: pl.DataFrame,
    specificity: pl.DataFrame,
    policy: pl.DataFrame | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Weigh identifiers that accounts share, but only those about which something is new.

    Parameters
    ----------
    kept
        What was weighed on earlier nights; what is weighed now is added.
    sightings, specificity, policy
        See `gather_evidence`; of all identifiers.
    accounts
        account_id, created_at; one row per account.

    Returns
    -------
    tuple
        What `gather_evidence` gives, to the last bit; rows in the order of identifiers.
    """
    shared = sightings.identifiers.filter(pl.col("accounts").is_between(2, _most()))
    users = _Users.of(sightings, shared)

    def weighed(changed: pl.DataFrame) -> Frames:
        which = changed.select("identifier").unique()
        own = Sightings(
            shared.join(which, "identifier", "semi", maintain_order="left"),
            sightings.rows.join(which, "identifier", "semi", maintain_order="left"),
        )
        evidence, popularity = gather_evidence(own, accounts["created_at"], specificity, policy)
        return {"pairs": users.placed(evidence), "popularity": popularity.sort("identifier")}

    rows = Rows(
        made_of=(sightings.rows, specificity, policy),
        units=_deciding(shared, specificity, policy),
        give=lambda: users.rows(accounts),
    )
    frames = kept.of(EVIDENCE, rows, ("pairs", "popularity"), weighed)
    return users.evidence(frames["pairs"]), frames["popularity"]


def _most() -> int:
    """Accounts above which no identifier is compared."""
    return max(ALLOWED, *(COMPARED * kind.hub_cap for kind in kinds().values()))


def _deciding(
    identifiers: pl.DataFrame, specificity: pl.DataFrame, policy: pl.DataFrame | None
) -> pl.DataFrame:
    """identifier, kind, value, and what else decides on it: terms of its kind, wording, policy."""
    entries = kinds().values()
    terms = pl.DataFrame(
        {"kind": [k.name for k in entries], "terms": [repr(k) for k in entries]},
        schema={"kind": pl.String, "terms": pl.String},
    )
    said = ruled(identifiers, policy).select("identifier", "treatment", "limit")
    return (
        identifiers.select("identifier", "kind", "value")
        .join(terms, "kind", "left", maintain_order="left")
        .join(specificity, "identifier", "left", maintain_order="left")
        .join(said, "identifier", "left", maintain_order="left")
    )


@dataclass(frozen=True)
class _Users:
    """Who was seen with each shared identifier, in account order.

    An account's place among them outlives its row number.
    """

    seen: pl.DataFrame
    """identifier, account, first_seen, last_seen; sorted."""
    starts: NDArray[np.int64]
    """By identifier: its first row in `seen`."""
    kind: pl.Series
    """By identifier."""

    @classmethod
    def of(cls, sightings: Sightings, shared: pl.DataFrame) -> _Users:
        seen = (
            sightings.rows.join(shared.select("identifier"), "identifier", "semi")
            .select("identifier", "account", "first_seen", "last_seen")
            .sort("identifier", "account")
        )
        starts = np.zeros(sightings.identifiers.height, np.int64)
        ends = shared["accounts"].cast(pl.Int64).cum_sum()
        starts[shared["identifier"].to_numpy()] = ends - shared["accounts"]
        return cls(seen, starts, sightings.identifiers["kind"])

    def rows(self, accounts: pl.DataFrame) -> pl.DataFrame:
        """What decides on the evidence, row by row."""
        first = pl.lit(pl.Series(self.starts)).gather("identifier")
        known = [pl.lit(accounts[c]).gather("account") for c in ("account_id", "created_at")]
        return self.seen.with_columns(*known, place=pl.int_range(pl.len()) - first)

    def placed(self, evidence: pl.DataFrame) -> pl.DataFrame:
        """Pairs under places instead of row numbers; their times are known from the rows."""
        line, identifier = _line(self.seen, "account"), evidence["identifier"].to_numpy()
        places = [
            np.searchsorted(line, _line(evidence, end)) - self.starts[identifier] for end in "ab"
        ]
        pairs = evidence.select("identifier", "weight").with_columns(
            pl.Series(name, place, pl.UInt32)
            for name, place in zip(("place_a", "place_b"), places, strict=True)
        )
        return pairs.sort("identifier", maintain_order=True)

    def evidence(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """Evidence under the row numbers of tonight."""
        first = pl.Series(self.starts).gather(pairs["identifier"])
        a, b = (self.seen[first + pairs[name]] for name in ("place_a", "place_b"))
        both = a.select("identifier", "first_seen", "last_seen", a="account").hstack(
            b.select(b="account", first_b="first_seen", last_b="last_seen")
        )
        kind = self.kind.gather(pairs["identifier"])
        return both.select("a", "b", "identifier", kind, pairs["weight"], **together())


def _line(rows: pl.DataFrame, account: str) -> NDArray[np.int64]:
    """One number per identifier and account, in their order."""
    identifier = rows["identifier"].to_numpy().astype(np.int64)
    joined: NDArray[np.int64] = (identifier << 32) + rows[account].to_numpy()
    return joined
