"""The risk of accounts that are not in the graph yet: what their links and they themselves say.

The identifiers of a newcomer are looked up among those of the run, and every account that uses one
of them is linked to it as `graph.links` would. By its links its risk is the mean risk of the
linked accounts by link weight, drawn towards the mean risk of all accounts by as much as one full
link weighs. What its own fields say (`OwnEvidence`) counts as independent of that, as in
co-training: the log-odds are added.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graph.hubs import SILENT
from models.calibration import log_odds, probability

from ..evidence.naming import called, listed
from ..words import count, percent
from .fields import Fresh, Use
from .known import Known
from .linked import links_of

PRIOR = 1.0
"""Link weight with which the mean of all accounts counts."""
NAMED = 3
LISTED = 100
"""Links that are told; all count."""


@dataclass(frozen=True)
class Newcomer:
    """What a run says of one new account.

    Attributes
    ----------
    account_id
        Its name.
    risk
        In [0, 1].
    by_links
        Risk by its links alone.
    by_itself
        How many times its own fields multiply the odds of spam; None where the run learned
        nothing from labels.
    known
        Whether the run has an account of this name; that one counts as the same.
    linked
        Accounts that it is linked to.
    rings
        Their rings, the strongest link first.
    links
        account_id, weight, kinds, risk, ring_id of the strongest `LISTED` links.
    shared
        kind, value, accounts (that use it), treatment, links (whether it links).
    refused
        column, value, reason of cells that could not be read.
    says
        All that in words.
    """

    account_id: str
    risk: float
    by_links: float
    by_itself: float | None
    known: bool
    linked: int
    rings: tuple[str, ...]
    links: list[dict[str, Any]] = field(default_factory=list)
    shared: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    says: str = ""


def estimate(known: Known, fresh: Sequence[Fresh]) -> list[Newcomer]:
    """Score new accounts, each on its own, in their order.

    Parameters
    ----------
    known
        The run, see `prepare_run`.
    fresh
        The new accounts, see `read_newcomers`.
    """
    own = known.own.of(fresh) if known.own else None
    return [
        _one(known, account, None if own is None else float(own[place]))
        for place, account in enumerate(fresh)
    ]


def _one(known: Known, fresh: Fresh, own: float | None) -> Newcomer:
    itself = known.places.get(fresh.account_id, -1)
    linked, weights, made = links_of(known, fresh.uses, itself)
    risks = known.risk[linked]
    by_links = (PRIOR * known.base + float(weights @ risks)) / (PRIOR + float(weights.sum()))
    odds = float(log_odds(np.array(by_links))) + (own or 0.0)
    rings = dict.fromkeys(ring for row in linked if (ring := known.ring[row]))
    shared = _shared(known, fresh.uses)
    found = Newcomer(
        account_id=fresh.account_id,
        risk=round(float(probability(np.array(odds))), 6),
        by_links=round(by_links, 6),
        by_itself=None if own is None else round(math.exp(own), 4),
        known=itself >= 0,
        linked=len(linked),
        rings=tuple(rings),
        links=[
            {
                "account_id": known.accounts[row],
                "weight": round(float(weight), 6),
                "kinds": ";".join(kinds),
                "risk": float(known.risk[row]),
                "ring_id": known.ring[row],
            }
            for row, weight, kinds in zip(linked[:LISTED], weights, made, strict=False)
        ],
        shared=shared,
        refused=list(fresh.refused),
    )
    return Newcomer(**{**vars(found), "says": _says(found)})


def _shared(known: Known, uses: Sequence[Use]) -> list[dict[str, Any]]:
    """Identifiers of the account that the run knows."""
    rows = []
    for kind, value in dict.fromkeys((kind, value) for kind, value, _ in uses):
        place = known.identifiers.get(kind, {}).get(value)
        if place is not None:
            treatment = known.treatment[place]
            rows.append(
                {
                    "kind": kind,
                    "value": value,
                    "accounts": int(known.popular[place]),
                    "treatment": treatment,
                    "links": treatment not in SILENT,
                }
            )
    return rows


def _says(found: Newcomer) -> str:
    """What speaks for and against one newcomer, in words."""
    first = _by_links(found)
    if found.by_itself is None:
        return first
    more = found.by_itself >= 1
    times = found.by_itself if more else 1 / max(found.by_itself, 1e-6)
    if times < 1.1:
        return f"{first}; its own fields say little"
    return (
        f"{first}; its own fields make spam {times:.1f} times {'more' if more else 'less'} likely"
    )


def _by_links(found: Newcomer) -> str:
    if not found.shared:
        return "nothing of it is known here: the graph says nothing"
    telling = [one for one in found.shared if one["links"]]
    if not found.linked:
        why = "the uses lie too far apart" if telling else "what it shares are hubs"
        return f"no link: {why}"
    named = [called(one["kind"], one["value"]) for one in telling[:NAMED]]
    more = f" and {len(telling) - NAMED} more" if len(telling) > NAMED else ""
    rings = f"; they are in {', '.join(found.rings)}" if found.rings else ""
    return (
        f"{percent(found.by_links)} by its links: {count(found.linked, 'account')} through "
        f"{listed(named)}{more}{rings}"
    )
