from __future__ import annotations

import pytest

from ingest.errors import NotFound
from ringscope import Run
from ringscope.export import TABLES, selection

RING = "R-00000001"


def test_a_whole_run_is_all_of_its_tables(finished: Run) -> None:
    frames = selection(finished)
    assert tuple(frames) == TABLES
    assert all(frames[name].equals(finished.frame(name)) for name in TABLES)


def test_a_ring_is_what_belongs_to_it(finished: Run) -> None:
    frames = selection(finished, [RING])
    members = [f"a{n}" for n in range(4)]
    assert sorted(frames["scores"]["account_id"]) == sorted(frames["accounts"]["account_id"])
    assert sorted(frames["scores"]["account_id"]) == members
    assert frames["links"].height == frames["evidence"].height == 6
    assert sorted(frames["identifiers"]["value"]) == ["d1", "d2"]
    assert frames["hubs"].is_empty()
    assert frames["templates"].is_empty()


def test_an_unknown_ring_is_refused(finished: Run) -> None:
    with pytest.raises(NotFound, match="no ring"):
        selection(finished, [RING, "../../etc/passwd"])
