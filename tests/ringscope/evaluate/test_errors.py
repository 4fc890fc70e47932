from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ringscope.evaluate.detail import Detail, detail
from ringscope.evaluate.missed import OUTCOMES
from ringscope.evaluate.page import evaluation_page
from ringscope.run import Run
from ringscope.train.page import html

TRUE = {
    "whole": ["w0", "w1", "w2"], "bare": ["n0", "n1", "n2"], "linked": ["l0", "l1", "l2"],
    "doubted": ["d0", "d1", "d2"], "part": ["p0", "p1", "p2", "p3", "p4"],
    "pieces": ["q0", "q1", "q2", "q3"], "merged": ["m0", "m1", "m2"],
}  # fmt: skip
PLACED = {
    "R-w": ["w0", "w1", "w2"], "R-p": ["p0", "p1"], "R-q1": ["q0", "q1"], "R-q2": ["q2", "q3"],
    "R-m": ["m0", "m1", "m2", "h0", "h1", "h2", "h3"],
}  # fmt: skip
SUSPECTED = {"R-d": ["d0", "d1"]}
LINKED = [("l0", "l1", "device", "D1"), ("l1", "l2", "device", "D2"), ("l0", "l2", "ip", "1.2.3.4")]
EVIL = "<img src=x onerror=alert(1)>"


class Frames(Run):
    """A run that is made of frames."""

    def __init__(self, frames: dict[str, pl.DataFrame]) -> None:
        super().__init__(Path("a-run"), {})
        self._frames = frames


def of(groups: dict[str, list[str]]) -> dict[str, str]:
    return {account: name for name, accounts in groups.items() for account in accounts}


@pytest.fixture
def run() -> Frames:
    placed, suspected = of(PLACED), of(SUSPECTED)
    ids = [*of(TRUE), *(f"h{n}" for n in range(30))]
    scores = pl.DataFrame(
        {
            "account_id": ids,
            "risk": [0.8 if one in placed else 0.05 if one != "h9" else 0.7 for one in ids],
            "ring_id": pl.Series([placed.get(one) for one in ids], dtype=pl.String),
            "reasons": [EVIL if one == "h0" else None for one in ids],
        }
    )
    rings = [*((name, "ring") for name in PLACED), *((name, "suspected") for name in SUSPECTED)]
    held = placed | suspected
    evidence = pl.DataFrame(
        LINKED, ["account_a", "account_b", "kind", "value"], orient="row"
    ).with_columns(first_seen=pl.lit(datetime(2026, 1, 1)))
    return Frames(
        {
            "scores": scores,
            "rings": pl.DataFrame(rings, ["ring_id", "status"], orient="row").with_columns(
                reading=pl.lit("device farm"), innocent_reading=pl.lit("household"), why=pl.lit("")
            ),
            "ring_members": pl.DataFrame(
                {"account_id": list(held), "ring_id": list(held.values())}
            ),
            "evidence": evidence,
            "links": evidence.select("account_a", "account_b"),
        }
    )


@pytest.fixture
def found(run: Frames, tmp_path: Path) -> Detail:
    ring = of(TRUE)
    rows: list[dict[str, Any]] = [
        {"account_id": one, "spam": int(one in ring), "ring": ring.get(one),
         "kind": "odd_kind" if one in ring else "household", "labelled": 0}
        for one in run.frame("scores")["account_id"]
    ]  # fmt: skip
    pl.DataFrame(rows).write_csv(tmp_path / "truth.csv")
    return detail(run, tmp_path / "truth.csv")


def test_each_missed_ring_gets_what_became_of_it(found: Detail) -> None:
    outcome = dict(found.missed.select("ring", "outcome").iter_rows())
    assert outcome == {
        "bare": "not linked", "linked": "not seen", "doubted": "only suspected", "part": "in part",
        "pieces": "in pieces", "merged": "merged",
    }  # fmt: skip
    assert set(outcome.values()) == set(OUTCOMES)
    says = dict(found.missed.select("ring", "says").iter_rows())
    assert says["linked"] == (
        "3 of its 3 members are linked to each other, and the greatest risk among them is 0.05; "
        "what links them: 2 devices, 1 IP address"
    )
    assert says["bare"] == "none of its 3 members is linked to another one"
    assert says["doubted"] == "2 of its 3 members stand in R-d"
    assert says["merged"] == "3 of its 3 members are in R-m, mostly of others"


def test_wronged_accounts_are_told_with_their_ring(found: Detail) -> None:
    assert found.innocents.height == 3, "three examples a kind"
    first = found.innocents.row(0, named=True)
    assert (first["account_id"], first["ring_id"], first["spam"], first["others"]) == (
        "h0",
        "R-m",
        3,
        6,
    )
    kinds = {row["kind"]: row for row in found.kinds.iter_rows(named=True)}
    assert (kinds["household"]["in_rings"], kinds["household"]["blamed"]) == (4, 5)
    assert (kinds["odd_kind"]["passed"], found.passed.height) == (12, 3)
    assert set(found.passed["links"]) <= {0, 2}


def test_the_page_tells_all_and_trusts_no_text(found: Detail) -> None:
    text = html(evaluation_page(found, "a-run", EVIL))
    assert "<img" not in text
    assert "Of 7 true rings 1 were found" in text
    assert text.count("<svg") == 4
    for part in ("odd kind", "not linked", "2 devices", "R-m"):
        assert part in text
    assert "default-src &#39;none&#39;" in text


def test_a_page_of_a_run_that_found_nothing(run: Frames, found: Detail, tmp_path: Path) -> None:
    nothing = pl.lit(None, pl.String)
    frames = run._frames | {
        "scores": run.frame("scores").with_columns(ring_id=nothing, risk=pl.lit(0.0)),
        "rings": run.frame("rings").clear(),
        "ring_members": run.frame("ring_members").clear(),
        "evidence": run.frame("evidence").clear(),
        "links": run.frame("links").clear(),
    }
    bare = detail(Frames(frames), tmp_path / "truth.csv")
    assert set(bare.missed["outcome"]) == {"not linked"}
    text = html(evaluation_page(bare, "a-run", "truth.csv"))
    assert "The run calls no group a ring." in text
    assert "No honest account stands in a ring." in text
