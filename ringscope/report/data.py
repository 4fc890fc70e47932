"""All that the report says, as plain data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from ..words import kind_words
from .frames import Frames, conform
from .headline import headline
from .looks import look
from .messages import template_rows
from .metrics import metric_tables
from .quality import account_rows, data_quality, hub_rows
from .rings import ranked, ring_sections

MAX_RINGS = 60


def report_data(
    frames: Frames,
    metrics: Mapping[str, Any],
    manifest: Mapping[str, Any],
    *,
    max_rings: int = MAX_RINGS,
    says: Mapping[str, Sequence[Any]] | None = None,
) -> dict[str, Any]:
    """Everything the page shows, computed from a run's tables.

    Parameters
    ----------
    frames
        Frames of the run folder by file stem (`frames.SCHEMAS`); absent ones count as empty.
    metrics
        metrics.json; empty where there were no labels.
    manifest
        inputs, settings, seed, versions, counts (input: rows per table), notes. Keys may be absent.
    max_rings
        Rings with full details; further rings get one line each.
    says
        The evidence in words by ring_id: statements with title and sentences.

    Returns
    -------
    dict
        Plain values, ready for `render`. Equal input gives equal data.
    """
    conformed = conform(frames)
    order = ranked(conformed)
    inside = order.members.join(order.found, on="ring_id", how="semi").select("account_id")
    sections = ring_sections(conformed, order, max_rings)
    return {
        "headline": headline(conformed, order),
        **sections,
        "says": says or {},
        "accounts": account_rows(conformed, inside),
        "hubs": hub_rows(conformed["hubs"]),
        "templates": template_rows(conformed, order.members),
        "quality": data_quality(conformed, manifest),
        "metrics": metric_tables(metrics),
        "run": run_facts(manifest),
        "kinds": kinds_shown(conformed["identifiers"]["kind"]),
    }


def run_facts(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs, settings and versions as name and value; a fingerprint of all of them."""
    facts = {key: manifest.get(key) for key in ("inputs", "settings", "seed", "versions")}
    text = json.dumps(facts, sort_keys=True, default=str)
    return {
        "fingerprint": hashlib.sha256(text.encode()).hexdigest()[:12],
        "seed": "" if facts["seed"] is None else str(facts["seed"]),
        "inputs": _flat(facts["inputs"]),
        "settings": _flat(facts["settings"]),
        "versions": _flat(facts["versions"]),
    }


def _flat(value: object, name: str = "") -> list[tuple[str, str]]:
    if isinstance(value, Mapping):
        return [
            line
            for key in sorted(value, key=str)
            for line in _flat(value[key], f"{name}.{key}" if name else str(key))
        ]
    if value is None or not name:
        return []
    if isinstance(value, (list, tuple)):
        return [(name, ", ".join(map(str, value)))]
    return [(name, str(value))]


def kinds_shown(present: pl.Series) -> dict[str, dict[str, str]]:
    """Words and looks of the kinds that are present, by name."""
    return {
        kind: {
            "one": kind_words(kind),
            "many": kind_words(kind, 2),
            "colour": look(kind).colour,
            "shape": look(kind).shape,
            "points": look(kind).points,
        }
        for kind in present.drop_nulls().unique().sort()
    }
