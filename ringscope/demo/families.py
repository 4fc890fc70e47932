"""Families and kin: people who share a card, a number or a mailbox for good reasons."""

from __future__ import annotations

import numpy as np

from .clock import WEEK, Ints
from .draft import Draft


def families(rng: np.random.Generator, draft: Draft) -> None:
    """Give households a surname and, some of them, a family card, number or mailbox."""
    people = np.flatnonzero(draft.kind == "household")
    if not len(people):
        return
    number, first, family = np.unique(draft.group[people], return_index=True, return_inverse=True)
    count = len(number)
    head = people[first][family]
    draft.clan[people] = draft.clan[head]
    _together(rng, draft, people, family, head)
    payers = (rng.random(count) < 0.28)[family] & (rng.random(len(people)) < 0.8)
    draft.pay(people[payers], draft.new_cards(count)[family[payers]])
    callers = (rng.random(count) < 0.06)[family] & (rng.random(len(people)) < 0.85)
    draft.phone[people[callers]] = draft.new_phones(count)[family[callers]]
    parents = (rng.random(count) < 0.02)[family]
    draft.mail_owner[people[parents]] = head[parents]
    draft.alias[people[parents]] = (people != head)[parents]


def _together(
    rng: np.random.Generator, draft: Draft, people: Ints, family: Ints, head: Ints
) -> None:
    """Let some families join within days of each other."""
    joint = (rng.random(int(family.max()) + 1) < 0.3)[family] & (people != head)
    late = rng.exponential(0.4 * WEEK, len(people)).astype(np.int64)
    room = np.maximum(draft.leaves[people] - 3600, draft.created[people])
    joined = np.minimum(draft.created[head] + late, room)
    draft.created[people[joint]] = joined[joint]


def kin(rng: np.random.Generator, draft: Draft) -> None:
    """Let relatives in different homes share a card and now and then a phone."""
    people = np.flatnonzero(draft.kind == "kin")
    if not len(people):
        return
    number, clan = np.unique(draft.group[people], return_inverse=True)
    draft.pay(people, draft.new_cards(len(number))[clan])
    callers = (rng.random(len(number)) < 0.3)[clan]
    draft.phone[people[callers]] = draft.new_phones(len(number))[clan[callers]]
