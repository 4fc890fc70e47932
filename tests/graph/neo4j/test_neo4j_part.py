from __future__ import annotations

import polars as pl
import pytest

from graph.neo4j import Part, part
from ingest import NotFound

# A chain a - b - c - d; a and b are the ring, with risks .9, .8, .3, .1.
IDS = ["a", "b", "c", "d"]
PAIRS = {"account_a": ["a", "b", "c"], "account_b": ["b", "c", "d"]}
FRAMES = {
    "accounts": pl.DataFrame({"account_id": IDS}),
    "scores": pl.DataFrame({"account_id": IDS, "risk": [0.9, 0.8, 0.3, 0.1]}),
    "ring_members": pl.DataFrame({"ring_id": ["R-1", "R-1", "R-2"], "account_id": ["a", "b", "d"]}),
    "rings": pl.DataFrame({"ring_id": ["R-1", "R-2"]}),
    "links": pl.DataFrame(PAIRS),
    "evidence": pl.DataFrame(PAIRS),
    "sightings": pl.DataFrame(
        {"account_id": ["a", "b", "c", "d"], "kind": ["ip", "ip", "ip", "template"],
         "value": ["1", "1", "2", "T"]}
    ),
    "identifiers": pl.DataFrame({"kind": ["ip", "ip", "template"], "value": ["1", "2", "T"]}),
    "hubs": pl.DataFrame({"kind": ["ip"], "value": ["2"]}),
    "templates": pl.DataFrame({"template": ["T"]}),
}  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "accounts"),
    [
        (Part(), "abcd"),
        (Part(ring="R-1"), "ab"),
        (Part(ring="R-1", neighbourhood=1), "abc"),
        (Part(ring="R-1", neighbourhood=9), "abcd"),
        (Part(ring="R-1", min_risk=0.85), "a"),
        (Part(min_risk=0.3), "abc"),
        (Part(min_risk=0.85, neighbourhood=2), "abc"),
    ],
)
def test_which_accounts(wanted: Part, accounts: str) -> None:
    assert part(FRAMES, wanted)["accounts"]["account_id"].to_list() == list(accounts)


def test_what_hangs_on_them() -> None:
    cut = part(FRAMES, Part(ring="R-1", neighbourhood=1))
    assert cut["identifiers"]["value"].to_list() == ["1", "2"]
    assert cut["hubs"].height == 1
    assert cut["templates"].is_empty()
    assert cut["rings"]["ring_id"].to_list() == ["R-1"]
    assert cut["links"].rows() == [("a", "b"), ("b", "c")]
    assert cut["evidence"].height == 2


def test_words() -> None:
    assert str(Part()) == "all"
    assert str(Part("R-1", 0.5, 2)) == "ring R-1, risk from 0.5, and 2 links around"


@pytest.mark.parametrize("wanted", [Part(ring="R-9"), Part(min_risk=0.95)])
def test_nothing_to_load(wanted: Part) -> None:
    with pytest.raises(NotFound, match=r"no ring R-9|no account has a risk of 0\.95 or more"):
        part(FRAMES, wanted)
