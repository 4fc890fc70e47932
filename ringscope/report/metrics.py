"""The figures of metrics.json as tables, each explained in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# By the first prefix that fits a figure's name; the longer ones stand first.
MEANINGS = (
    ("average_precision", "how clean the top of the list by risk is: 1 = all spam stands first"),
    ("roc_auc", "chance that a spam account gets a higher risk than an honest one; 0.5 = coin"),
    ("auroc", "chance that a spam account gets a higher risk than an honest one; 0.5 = coin"),
    ("auprc", "how clean the top of the list by risk is: 1 = all spam stands first"),
    ("precision_at", "share of spam among so many of the riskiest, what a team can review"),
    ("recall_at", "share of all spam that stands among so many of the riskiest"),
    ("brier", "mean squared error of the risk; 0 = perfect"),
    ("calibration", "how far the stated risk is from the share of spam that comes true"),
    ("ece", "how far the stated risk is from the share of spam that comes true"),
    ("honest_in_ring", "honest accounts that were placed in a ring, per 1,000 honest accounts"),
    ("rings_found", "share of true rings of which a found ring holds most"),
    ("bcubed_precision", "of an account's found ring, the share that truly belongs with it"),
    ("bcubed_recall", "of an account's true ring, the share that was found with it"),
    ("bcubed_f1", "balance of the two B-cubed figures; 1 = rings as they truly are"),
    ("time_to_detection", "from a ring's first account to the day on which it is found"),
    ("base_rate", "share of spam among the labelled: what guessing would give"),
    ("prevalence", "share of spam among the labelled: what guessing would give"),
    ("accounts", "accounts behind the figure"),
    ("spam", "labelled spam behind the figure"),
    ("honest", "labelled honest behind the figure"),
)
_Scalar = (str, int, float, bool)


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
    loose = {name: value for name, value in metrics.items() if isinstance(value, _Scalar)}
    supervised = bool(metrics) and metrics.get("supervised", True) is not False
    tables = [_table("", {"": loose})] if loose.keys() - {"supervised"} else []
    for title, part in metrics.items():
        if not isinstance(part, Mapping) or not part:
            continue
        groups = {name: group for name, group in part.items() if isinstance(group, Mapping)}
        rest = {name: value for name, value in part.items() if isinstance(value, _Scalar)}
        if rest:
            tables.append(_table(title, {"": rest}))
        if groups:
            tables.append(_table(title, groups))
    return {"supervised": supervised, "tables": tables}


def _table(title: str, groups: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    names = dict.fromkeys(
        name
        for group in groups.values()
        for name, value in group.items()
        if isinstance(value, _Scalar) and name != "supervised"
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


def _figure(value: object) -> str:
    if value is None or isinstance(value, (list, dict)):
        return "–"
    if isinstance(value, float):
        return f"{value:.3f}" if abs(value) < 100 else f"{value:,.0f}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)
