from __future__ import annotations

import re

from graph import kinds
from graph.neo4j import model, statements
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
    for node in model.nodes().values():
        assert "'" not in statements.merge_nodes(node, node.extra[0] if node.extra else "")
    for one in model.relationships().values():
        assert "'" not in statements.merge_relationships(one, one.end or "Ring")


def test_a_key_is_the_first_column() -> None:
    for one in model.relationships().values():
        assert not one.key or one.key == next(iter(one.columns))
