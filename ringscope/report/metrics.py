"""The figures of metrics.json as tables, each explained in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# By the first prefix that fits a figure's name; the longer ones stand first.
MEANINGS = (
    ("average_precision", "how clean the top of the list by risk is: 1 = all spam stands first"),
    ("auroc", "chance that a spam account has a higher risk than an honest one; 0.5 = a coin"),
    ("precision_at", "share of spam among so many of the riskiest: what a team can review"),
    ("recall_at_k", "share of the spam that stands among as many of the riskiest as there is spam"),
    ("recall_at", "share of all spam that stands among so many of the riskiest"),
    ("brier", "mean squared error of the risk; 0 = perfect"),
    ("calibration", "how far the stated risk is from the share of spam that comes true"),
    ("innocents_per_1000", "honest accounts that were placed in a ring, of 1,000 honest ones"),
    ("rings_found", "share of true rings of which one found ring holds most, and little else"),
    ("ring_precision", "of an account's found ring, the share that truly belongs with it"),
    ("ring_recall", "of an account's true ring, the share that was found with it"),
    ("ring_f1", "balance of the two figures above; 1 = rings as they truly are"),
    ("base_rate", "share of spam among the labelled: what guessing would give"),
    ("accounts", "labelled accounts behind the figures"),
    ("spam", "labelled spam behind the figures"),
    ("honest", "labelled honest accounts behind the figures"),
)
_Scalar = (str, int, float, bool)
_INTERVAL = {"value", "low", "high"}


def metric_tables(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """Tables of figures, whatever parts `metrics.json` has.

    A part whose values are themselves groups of figures (one per model, say) becomes a table with
    a column per group; loose figures become a table with one column.

    Returns
    -------
    dict
        supervised (whether any held-out figure exists), tables (title, columns, rows of name,
        meaning and values).
    """
    loose = {n: v for n, v in metrics.items() if _is_figure(v) and n != "supervised"}
    tables = []
    # What people want to know first stands first.
    for title, part in sorted(metrics.items(), key=lambda one: one[0] != "headline"):
        if isinstance(part, Mapping) and not _is_figure(part):
            rest = {name: value for name, value in part.items() if _is_figure(value)}
            groups = {name: group for name, group in part.items() if name not in rest and group}
            tables += [_table(title, {"": rest})] if rest else []
            tables += _grouped(title, groups)
    tables += [_table("", {"": loose})] if loose else []
    supervised = bool(tables) and metrics.get("supervised", True) is not False
    return {"supervised": supervised, "tables": tables}


def _grouped(title: str, groups: Mapping[str, object]) -> list[dict[str, Any]]:
    named = {name: group for name, group in groups.items() if isinstance(group, Mapping)}
    table = _table(title, named)
    return [table] if table["rows"] else []


def _table(title: str, groups: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    names = dict.fromkeys(
        name for group in groups.values() for name, value in group.items() if _is_figure(value)
    )
    return {
        "title": title.replace("_", " "),
        "columns": [name.replace("_", " ") for name in groups],
        "rows": [
            {
                "name": name.replace("_", " "),
                "meaning": _meaning(name),
                "values": [_figure(group.get(name)) for group in groups.values()],
            }
            for name in names
        ],
    }


def _meaning(name: str) -> str:
    return next((words for prefix, words in MEANINGS if name.startswith(prefix)), "")


def _is_figure(value: object) -> bool:
    """Whether a value is one figure: a plain value, or one with its interval."""
    if isinstance(value, Mapping):
        return value.keys() >= _INTERVAL
    return isinstance(value, _Scalar)


def _figure(value: object) -> str:
    if isinstance(value, Mapping):
        low, high = _figure(value["low"]), _figure(value["high"])
        return f"{_figure(value['value'])} ({low} to {high})"
    if value is None:
        return "–"
    if isinstance(value, float) and not value.is_integer():
        return f"{value:.3f}" if abs(value) < 100 else f"{value:,.0f}"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:,.0f}"
    return str(value)
