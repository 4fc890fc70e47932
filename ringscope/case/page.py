"""The page of a case packet: one HTML file that works offline and on a phone."""

from __future__ import annotations

from typing import Any

import polars as pl

from models.explain import BY_SIGN_UP

from ..evidence import RingEvidence
from ..evidence.naming import called, falls
from ..evidence.source import Part
from ..report.data import kinds_shown
from ..report.evidence import evidence_rows
from ..report.frames import conform
from ..report.page import asset, environment, offline
from ..report.rings import ranked, ring_details, ring_row
from ..words import day_column, percent
from .content import kind_counts

MOST_MEMBERS = 500
MOST_WITHOUT = 60
MOST_REASONS = 3
_REPORT = "ringscope.report"


def case_page(
    part: Part, evidence: RingEvidence, about: dict[str, Any], *, cypher: str, counts: bool
) -> str:
    """Render the page.

    Parameters
    ----------
    part
        The tables of the ring, after redaction.
    evidence
        The ring, from those tables.
    about
        ring_id, run, content_sha256, redaction, ringscope.
    cypher
        The query that shows the ring in Neo4j.
    counts
        Show nothing that stands for a single account.
    """
    frames = conform(part.frames)
    order = ranked(frames)
    row = frames["rings"].with_columns(worth=pl.lit(0.0)).row(0, named=True)
    details = ring_details(frames, order.members)[about["ring_id"]]
    named = evidence.shared.with_columns(ring_id=pl.lit(about["ring_id"]))
    rows = evidence_rows(named, frames["templates"])
    data = {
        "ring": ring_row(row) | details,
        "about": about,
        "statements": evidence.statements,
        "rows": rows.get(about["ring_id"], []),
        "members": _members(evidence.members, about["ring_id"]),
        "moments": evidence.moments.with_columns(pl.col("time").dt.strftime("%-d %b %Y %H:%M"))
        .to_dicts(),
        "without": without_rows(evidence),
        "kinds": kinds_shown(frames["identifiers"]["kind"]),
        "kind_rows": kind_counts(evidence.shared).to_dicts(),
        "cypher": cypher,
        "counts": counts,
    }  # fmt: skip
    here = __package__
    scripts = [
        asset(_REPORT, "vendor/cytoscape.min.js"),
        asset(_REPORT, "static/graph.js"),
        asset(here, "static/case.js"),
    ]
    styles = [
        asset(_REPORT, "static/report.css"),
        asset(_REPORT, "static/rings.css"),
        asset(here, "static/case.css"),
        asset(_REPORT, "static/print.css"),
    ]
    template = environment(here, _REPORT).get_template("case.html")
    return offline(template, data, scripts=[] if counts else scripts, styles=styles)


def _members(members: pl.DataFrame, ring_id: str) -> list[dict[str, Any]]:
    shown = members.head(MOST_MEMBERS).with_columns(day_column("joined"), day_column("created_at"))
    return [
        row
        | {"tie": tie(row), "risk_words": percent(row["risk"])}
        | {"reasons": other_reasons(row["reasons"], ring_id)}
        for row in shown.iter_rows(named=True)
    ]


def other_reasons(reasons: str | None, ring_id: str) -> str:
    """The first reasons that are not this ring itself, or that state how sure it is."""
    lines = (reasons or "").split("; ")
    kept = [line for line in lines if ring_id not in line or BY_SIGN_UP in line]
    return "; ".join(kept[:MOST_REASONS])


def tie(row: dict[str, Any]) -> str:
    """What ties a member to its ring, in words; `row` has the columns of `roles.ties`."""
    if not row["tied_to"]:
        return "nothing within the ring"
    others = f"with {row['tied_to']:,} of {row['linked_to']:,} linked members"
    return f"{called(row['tied_kind'], row['tied_value'])}, {others}"


def without_rows(evidence: RingEvidence) -> list[dict[str, Any]]:
    """What would remain without one thing, as rows to print; at most `MOST_WITHOUT`."""
    words = {"identifier": "without", "kind": "without all", "account": "without the account"}
    rows = []
    for one in evidence.without[:MOST_WITHOUT]:
        named = called(one.kind, one.value)
        if one.what == "kind":
            named = one.kind
        elif one.what == "account":
            named = str(one.value)
        rows.append({"what": words[one.what], "kind": one.kind, "named": named,
                     "is_kind": one.what == "kind", "then": falls(one.sizes)})  # fmt: skip
    return rows
