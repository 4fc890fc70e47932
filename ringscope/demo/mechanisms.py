"""What a ring can share; each mechanism reaches a part of the members and spares the rest."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from .clock import DAY, HOUR, WEEK, Ints
from .draft import Draft
from .places import Places
from .scenes import RING


class Crew(Protocol):
    """The part of a ring that a mechanism needs."""

    @property
    def members(self) -> Ints:
        """Account numbers."""

    @property
    def start(self) -> int:
        """First second of the ring's work."""

    @property
    def end(self) -> int:
        """Last second of the ring's work."""

    @property
    def rotation(self) -> float:
        """Share of shared identifiers that are used once instead."""


def _users(rng: np.random.Generator, ring: Crew, reach: float) -> Ints:
    """Members that share: `reach` of all, less those that rotate."""
    return ring.members[rng.random(len(ring.members)) < reach * (1 - ring.rotation)]


def _lots(rng: np.random.Generator, count: int, per: int) -> Ints:
    """Deal `count` users into lots of about `per`, in random order."""
    return rng.permutation(np.arange(count) % max(round(count / per), 1))


def _weeks(rng: np.random.Generator, ring: Crew, lot: Ints) -> tuple[Ints, Ints]:
    """Weeks in which each lot is in use: a part of the ring's time, the same for the whole lot."""
    lots = int(lot.max(initial=0)) + 1
    length = (ring.end - ring.start) * rng.uniform(0.6, 1.0, lots)
    start = ring.start + (ring.end - ring.start - length) * rng.random(lots)
    return start.astype(np.int64)[lot], (start + length).astype(np.int64)[lot]


def devices(rng: np.random.Generator, draft: Draft, ring: Crew, *, per: int, reach: float) -> None:
    """Run members from shared machines, some of them from two."""
    users = _users(rng, ring, reach)
    machines = draft.new_devices(max(round(len(users) / per), 1))
    for part in (users, users[rng.random(len(users)) < 0.25]):
        lot = _lots(rng, len(part), per)
        start, end = _weeks(rng, ring, lot)
        weight = rng.gamma(2.0, 2.0, len(part)) + 0.1
        draft.hold(part, machines[lot], start=start, end=end, weight=weight)


def hosts(rng: np.random.Generator, draft: Draft, ring: Crew, *, per: int, reach: float) -> None:
    """Let members come out of a few rented addresses."""
    users = _users(rng, ring, reach)
    lot = _lots(rng, len(users), per)
    pool = draft.pools.add(max(round(len(users) / per), 1))
    start, end = _weeks(rng, ring, lot)
    weight = rng.gamma(2.0, 1.2, len(users)) + 0.1
    draft.ip.add(users, RING, pool, offset=lot, start=start, end=end, weight=weight)


def proxies(
    rng: np.random.Generator, draft: Draft, ring: Crew, at: Places, *, reach: float
) -> None:
    """Let members come out of a proxy service that other customers use as well."""
    users = ring.members[rng.random(len(ring.members)) < reach]
    service = int(rng.choice(at.proxies))
    draft.ip.add(users, RING, service, start=ring.start, end=ring.end, weight=1.8)


def subnet(rng: np.random.Generator, draft: Draft, ring: Crew, *, reach: float) -> None:
    """Sign members up from neighbouring addresses and leave them elsewhere afterwards."""
    users = _users(rng, ring, reach)
    pool = draft.pools.add(int(rng.integers(24, 200)), alone=bool(rng.random() < 0.6))
    born = draft.created[users]
    lasting = rng.random(len(users)) < 0.3
    draft.ip.add(users, RING, pool, start=born, end=born + 2 * HOUR, weight=1e4)
    later = users[lasting]
    draft.ip.add(later, RING, pool, start=ring.start, end=ring.start + 3 * WEEK, weight=0.4)


def cards(rng: np.random.Generator, draft: Draft, ring: Crew, *, per: int, reach: float) -> None:
    """Pay with shared cards; half of them are stolen, and their honest owners pay on."""
    users = _users(rng, ring, reach)
    lot = _lots(rng, len(users), per)
    count = max(round(len(users) / per), 1)
    card = draft.new_cards(count)
    start, end = _weeks(rng, ring, lot)
    draft.pay(users, card[lot], start, end)
    stolen = card[rng.random(count) < 0.5]
    victims = rng.choice(np.flatnonzero(~draft.spam), len(stolen), replace=False)
    draft.pay(victims, stolen)


def phones(rng: np.random.Generator, draft: Draft, ring: Crew, *, per: int, reach: float) -> None:
    """Confirm several accounts with one telephone number."""
    users = _users(rng, ring, reach)
    lot = _lots(rng, len(users), per)
    draft.phone[users] = draft.new_phones(int(lot.max(initial=0)) + 1)[lot]


def mailboxes(
    rng: np.random.Generator, draft: Draft, ring: Crew, *, per: int, reach: float
) -> None:
    """Let one mailbox stand behind several addresses, by tags or by dots."""
    users = _users(rng, ring, reach)
    if not len(users):
        return
    lot = _lots(rng, len(users), per)
    _, first = np.unique(lot, return_index=True)
    draft.mail_owner[users] = users[first][lot]
    draft.alias[users] = int(rng.integers(1, 3))
    draft.alias[users[first]] = 0


def catch_all(
    rng: np.random.Generator, draft: Draft, ring: Crew, *, per: int, reach: float
) -> None:
    """Register a domain that takes mail for any name, one per lot."""
    users = _users(rng, ring, reach)
    lot = _lots(rng, len(users), per)
    first = len(draft.own_domains)
    draft.own_domains.extend(["firm"] * (int(lot.max(initial=0)) + 1))
    draft.domain[users] = first + lot


def chain(rng: np.random.Generator, draft: Draft, ring: Crew, *, reach: float) -> None:
    """Let each member share one thing with the next: a device, an address, a card or a number."""
    kept = rng.random(len(ring.members)) < reach * (1 - ring.rotation)
    for step, (one, other) in enumerate(zip(ring.members[:-1], ring.members[1:], strict=True)):
        if not kept[step]:
            continue
        pair = np.array([one, other])
        start = int(rng.integers(ring.start, max(ring.end - 2 * WEEK, ring.start + DAY)))
        end = start + int(rng.integers(1, 4)) * WEEK
        thing = int(rng.integers(4))
        if thing == 0:
            draft.hold(pair, draft.new_devices(1)[0], start=start, end=end, weight=2.5)
        elif thing == 1:
            pool = draft.pools.add(1)
            draft.ip.add(pair, RING, pool, offset=0, start=start, end=end, weight=2.5)
        elif thing == 2 or draft.phone[one] >= 0:
            draft.pay(pair, draft.new_cards(1)[0], start, end)
        else:
            draft.phone[pair] = draft.new_phones(1)[0]
