"""What changed from one run to another: rings by what happened to them, accounts by their risk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl

from ..output import SHOWN
from .moves import MOVED, account_moves, ring_move
from .story import ORDER, with_history

FORMAT = 1
EXPLAINED = 500
"""Rings whose move of risk is explained, the weightiest."""
Frames = Mapping[str, pl.DataFrame]


def changes(
    before: Frames | None,
    after: Frames,
    *,
    since: str | None,
    run: str,
    model: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Tell what changed.

    Parameters
    ----------
    before
        Frames of the earlier run (see `story.run_frames`), None if there is none.
    after
        Frames of the later run. If it has no history, or not that of the earlier one, its rings
        are matched with those of the earlier one here.
    since, run
        Names of both.
    model
        Of runs of a store: trained (the run that trained the model of the later one), changed
        (whether the earlier one had another), why it was trained or stood.

    Returns
    -------
    dict
        format, since, run, model, from, until (the last moment that each run saw), changed
        (whether anything did), events (how many of each), figures (name, before, now), rings
        (those to which something happened, called ones first), accounts (moved: see
        `account_moves`; moved_in_all, into_rings, out_of_rings).
    """
    if before is not None and not _follows(before, after):
        after = with_history(after, _without_history(before), run)
        before = _without_history(before)
    events = _since(before, after)
    rings = _rings(before, after, events)
    moved, in_all = account_moves(before, after) if before is not None else ([], 0)
    placed = _placed(before, after)
    counted = Counter(events["event"].to_list())
    return {
        "format": FORMAT,
        "since": since,
        "run": run,
        "model": dict(model) if model else None,
        "from": _clock(before),
        "until": _clock(after),
        "changed": bool(rings or in_all or any(placed.values())),
        "events": {name: counted[name] for name in ORDER if counted[name]},
        "figures": _figures(before, after),
        "rings": rings,
        "accounts": {"moved": moved, "moved_in_all": in_all, **placed},
    }


def _follows(before: Frames, after: Frames) -> bool:
    """Whether the history of the later run goes on where that of the earlier one ended."""
    if "ring_events" not in after or "ring_events" not in before:
        return False
    return after["ring_events"].head(before["ring_events"].height).equals(before["ring_events"])


def _without_history(frames: Frames) -> dict[str, pl.DataFrame]:
    return {
        name: frame for name, frame in frames.items() if name not in ("ring_events", "ring_roll")
    }


def _since(before: Frames | None, after: Frames) -> pl.DataFrame:
    known = before["ring_events"].height if before and "ring_events" in before else 0
    return after["ring_events"].slice(known)


def _rings(before: Frames | None, after: Frames, events: pl.DataFrame) -> list[dict[str, Any]]:
    """Rings to which something happened, or whose risk moved."""
    now = {row["ring_id"]: row for row in _facts(after)}
    then = {row["ring_id"]: row for row in _facts(before)} if before is not None else {}
    told = {
        str(ring): part.drop("ring_id").to_dicts()
        for (ring,), part in events.partition_by(
            "ring_id", as_dict=True, maintain_order=True
        ).items()
    }
    moving = {ring for ring in now.keys() & then.keys() if _moves(then[ring], now[ring])}
    rows = [
        _row(ring, then.get(ring), now.get(ring), told.get(ring, []))
        for ring in sorted({*told, *moving})
    ]
    rows.sort(key=_worth)
    if before is not None:
        for row in [row for row in rows if row["ring_id"] in moving][:EXPLAINED]:
            row["moved"] = ring_move(before, after, row["ring_id"])
    return rows


def _row(
    ring: str,
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any] | None,
    events: list[dict[str, Any]],
) -> dict[str, Any]:
    return {
        "ring_id": ring,
        "status": new["status"] if new else "gone",
        "status_before": old["status"] if old else None,
        "size": new["size"] if new else 0,
        "size_before": old["size"] if old else 0,
        "risk": new["risk"] if new else None,
        "risk_before": old["risk"] if old else None,
        "reading": (new or old or {}).get("reading"),
        "events": [_plain(event) for event in events],
        "moved": None,
    }


def _moves(then: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    return abs(float(now["risk"]) - float(then["risk"])) >= MOVED / 2


def _worth(row: Mapping[str, Any]) -> tuple[bool, float, str]:
    """Rings that are or were called first, then by the accounts at stake."""
    called = row["status"] in SHOWN or row["status_before"] in SHOWN
    stake = max(row["size"], row["size_before"]) * (row["risk"] or row["risk_before"] or 0.0)
    return not called, -stake, row["ring_id"]


def _facts(frames: Frames) -> list[dict[str, Any]]:
    columns = ["ring_id", "status", "size", "risk", "reading"]
    return frames["rings"].select(columns).to_dicts()


def _placed(before: Frames | None, after: Frames) -> dict[str, int]:
    """How many accounts came into called rings, and how many left them."""
    now = set(after["scores"].drop_nulls("ring_id")["account_id"])
    then = set(before["scores"].drop_nulls("ring_id")["account_id"]) if before else set()
    return {"into_rings": len(now - then), "out_of_rings": len(then - now)}


def _figures(before: Frames | None, after: Frames) -> list[dict[str, Any]]:
    now = _counts(after)
    then = _counts(before) if before is not None else dict.fromkeys(now)
    return [{"name": name, "before": then[name], "now": now[name]} for name in now]


def _counts(frames: Frames) -> dict[str, int]:
    status = frames["rings"]["status"]
    return {
        "accounts": frames["scores"].height,
        "rings": int(status.is_in(SHOWN).sum()),
        "accounts in rings": frames["scores"]["ring_id"].count(),
        "suspected groups": int((status == "suspected").sum()),
    }


def _clock(frames: Frames | None) -> str | None:
    last = frames["sightings"]["last_seen"].max() if frames is not None else None
    return last.isoformat() if isinstance(last, datetime) else None


def _plain(event: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in event.items()
    }
