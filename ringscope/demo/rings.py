"""Rings: when each works, what its kind shares, and which message kit it sends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import mechanisms as share
from .clock import DAY, HOUR, SPAN, WEEK, WEEKS, Ints
from .draft import Draft
from .groups import join
from .places import Places

SILENT_SHARE = 0.18  # of the rings that may be silent
LOUD_SIZE = 40  # larger rings always send something
BOUGHT_SHARE = 0.18


@dataclass(frozen=True)
class Ring:
    """One planted ring.

    Attributes
    ----------
    number, kind
        Number of the ring and its kind.
    members
        Account numbers in random order.
    start, end
        Seconds between which the ring works.
    rotation
        Share of the shared identifiers that a member uses once instead [0, 1].
    """

    number: int
    kind: str
    members: Ints
    start: int
    end: int
    rotation: float


def muster(rng: np.random.Generator, draft: Draft, rotation: float) -> list[Ring]:
    """Give each ring of the census its members and its weeks."""
    rings = []
    for number in range(int(draft.ring.max()) + 1):
        members = rng.permutation(np.flatnonzero(draft.ring == number))
        kind = str(draft.kind[members[0]])
        longest = 15 if kind == "slow_aged" else 9
        weeks = int(rng.integers(3 if kind != "slow_aged" else 9, longest + 1))
        start = int(rng.uniform(0, WEEKS - weeks) * WEEK)
        rings.append(Ring(number, kind, members, start, start + weeks * WEEK, rotation))
    return rings


def plant(rng: np.random.Generator, draft: Draft, rings: list[Ring], at: Places) -> None:
    """Let every ring sign up, share what its kind shares, and work in its weeks."""
    for ring in rings:
        _sign_up(rng, draft, ring)
        _RECIPES[ring.kind](rng, draft, ring, at)
        busy = ring.members
        draft.leaves[busy] = np.clip(
            ring.end + rng.normal(0, 6 * DAY, len(busy)).astype(np.int64),
            np.maximum(draft.created[busy], 0) + 3 * DAY,
            SPAN,
        )
        gap = ring.start - np.maximum(draft.created[busy], 0) - rng.exponential(6 * DAY, len(busy))
        waits = (gap > 0) & (rng.random(len(busy)) < 0.7)
        draft.rests[busy] = np.where(waits, gap, 0).astype(np.int64)
        draft.vigour[busy] *= rng.lognormal(0.32, 0.25)
        if rng.random() < 0.4:
            draft.peak[busy] = rng.uniform(0, 24) + rng.normal(0, 2.5, len(busy))


def _sign_up(rng: np.random.Generator, draft: Draft, ring: Ring) -> None:
    """Draw sign-ups: mostly before the ring works, some members bought as aged accounts."""
    count = len(ring.members)
    lead = float(rng.choice([1.0, 4.0, 12.0, 30.0])) * DAY
    moment = ring.start - rng.gamma(1.3, lead, count) + rng.uniform(0, 2 * WEEK, count)
    if ring.kind == "slow_aged":
        moment = ring.start - rng.uniform(20, 330, count) * DAY
    aged = rng.random(count) < 0.12
    keep = np.where(aged, np.minimum(draft.created[ring.members], ring.end - WEEK), moment)
    join(draft, ring.members, keep.astype(np.int64))


def kits(rng: np.random.Generator, draft: Draft, rings: list[Ring]) -> None:
    """Hand out message kits: most rings have their own, some buy one used in other weeks, once."""
    owners: list[tuple[Ring, int]] = []
    for ring in rings:
        may_be_silent = ring.kind != "proxy_kit" and len(ring.members) < LOUD_SIZE
        if may_be_silent and rng.random() < SILENT_SHARE:
            continue
        sellers = [
            number
            for number, (seller, _) in enumerate(owners)
            if seller.end + WEEK < ring.start or ring.end + WEEK < seller.start
        ]
        if sellers and rng.random() < BOUGHT_SHARE:
            _, text = owners.pop(sellers[int(rng.integers(len(sellers)))])
        else:
            text = int(draft.new_texts(1)[0])
            owners.append((ring, text))
        least = 0.85 if ring.kind == "proxy_kit" else 0.75
        senders = ring.members[rng.random(len(ring.members)) < rng.uniform(least, 0.95)]
        draft.boilerplate[senders] = text
        draft.repeats[senders] = rng.uniform(0.6, 0.95)


def _device_farm(rng: np.random.Generator, draft: Draft, ring: Ring, at: Places) -> None:
    share.devices(rng, draft, ring, per=7, reach=0.95)
    share.hosts(rng, draft, ring, per=6, reach=0.4)
    share.proxies(rng, draft, ring, at, reach=0.3)


def _proxy_kit(rng: np.random.Generator, draft: Draft, ring: Ring, at: Places) -> None:
    share.proxies(rng, draft, ring, at, reach=0.95)


def _alias_mail(rng: np.random.Generator, draft: Draft, ring: Ring, _: Places) -> None:
    if rng.random() < 0.5:
        share.mailboxes(rng, draft, ring, per=6, reach=0.75)
    else:
        share.catch_all(rng, draft, ring, per=14, reach=0.75)
    share.hosts(rng, draft, ring, per=5, reach=0.8)


def _shared_card(rng: np.random.Generator, draft: Draft, ring: Ring, at: Places) -> None:
    share.cards(rng, draft, ring, per=6, reach=0.9)
    share.proxies(rng, draft, ring, at, reach=0.25)


def _reused_phone(rng: np.random.Generator, draft: Draft, ring: Ring, _: Places) -> None:
    share.phones(rng, draft, ring, per=4, reach=0.95)
    share.hosts(rng, draft, ring, per=6, reach=0.5)


def _burst_subnet(rng: np.random.Generator, draft: Draft, ring: Ring, _: Places) -> None:
    hours = float(rng.choice([1.0, 3.0, 9.0]))
    moment = ring.start + rng.gamma(2.0, hours * HOUR / 4, len(ring.members))
    join(draft, ring.members, moment.astype(np.int64))
    share.subnet(rng, draft, ring, reach=0.95)


def _careful_chain(rng: np.random.Generator, draft: Draft, ring: Ring, _: Places) -> None:
    share.chain(rng, draft, ring, reach=0.97)


def _slow_aged(rng: np.random.Generator, draft: Draft, ring: Ring, _: Places) -> None:
    share.devices(rng, draft, ring, per=4, reach=0.65)
    share.cards(rng, draft, ring, per=3, reach=0.4)
    draft.vigour[ring.members] *= 0.75


def _mixed(rng: np.random.Generator, draft: Draft, ring: Ring, _: Places) -> None:
    recipes = (
        lambda: share.devices(rng, draft, ring, per=5, reach=0.65),
        lambda: share.cards(rng, draft, ring, per=4, reach=0.6),
        lambda: share.hosts(rng, draft, ring, per=4, reach=0.7),
        lambda: share.phones(rng, draft, ring, per=3, reach=0.6),
        lambda: share.catch_all(rng, draft, ring, per=10, reach=0.55),
        lambda: share.subnet(rng, draft, ring, reach=0.6),
    )
    for number in rng.choice(len(recipes), 3, replace=False):
        recipes[number]()


_RECIPES = {
    "device_farm": _device_farm,
    "proxy_kit": _proxy_kit,
    "alias_mail": _alias_mail,
    "shared_card": _shared_card,
    "reused_phone": _reused_phone,
    "burst_subnet": _burst_subnet,
    "careful_chain": _careful_chain,
    "slow_aged": _slow_aged,
    "mixed": _mixed,
}
