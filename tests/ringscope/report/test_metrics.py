from __future__ import annotations

from ringscope.report.metrics import MEANINGS, metric_tables


def test_without_figures_there_is_no_supervised_model() -> None:
    assert metric_tables({}) == {"supervised": False, "tables": []}
    assert metric_tables({"supervised": False}) == {"supervised": False, "tables": []}


def test_models_stand_side_by_side_with_meanings() -> None:
    part = {"stack": {"average_precision": 0.7}, "tabular_alone": {"average_precision": 0.4}}
    found = metric_tables({"held_out": part})
    assert found["supervised"]
    (table,) = found["tables"]
    assert (table["title"], table["columns"]) == ("held out", ["stack", "tabular alone"])
    (row,) = table["rows"]
    assert (row["name"], row["values"]) == ("average precision", ["0.700", "0.400"])
    assert row["meaning"].startswith("how clean")


def test_loose_figures_lists_and_gaps() -> None:
    found = metric_tables({"labels": 1200, "rings": {"rings_found": 0.5, "ids": [1]}, "m": {
        "a": {"x": 1}, "b": {"y": 2}}})  # fmt: skip
    rings, models, loose = found["tables"]
    assert loose["rows"][0]["values"] == ["1,200"]
    assert [row["name"] for row in rings["rows"]] == ["rings found"]
    assert [row["values"] for row in models["rows"]] == [["1", "–"], ["–", "2"]]


def test_a_longer_prefix_stands_before_a_shorter_one() -> None:
    prefixes = [prefix for prefix, _ in MEANINGS]
    for place, prefix in enumerate(prefixes):
        assert not any(later.startswith(prefix) for later in prefixes[place + 1 :]), prefix


def test_counts_have_no_decimals_and_intervals_stand_beside_their_figure() -> None:
    interval = {"value": 0.71234, "low": 0.6, "high": 0.8}
    (table,) = metric_tables({"test": {"spam": 97.0, "average_precision": interval}})["tables"]
    assert [row["values"] for row in table["rows"]] == [["97"], ["0.712 (0.600 to 0.800)"]]


def test_the_headline_stands_first() -> None:
    found = metric_tables({"a": {"x": 1}, "headline": {"auroc": 0.9}, "b": {"y": 2}, "z": 3})
    assert [table["title"] for table in found["tables"]] == ["headline", "a", "b", ""]
