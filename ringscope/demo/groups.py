"""Innocent groups that look like rings: campus, office, school, agency, course."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .clock import DAY, HOUR, MINUTE, SPAN, WEEK, Ints
from .draft import Draft
from .scenes import PLACE


def _premises(
    rng: np.random.Generator, draft: Draft, people: Ints, exits: int, weight: float, near: bool
) -> None:
    """Let people log in from the addresses of a building."""
    pool = draft.pools.add(exits, alone=not near)
    often = rng.gamma(2.0, weight / 2, len(people)) + 0.05
    draft.ip.add(people, PLACE, pool, weight=often)


def _machines(
    rng: np.random.Generator, draft: Draft, people: Ints, count: int, reach: float
) -> None:
    """Let a share of the people use one of the shared machines of the building."""
    users = people[rng.random(len(people)) < reach]
    draft.hold(users, rng.choice(draft.new_devices(count), len(users)), where=PLACE, weight=2.0)


def _name(draft: Draft, people: Ints, domain: str) -> None:
    """Give people mailboxes on a domain of their own."""
    draft.own_domains.append(domain)
    draft.domain[people] = len(draft.own_domains) - 1


def _share_phone(draft: Draft, people: Ints, per: int) -> None:
    """Let `per` people at a time give the same telephone number."""
    lot = np.arange(len(people)) // per
    draft.phone[people] = draft.new_phones(int(lot.max(initial=0)) + 1)[lot]


def _habit(rng: np.random.Generator, draft: Draft, people: Ints, most: float) -> None:
    """Let people send one text again and again, each in a share of up to `most`."""
    draft.boilerplate[people] = draft.new_texts(1)[0]
    draft.repeats[people] = rng.uniform(0.2, most, len(people))


def campus(rng: np.random.Generator, draft: Draft, people: Ints) -> None:
    """Students behind a few exits, some at the machines of the library."""
    _premises(rng, draft, people, int(rng.integers(1, 9)), 1.6, near=False)
    _machines(rng, draft, people, max(len(people) // 14, 2), 0.35)
    if rng.random() < 0.6:
        _name(draft, people[rng.random(len(people)) < 0.4], "student")


def office(rng: np.random.Generator, draft: Draft, people: Ints) -> None:
    """Colleagues behind one or two exits, with a company domain, card or switchboard."""
    _premises(rng, draft, people, int(rng.integers(1, 3)), 1.4, near=True)
    if rng.random() < 0.5:
        _machines(rng, draft, people, max(len(people) // 9, 1), 0.5)
    if rng.random() < 0.45:
        _name(draft, people[rng.random(len(people)) < 0.6], "office")
    if rng.random() < 0.3:
        draft.pay(people[:5], draft.new_cards(1)[0])
    if rng.random() < 0.2:
        _share_phone(draft, people[: int(rng.integers(2, 7))], 6)
    if rng.random() < 0.3:
        _habit(rng, draft, people[rng.random(len(people)) < 0.5], 0.7)


def school(rng: np.random.Generator, draft: Draft, people: Ints) -> None:
    """Pupils who pass tablets around."""
    _premises(rng, draft, people, int(rng.integers(1, 3)), 1.8, near=True)
    _machines(rng, draft, people, max(len(people) // 5, 2), 0.9)
    _machines(rng, draft, people, max(len(people) // 5, 2), 0.5)
    if rng.random() < 0.7:
        _name(draft, people, "school")


def agency(rng: np.random.Generator, draft: Draft, people: Ints) -> None:
    """Many lawful accounts of clients, run from one machine with one card and one wording."""
    _premises(rng, draft, people, 1, 3.0, near=True)
    draft.hold(people, draft.new_devices(1)[0], weight=3.0)
    if rng.random() < 0.8:
        draft.pay(people[rng.random(len(people)) < 0.8], draft.new_cards(1)[0])
    if rng.random() < 0.4:
        _share_phone(draft, people, int(rng.integers(3, 9)))
    style = rng.random()
    if style < 0.3:
        draft.mail_owner[people], draft.alias[people[1:]] = people[0], 1
    elif style < 0.7:
        _name(draft, people, "agency")
    for part in np.array_split(people, 1 + int(rng.integers(0, 3))):
        _habit(rng, draft, part, 0.9)
    opened = rng.uniform(0, 0.8 * SPAN)
    if rng.random() < 0.6:
        spread = rng.exponential(float(rng.choice([0.2, 2.0, 15.0])) * DAY, len(people))
        join(draft, people, (opened + spread).astype(np.int64))
    draft.vigour[people] *= 1.3


def course(rng: np.random.Generator, draft: Draft, people: Ints) -> None:
    """A class that signs up within the hour in one room, greets alike and goes its ways."""
    bell = int(rng.uniform(0.02, 0.9) * WEEK * 23)
    moment = bell + rng.gamma(2.0, 12 * MINUTE, len(people)).astype(np.int64)
    join(draft, people, moment)
    pool = draft.pools.add(int(rng.choice([1, 2, 60, 120])), alone=bool(rng.random() < 0.6))
    present = people[rng.random(len(people)) < 0.9]
    born = draft.created[present]
    draft.ip.add(present, PLACE, pool, start=born, end=born + 2 * HOUR, weight=1e4)
    draft.ip.add(present, PLACE, pool, start=born, end=born + 8 * WEEK, weight=0.25)
    _habit(rng, draft, people[rng.random(len(people)) < 0.7], 0.5)


def join(draft: Draft, people: Ints, moment: Ints) -> None:
    """Set when people signed up, and keep their leaving after it."""
    draft.created[people] = np.minimum(moment, SPAN - DAY)
    stay = np.maximum(draft.leaves[people], draft.created[people] + 3 * DAY)
    draft.leaves[people] = np.minimum(stay, SPAN)


_GROUPS: dict[str, Callable[[np.random.Generator, Draft, Ints], None]] = {
    "campus": campus,
    "office": office,
    "school": school,
    "agency": agency,
    "course": course,
}


def furnish(rng: np.random.Generator, draft: Draft) -> None:
    """Build every innocent group of the census."""
    for kind, build in _GROUPS.items():
        people = np.flatnonzero(draft.kind == kind)
        order = people[np.argsort(draft.group[people], kind="stable")]
        _, starts = np.unique(draft.group[order], return_index=True)
        for members in np.split(order, starts[1:]) if len(order) else []:
            build(rng, draft, members)
