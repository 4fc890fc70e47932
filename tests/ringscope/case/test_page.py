from __future__ import annotations

import pytest

from models.explain import BY_SIGN_UP
from ringscope.case.page import MOST_REASONS, other_reasons, tie

RING = "R-00000001"
NAMED = f"raises: fringe member in ring {RING} of 7 (device farm)"
ORPHAN = f"{NAMED}, 85% {BY_SIGN_UP}"


@pytest.mark.parametrize(
    ("reasons", "shown"),
    [
        (f"{NAMED}; raises: new", "raises: new"),
        (f"{ORPHAN}; raises: new", f"{ORPHAN}; raises: new"),
        ("; ".join("abcde"), "; ".join("abcde"[:MOST_REASONS])),
        (None, ""),
    ],
)
def test_the_ring_is_no_reason_in_its_own_list_unless_it_says_how_sure_it_is(
    reasons: str | None, shown: str
) -> None:
    assert other_reasons(reasons, RING) == shown


def test_a_member_that_shares_nothing_is_tied_by_nothing() -> None:
    row = {"tied_kind": None, "tied_value": None, "tied_to": 0, "linked_to": 0}
    assert tie(row) == "nothing within the ring"
    row |= {"tied_kind": "device", "tied_value": "d1", "tied_to": 2, "linked_to": 3}
    assert tie(row) == "device d1, with 2 of 3 linked members"
