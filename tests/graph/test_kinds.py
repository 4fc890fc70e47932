from __future__ import annotations

import re

import pytest

from graph import Kind, kinds
from ingest import DTYPES

DERIVED = {
    ("messages", "template"),
    ("bursts", "burst"),
    ("waves", "wave"),
    ("cotimed", "cotimed"),
}


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.name)
def test_every_kind_is_in_range_and_has_a_source(kind: Kind) -> None:
    assert 0 < kind.weight <= 1
    assert 0 <= kind.tell <= 1
    assert kind.hub_cap > 2
    assert kind.rarity in ("popularity", "wording")
    assert all(h is None or h > 0 for h in (kind.half_life_days, kind.signup_half_life_days))
    known = kind.column in DTYPES.get(kind.table, ())
    assert known or (kind.table, kind.column) in DERIVED
    assert kind.one != kind.many


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.name)
def test_labels_and_relationships_are_plain_cypher_names(kind: Kind) -> None:
    assert re.fullmatch(r"[A-Z][A-Za-z]*", kind.label)
    assert re.fullmatch(r"[A-Z][A-Z_]*", kind.relationship)


def test_relationships_are_told_apart_and_kinds_cannot_be_changed() -> None:
    assert len({kind.relationship for kind in kinds().values()}) == len(kinds())
    assert len({kind.label for kind in kinds().values()}) == len(kinds())
    with pytest.raises(TypeError):
        kinds()["new"] = kinds()["device"]  # type: ignore[index]
