"""The page of changes: one offline HTML file without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..output import SHOWN
from ..report.page import asset, environment, offline
from ..words import count, day, minute, percent

MOST_RINGS = 200
"""Rings that are shown of each sort."""
EVENTS = {
    "born": ("ring born", "rings born"),
    "returned": ("returned", "returned"),
    "merged": ("ring in a merger", "rings in mergers"),
    "split": ("ring in a split", "rings in splits"),
    "grew": ("grew", "grew"),
    "shrank": ("shrank", "shrank"),
    "status": ("is called otherwise", "are called otherwise"),
    "dormant": ("fell dormant", "fell dormant"),
    "dissolved": ("dissolved", "dissolved"),
}
"""Words for one and for many events; also the order in which they are counted up."""


def changes_page(found: Mapping[str, Any]) -> str:
    """Render the page.

    Parameters
    ----------
    found
        Result of `changes`. Equal changes give equal text.
    """
    called = [row for row in found["rings"] if _is_called(row)]
    others = [row for row in found["rings"] if not _is_called(row)]
    data = {
        "found": found,
        "period": _period(found),
        "summary": _summary(found, called),
        "figures": [_figure(figure) for figure in found["figures"]],
        "sections": [
            ("called", "Rings", "which are, or were, certain enough", _shown(called), len(called)),
            ("others", "Suspected groups", "not certain enough", _shown(others), len(others)),
        ],
        "accounts": [_account(row) for row in found["accounts"]["moved"]],
    }
    page = environment(__package__, "ringscope.report").get_template("changes.html")
    styles = [
        asset("ringscope.report", "static/report.css"),
        asset("ringscope.report", "static/rings.css"),
        asset(__package__, "static/changes.css"),
    ]
    return offline(page, data, scripts=[], styles=styles)


def summary(found: Mapping[str, Any]) -> str:
    """What happened in one sentence, for the page and for a terminal."""
    if not found["changed"]:
        return "Nothing changed."
    parts = [f"{number:,} {EVENTS[name][number != 1]}" for name, number in found["events"].items()]
    moved = found["accounts"]["moved_in_all"]
    if moved:
        parts.append(f"the risk of {count(moved, 'account')} moved")
    return f"{_capital(', '.join(parts))}." if parts else "Only single accounts changed."


def model_sentence(found: Mapping[str, Any]) -> str:
    """That another model scores than in the earlier run, in one sentence; blank if none does."""
    model = found["model"]
    if not model or not model["changed"]:
        return ""
    trained = f", trained in {model['trained']}" if model["trained"] else ""
    why = f" ({model['why']})" if model["why"] else ""
    return f"The model is another one{trained}{why}: risks moved for that reason too."


def _summary(found: Mapping[str, Any], called: list[dict[str, Any]]) -> list[str]:
    sentences = [summary(found)]
    accounts = found["accounts"]
    came, left = accounts["into_rings"], accounts["out_of_rings"]
    if came or left:
        sentences.append(
            f"{count(came, 'account')} came into rings and {count(left, 'account')} left them."
        )
    if told := model_sentence(found):
        sentences.append(told)
    if called:
        sentences.append(f"Start with {called[0]['ring_id']}.")
    return sentences


def _is_called(row: Mapping[str, Any]) -> bool:
    return row["status"] in SHOWN or row["status_before"] in SHOWN


def _shown(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            **row,
            "size_words": _step(row["size_before"], row["size"]),
            "risk_words": _risks(row),
            "told": [_event(event) for event in row["events"]],
            "why": _why(row["moved"]) if row["moved"] else None,
        }
        for row in rows[:MOST_RINGS]
    ]


def _event(event: Mapping[str, Any]) -> dict[str, Any]:
    others = event["others"].split(";") if event["others"] else []
    when = datetime.fromisoformat(event["at"]) if event["at"] else None
    return {**event, "others": others, "day": day(when)}


def _step(before: int, now: int) -> str:
    return f"{now:,}" if before == now else f"{before:,} → {now:,}"


def _risks(row: Mapping[str, Any]) -> str:
    before, now = percent(row["risk_before"]), percent(row["risk"])
    return now if before == now or row["risk_before"] is None else f"{before} → {now}"


def _why(moved: Mapping[str, Any]) -> dict[str, Any]:
    """The move of a ring's risk in words, with the facts behind it."""
    parts = [
        f"{_points(moved[name])} {words}"
        for name, words in (
            ("scores", "from the risks of those who stayed"),
            ("members", "from who belongs to it"),
        )
        if abs(moved[name]) >= 0.005
    ]
    sentence = f"Risk {_points(moved['risk'] - moved['risk_before'])}: {', '.join(parts)}."
    return {"sentence": sentence, "facts": moved["moved_by"]}


def _points(change: float) -> str:
    return f"{100 * change:+.0f} points"


def _account(row: Mapping[str, Any]) -> dict[str, Any]:
    rises = row["risk"] >= row["risk_before"]
    return {**row, "risk_words": _risks(row), "direction": "up" if rises else "down"}


def _figure(figure: Mapping[str, Any]) -> dict[str, str]:
    before, now = figure["before"], figure["now"]
    if before is None or before == now:
        note = "" if before is None else "as before"
    else:
        note = f"{now - before:+,} since"
    return {"value": f"{now:,}", "label": figure["name"], "note": note}


def _period(found: Mapping[str, Any]) -> str:
    first, last = (
        minute(datetime.fromisoformat(found[name])) if found[name] else ""
        for name in ("from", "until")
    )
    return f"{first} to {last}" if first and last else last


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
