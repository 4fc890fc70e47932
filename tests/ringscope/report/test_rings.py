from __future__ import annotations

from collections.abc import Callable

import polars as pl

from ringscope.report.frames import conform
from ringscope.report.headline import headline
from ringscope.report.members import ROWS
from ringscope.report.rings import ranked, ring_sections

Planted = Callable[..., dict[str, pl.DataFrame]]


def test_rings_are_ranked_by_risk_times_size(planted: Planted) -> None:
    frames = conform(planted())
    sections = ring_sections(frames, ranked(frames), 60)
    worth = [ring["risk"] * ring["size"] for ring in sections["rings"]]
    assert worth == sorted(worth, reverse=True)
    assert {ring["status"] for ring in sections["rings"]} == {"ring"}
    assert {ring["status"] for ring in sections["suspected"]} == {"suspected"}


def test_details_hold_members_evidence_and_a_drawing(planted: Planted) -> None:
    frames = conform(planted(sizes=(ROWS + 20,)))
    (ring,) = ring_sections(frames, ranked(frames), 60)["rings"]
    assert (ring["size"], len(ring["members"])) == (ROWS + 20, ROWS)
    assert ring["core"] + ring["fringe"] == ring["size"]
    assert ring["members"][0]["role"] == "core"
    assert {row["kind"] for row in ring["evidence"]} >= {"device", "ip"}
    assert ring["timeline"]["words"].startswith(f"{(ROWS + 20) // 2} of {ROWS + 20} accounts")
    assert ring["graph"]["size"] == ROWS + 20


def test_rings_beyond_the_limit_get_one_line_and_stay_searchable(planted: Planted) -> None:
    frames = conform(planted(sizes=(5, 6, 7, 8), suspected=0, honest=5))
    sections = ring_sections(frames, ranked(frames), 3)
    assert len(sections["rings"]) == 3
    (further,) = sections["further_rings"]["rows"]
    assert "members" not in further
    assert len(sections["index"][further["id"]]) == further["size"]


def test_people_s_decisions_sort_the_rings(planted: Planted) -> None:
    frames = planted(sizes=(5, 6, 7, 8), suspected=0, honest=5)
    status = ["confirmed", "contested", "rejected", None]
    frames["rings"] = frames["rings"].with_columns(pl.Series("status", status))
    sections = ring_sections(conform(frames), ranked(conform(frames)), 60)
    assert {r["status"] for r in sections["rings"]} == {"confirmed", "contested", "ring"}
    assert [r["status"] for r in sections["rejected"]["rows"]] == ["rejected"]


def test_the_headline_counts_what_the_tables_say(planted: Planted) -> None:
    frames = conform(planted())
    figures = {f["label"]: f["value"] for f in headline(frames, ranked(frames))["figures"]}
    assert figures["accounts read"] == f"{frames['accounts'].height:,}"
    assert figures["rings"] == "8"
    assert figures["suspected groups"] == "4"
    assert figures["accounts in rings"] == "325"
    assert figures["labels available"] == str(frames["accounts"]["label"].count())


def test_no_rings_is_said_in_a_sentence(planted: Planted) -> None:
    frames = planted(sizes=(), suspected=1, honest=20, labels=False)
    found = headline(conform(frames), ranked(conform(frames)))
    assert found["summary"][0] == "No ring stands out among 23 accounts."
    assert found["summary"][1].startswith("1 further group looks")
    assert {"value": "none", "label": "labels available", "note": "no supervised model"} in found[
        "figures"
    ]


def test_an_empty_run_is_an_empty_report() -> None:
    frames = conform({})
    assert headline(frames, ranked(frames))["summary"] == ["No account was read."]
    assert ring_sections(frames, ranked(frames), 60)["rings"] == []


def test_the_headline_leads_to_the_first_ring_that_nobody_confirmed(planted: Planted) -> None:
    frames = conform(planted())
    order = ranked(frames).found["ring_id"]
    confirmed = pl.col("ring_id") == order[0]

    def said(decided: pl.Expr) -> str:
        status = pl.when(decided).then(pl.lit("confirmed")).otherwise("status")
        some = frames | {"rings": frames["rings"].with_columns(status=status)}
        return " ".join(headline(some, ranked(some))["summary"])

    assert f"Start with {order[0]}" in said(pl.lit(value=False))
    assert f"Start with {order[1]}" in said(confirmed)
    assert "People have confirmed all of them." in said(pl.lit(value=True))
