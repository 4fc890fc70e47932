from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

import polars as pl

from graph import kinds
from graph.neo4j import model, statements
from graph.neo4j.elements import END, END_LABEL, FLAGS, START
from ringscope import output

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def test_each_kind_has_a_label_and_a_type_of_its_own() -> None:
    labels = [*model.nodes(), model.RUN.label]
    types = list(model.relationships())
    assert len({*labels}) == len(labels) == len(kinds()) + 4
    assert len({*types}) == len(types) == len(kinds()) + 4
    assert all(NAME.fullmatch(name) for name in labels + types)


def test_the_columns_of_a_run_are_properties() -> None:
    account = set(model.nodes()["Account"].columns)
    assert account >= {*output.ACCOUNTS, *output.SCORES}
    assert set(model.nodes()["Ring"].columns) == {"name", *output.RINGS, *model.EVENTS}
    hubs = {f"hub_{name}" for name in output.HUBS} - {
        f"hub_{name}" for name in ("kind", "value", "accounts", "treatment")
    }
    assert set(model.nodes()["Device"].columns) == {"name", *output.IDENTIFIERS, *hubs}
    template = set(model.nodes()["Template"].columns) | {"template"}
    assert template >= {*output.TEMPLATES}
    member = {"ring_id", "account_id", *model.relationships()["MEMBER_OF"].columns}
    assert member == set(output.MEMBERS)


def test_extra_labels_colour_a_node_without_a_style_sheet() -> None:
    # The Browser gives a node the colour of its first label in the alphabet.
    for node in model.nodes().values():
        for label in set(node.extra) - {model.HIGH_RISK, model.HUB}:
            assert label < node.label


def test_values_are_parameters_only() -> None:
    found = []
    for node in model.nodes().values():
        frame = row({**node.columns, FLAGS: pl.String})
        found += statements.write_nodes(node, frame.with_columns(pl.lit("").alias(FLAGS)))
    for one in model.relationships().values():
        ends = dict.fromkeys((START, END), pl.String)
        frame = row({**ends, **one.columns}).with_columns(pl.lit("Ring").alias(END_LABEL))
        found += statements.write_relationships(one, frame)
    assert len(found) == len(model.nodes()) + len(model.relationships())
    for statement, _ in found:
        assert "'" not in statement.create + statement.merge


def test_a_blank_column_does_not_travel_but_is_removed_from_what_is_there() -> None:
    node = model.nodes()["Device"]
    frame = row({**node.columns, FLAGS: pl.String}).with_columns(
        pl.lit("").alias(FLAGS), pl.lit(None, pl.String).alias("treatment")
    )
    [(statement, rows)] = statements.write_nodes(node, frame)
    assert "treatment" not in rows.columns
    assert "treatment" not in statement.create
    assert "treatment: null" in statement.merge


def row(columns: Mapping[str, model.Type]) -> pl.DataFrame:
    """A row with a value in each column."""
    return pl.DataFrame(
        {name: pl.Series([value(dtype)], dtype=dtype) for name, dtype in columns.items()}
    )


def value(dtype: model.Type) -> object:
    if isinstance(dtype, pl.List):
        return [value(dtype.inner)]
    if dtype == pl.String:
        return "it's"
    return datetime(2026, 1, 1) if dtype == model.TIME else 1


def test_a_key_is_the_first_column() -> None:
    for one in model.relationships().values():
        assert not one.key or one.key == next(iter(one.columns))
