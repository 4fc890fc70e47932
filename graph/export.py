"""Graphs as files: GraphML, GEXF and JSON, the same bytes for the same graph."""

from __future__ import annotations

import io
import json
import math
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
from networkx.readwrite.gexf import GEXFWriter

from ingest import InputError

_PICTURES = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}
_REFUSED = dict.fromkeys([*range(0xD800, 0xE000), 0xFFFE, 0xFFFF], 0xFFFD)
_SAFE = _PICTURES | _REFUSED
_TAKEN = frozenset(
    {"id", "label", "source", "target", "key", "type", "start", "end", "pid", "parents", "slices"}
    | {"viz", "self", "node_for_adding", "u_of_edge", "v_of_edge"}
)
"""Attribute names with a meaning of their own in one of the forms or in NetworkX's readers."""


def write_graph(graph: nx.Graph[str], path: Path, *, form: str | None = None) -> None:
    """Write a graph to a file.

    Parameters
    ----------
    graph
        Undirected, without parallel edges, as `graph.views` builds them.
    path
        The file; one that is there is replaced.
    form
        graphml, gexf or json (node-link); by the ending of the file's name if not given.

    Raises
    ------
    InputError
        The form is unknown.
    """
    name = (form or path.suffix.lstrip(".")).lower()
    if name not in _FORMS:
        raise InputError(f"{path.name}: unknown graph format {name!r}; use {', '.join(_FORMS)}")
    path.write_bytes(graph_bytes(graph, name))


def graph_bytes(graph: nx.Graph[str], form: str) -> bytes:
    """Return a graph as the bytes of a file; `form` is graphml, gexf or json."""
    return _FORMS[form](portable(graph))


def portable(graph: nx.Graph[str]) -> nx.Graph[str]:
    """Return a copy that every form can carry and give back unchanged.

    - Control characters, which XML refuses, become their pictures (U+2400 to U+2421); halves of
      surrogate pairs and other code points that are no characters become U+FFFD.
    - Attributes with a name that a form has taken (id, label, type, ...) get an underscore.
    - Names that would become equal by this are numbered.
    - Missing, empty and not finite values are left out; an attribute with values of different
      types becomes text.
    """
    called = _distinct(graph.nodes, frozenset())
    facts = [data for _, data in graph.nodes(data=True)]
    facts += [data for _, _, data in graph.edges(data=True)]
    keys = _distinct((key for data in facts for key in data), _TAKEN)
    types: dict[Any, set[type]] = {key: set() for key in keys}
    for data in facts:
        for key, value in data.items():
            types[key].add(type(_value(value)))
    texts = {key for key, found in types.items() if len(found - {type(None)}) > 1}
    copy: nx.Graph[str] = nx.Graph()
    copy.add_nodes_from(
        (called[node], _facts(data, keys, texts)) for node, data in graph.nodes(data=True)
    )
    copy.add_edges_from(
        (called[a], called[b], _facts(data, keys, texts)) for a, b, data in graph.edges(data=True)
    )
    return copy


def _distinct(names: Iterable[Any], taken: frozenset[str]) -> dict[Any, str]:
    """Make each name safe; keep different names different."""
    wanted = {name: _text(name) or "(blank)" for name in names}
    safe = {name: text for name, text in wanted.items() if name == text and text not in taken}
    used = set(safe)
    numbers: Counter[str] = Counter()
    for name, text in wanted.items():
        if name in safe:
            continue
        safe[name] = f"{text}_" if text in taken else text
        while safe[name] in used:
            numbers[text] += 1
            safe[name] = f"{text} ({numbers[text] + 1})"
        used.add(safe[name])
    return safe


def _text(value: object) -> str:
    return str(value).translate(_SAFE)


def _facts(data: dict[str, Any], keys: dict[Any, str], texts: set[str]) -> dict[str, Any]:
    kept = ((key, _value(value)) for key, value in data.items())
    return {
        keys[key]: str(value) if key in texts else value for key, value in kept if value is not None
    }


def _value(value: object) -> bool | int | float | str | None:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return _text(value) or None


def _graphml(graph: nx.Graph[str]) -> bytes:
    out = io.BytesIO()
    nx.write_graphml_xml(graph, out)
    return out.getvalue()


def _gexf(graph: nx.Graph[str]) -> bytes:
    writer = GEXFWriter(encoding="utf-8", prettyprint=True, version="1.2draft")
    writer.add_graph(graph)
    for meta in writer.xml.iter("meta"):
        meta.attrib.clear()
    return str(writer).encode()


def _json(graph: nx.Graph[str]) -> bytes:
    data = nx.node_link_data(graph, edges="edges")
    return (json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()


_FORMS = {"graphml": _graphml, "gexf": _gexf, "json": _json}
