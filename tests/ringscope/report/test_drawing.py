from __future__ import annotations

import polars as pl

from ringscope.evidence.shared import shared_identifiers
from ringscope.report.drawing import ACCOUNTS, drawings
from ringscope.report.frames import conform


def draw(
    members: pl.DataFrame,
    sightings: list[tuple[str, str, str]],
    links: list[tuple[str, str, float, str]],
    hubs: tuple[str, ...] = (),
) -> dict[str, list[list[object]]]:
    frame = pl.DataFrame(sightings, schema=["account_id", "kind", "value"], orient="row")
    pairs = pl.DataFrame(links, schema=["account_a", "account_b", "weight", "kinds"], orient="row")
    seen = frame.unique(["kind", "value"])
    frames = conform(
        {
            "sightings": frame,
            "links": pairs,
            "identifiers": seen.select(
                "kind",
                "value",
                accounts=pl.lit(2),
                treatment=pl.when(pl.col("value").is_in(hubs)).then(pl.lit("cap")),
            ),
            "evidence": frame.join(frame, on=["kind", "value"])
            .filter(pl.col("account_id") < pl.col("account_id_right"))
            .select(
                "kind",
                "value",
                account_a="account_id",
                account_b="account_id_right",
                weight=pl.lit(1.0),
            ),
        }
    )
    shared = shared_identifiers(frames, members)
    return drawings(frames, members, shared)["R"]


def people(*names: str, role: str = "core") -> pl.DataFrame:
    return pl.DataFrame(
        {"ring_id": "R", "account_id": names, "username": None, "role": role, "risk": 0.5,
         "label": None},
        schema_overrides={"username": pl.String, "label": pl.Int8},
    )  # fmt: skip


def test_shared_identifiers_become_nodes_with_their_users() -> None:
    seen = [("a", "device", "x"), ("b", "device", "x"), ("c", "device", "own")]
    picture = draw(people("a", "b", "c"), seen, [("a", "b", 1.0, "device")])
    names = [row[0] for row in picture["accounts"]]
    assert [row[:2] for row in picture["identifiers"]] == [["device", "x"]]
    assert {names[account] for account, _ in picture["edges"]} == {"a", "b"}
    assert picture["links"] == [], "the device explains the link"


def test_a_link_that_no_identifier_explains_is_drawn_directly() -> None:
    seen = [("a", "device", "x"), ("b", "device", "x")]
    links = [("a", "b", 1.0, "device"), ("b", "c", 0.5, "paid")]
    picture = draw(people("a", "b", "c"), seen, links)
    names = [row[0] for row in picture["accounts"]]
    assert [({names[a], names[b]}, kinds) for a, b, kinds in picture["links"]] == [
        ({"b", "c"}, "paid")
    ]


def test_hubs_are_folded_into_one_node_per_kind() -> None:
    seen = [(account, "ip", hub) for account in "abc" for hub in ("h1", "h2")]
    picture = draw(people("a", "b", "c"), seen, [], hubs=("h1", "h2"))
    assert picture["identifiers"] == []
    assert picture["hubs"] == [["ip", 2, [0, 1, 2]]]


def test_of_a_large_ring_the_strongest_part_is_drawn() -> None:
    names = [f"m{number:03}" for number in range(ACCOUNTS + 30)]
    core = people(*names[30:])
    fringe = people(*names[:30], role="fringe")
    picture = draw(pl.concat([fringe, core]), [(names[-1], "ip", "x")], [])
    assert len(picture["accounts"]) == ACCOUNTS
    assert all(row[2] == 1 for row in picture["accounts"])
    assert picture["size"] == ACCOUNTS + 30
