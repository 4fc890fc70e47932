"""What a case packet says of a ring, as plain data."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

import polars as pl

from ..evidence import RingEvidence
from ..words import kind_words

TIED = ("tied_kind", "tied_value", "tied_to", "linked_to")


def case_json(evidence: RingEvidence, about: dict[str, Any], *, counts: bool) -> dict[str, Any]:
    """The case as one JSON object.

    Parameters
    ----------
    evidence
        The ring, after redaction.
    about
        Run, hash and level of redaction.
    counts
        Leave out everything that has an entry per account or identifier.
    """
    told = {
        "about": about,
        "ring": _plain(evidence.facts),
        "evidence": {one.title: list(one.sentences) for one in evidence.statements},
        "readings": asdict(evidence.readings),
        "parts": list(evidence.parts),
        "kinds": kind_counts(evidence.shared).to_dicts(),
    }
    if counts:
        return told
    weakest = asdict(evidence.weakest) if evidence.weakest else None
    return told | {
        "members": [_plain(row) for row in evidence.members.iter_rows(named=True)],
        "identifiers": [_plain(row) for row in evidence.shared.iter_rows(named=True)],
        "without": [asdict(one) for one in evidence.without],
        "weakest": weakest,
        "timeline": [_plain(row) for row in evidence.moments.iter_rows(named=True)],
    }


def kind_counts(shared: pl.DataFrame) -> pl.DataFrame:
    """What is shared, by kind: kind, words, identifiers, most (members of one), part, hubs."""
    counted = (
        shared.group_by("kind")
        .agg(
            pl.len().cast(pl.Int64).alias("identifiers"),
            pl.col("sharing").max().alias("most"),
            pl.col("part").sum().round(6),
            pl.col("hub").sum().cast(pl.Int64).alias("hubs"),
        )
        .sort("part", "kind", descending=[True, False])
    )
    words = pl.Series("words", [kind_words(kind, 2) for kind in counted["kind"]], dtype=pl.String)
    return counted.select("kind", words, "identifiers", "most", "part", "hubs")


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
    }
