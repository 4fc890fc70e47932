"""Two rings side by side: what they have in common, and what links them."""

from __future__ import annotations

from typing import Any

import polars as pl
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ..reading import Reading
from ..rendering import page, reading_of

router = APIRouter()
ROWS = 60


@router.get("/compare", response_class=HTMLResponse)
def compare(request: Request, a: str = "", b: str = "") -> HTMLResponse:
    """The page; with two rings it compares them, otherwise it asks for them."""
    reading = reading_of(request)
    data: dict[str, Any] = {"a": a.strip(), "b": b.strip(), "both": None}
    data["ring_ids"] = reading.frames["rings"]["ring_id"].to_list()
    if data["a"] and data["b"]:
        data["both"] = compared(reading, data["a"], data["b"])
    return page(request, "compare.html", data)


def compared(reading: Reading, a: str, b: str) -> dict[str, Any]:
    """What two rings have in common.

    Returns
    -------
    dict
        rings (both rows), identifiers (kind, value, in_a, in_b, total, hub) that members of both
        use, links between them (account_a, account_b, weight, kinds) with their number, and
        sentences.

    Raises
    ------
    NotFound
        One of them is no ring of the run.
    """
    (one, row_a), (other, row_b) = reading.ring(a), reading.ring(b)
    common = _identifiers(reading, one.members, other.members)
    links = _links(reading, one.members, other.members)
    return {
        "rings": (row_a, row_b),
        "identifiers": common.head(ROWS).to_dicts(),
        "common": common.height,
        "links": links.head(ROWS).to_dicts(),
        "linked": links.height,
        "says": _says(a, b, common, links),
    }


def _identifiers(reading: Reading, one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    seen = reading.frames["sightings"]
    sides = [
        seen.join(members.select("account_id"), "account_id", "semi")
        .group_by("kind", "value")
        .agg(pl.col("account_id").n_unique().alias(name))
        for members, name in ((one, "in_a"), (other, "in_b"))
    ]
    return (
        sides[0]
        .join(sides[1], ["kind", "value"])
        .join(reading.frames["identifiers"], ["kind", "value"], "left")
        .select(
            "kind",
            "value",
            "in_a",
            "in_b",
            pl.col("accounts").alias("total"),
            pl.col("treatment").is_in(["cap", "ignore"]).fill_null(value=False).alias("hub"),
        )
        .sort("hub", "total", "kind", "value", nulls_last=True)
    )


def _links(reading: Reading, one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    side = pl.concat(
        [
            members.select("account_id", side=pl.lit(number))
            for number, members in enumerate((one, other))
        ]
    ).unique("account_id", keep="first", maintain_order=True)
    return (
        reading.frames["links"]
        .join(side.rename({"account_id": "account_a"}), "account_a")
        .join(side.rename({"account_id": "account_b", "side": "other"}), "account_b")
        .filter(pl.col("side") != pl.col("other"))
        .sort("weight", "account_a", "account_b", descending=[True, False, False])
        .select("account_a", "account_b", "weight", "kinds")
    )


def _says(a: str, b: str, common: pl.DataFrame, links: pl.DataFrame) -> tuple[str, ...]:
    telling = common.filter(~pl.col("hub")).height
    hubs = common.height - telling
    if a == b:
        return (f"{a} is one ring; name two.",)
    if links.height:
        first = f"{links.height:,} links join members of the two."
    else:
        first = "No link joins a member of one to a member of the other."
    if telling and links.is_empty():
        second = (
            f"Members of both use {telling:,} identifiers that are no hubs, but at far times or "
            "with too many others."
        )
    elif telling:
        second = f"Members of both use {telling:,} identifiers that are no hubs."
    elif hubs:
        second = f"What both use are hubs ({hubs:,}): nearly everybody does."
    else:
        second = "They have no identifier in common."
    verdict = (
        "If one hand runs both, look for identifiers at the top of the list that hardly anybody "
        "else uses."
    )
    return (first, second, verdict) if telling and links.height else (first, second)
