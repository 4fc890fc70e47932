"""A part of a run: some accounts, and all that hangs on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from ingest import NotFound

_PAIR = ("account_a", "account_b")


@dataclass(frozen=True)
class Part:
    """Which accounts are wanted.

    Attributes
    ----------
    ring
        Members of this ring only; None: of any or none.
    min_risk
        Accounts of this risk or more only, in [0, 1].
    neighbourhood
        Besides them, accounts that are this many links away or fewer.
    """

    ring: str | None = None
    min_risk: float | None = None
    neighbourhood: int = 0

    @property
    def whole(self) -> bool:
        """Whether that is the whole run."""
        return self.ring is None and self.min_risk is None

    def __str__(self) -> str:
        said = [f"ring {self.ring}"] if self.ring is not None else []
        said += [f"risk from {self.min_risk:g}"] if self.min_risk is not None else []
        said += [f"and {self.neighbourhood} links around"] if said and self.neighbourhood else []
        return ", ".join(said) or "all"


def part(frames: Mapping[str, pl.DataFrame], wanted: Part) -> dict[str, pl.DataFrame]:
    """Cut a run's tables down to the wanted accounts.

    Identifiers, links, evidence and rings stay as far as such an account has them; a ring keeps
    its own figures (size, risk) even if not all of its members are wanted.

    Raises
    ------
    NotFound
        There is no such ring, or no account of that risk.
    """
    if wanted.whole:
        return dict(frames)
    inside = _around(_chosen(frames, wanted), frames["links"], wanted.neighbourhood).implode()
    mine = pl.col("account_id").is_in(inside)
    both = pl.all_horizontal(pl.col(end).is_in(inside) for end in _PAIR)
    kept = {name: frames[name].filter(both) for name in ("links", "evidence")}
    kept |= {
        name: frames[name].filter(mine)
        for name in ("accounts", "scores", "ring_members", "sightings")
    }
    kept["rings"] = frames["rings"].join(kept["ring_members"], "ring_id", "semi")
    used = kept["sightings"]
    kept |= {
        name: frames[name].join(used, ["kind", "value"], "semi") for name in ("identifiers", "hubs")
    }
    kept["templates"] = frames["templates"].join(
        used.filter(kind="template"), left_on="template", right_on="value", how="semi"
    )
    return kept


def _chosen(frames: Mapping[str, pl.DataFrame], wanted: Part) -> pl.Series:
    accounts = frames["scores"].select("account_id", "risk")
    if wanted.ring is not None:
        members = frames["ring_members"].filter(ring_id=wanted.ring)
        if members.is_empty():
            raise NotFound(f"the run has no ring {wanted.ring}; list them with: ringscope ring")
        accounts = accounts.join(members, "account_id", "semi")
    if wanted.min_risk is not None:
        accounts = accounts.filter(pl.col("risk") >= wanted.min_risk)
        if accounts.is_empty():
            raise NotFound(f"no account has a risk of {wanted.min_risk:g} or more; ask for less")
    return accounts["account_id"]


def _around(accounts: pl.Series, links: pl.DataFrame, steps: int) -> pl.Series:
    """The accounts, and those that so many links or fewer lead to."""
    for _ in range(steps):
        known = accounts.implode()
        near = [
            links.filter(pl.col(one).is_in(known))[other]
            for one, other in (_PAIR, tuple(reversed(_PAIR)))
        ]
        accounts = pl.concat([accounts, *near]).unique(maintain_order=True)
    return accounts
