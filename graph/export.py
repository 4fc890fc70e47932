"""Graphs as files: GraphML, GEXF and JSON, the same bytes for the same graph."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import networkx as nx
from networkx.readwrite.gexf import GEXFWriter

from ingest import InputError

_PICTURES = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}
_REFUSED = dict.fromkeys([*range(0xD800, 0xE000), 0xFFFE, 0xFFFF], 0xFFFD)
_SAFE = _PICTURES | _REFUSED
_GEXF_WORDS = frozenset({"id", "label", "start", "end", "pid", "parents", "viz", "slices", "type"})
"""Attribute names with a meaning of their own in GEXF."""


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
    path.write_bytes(_FORMS[name](portable(graph)))


def portable(graph: nx.Graph[str]) -> nx.Graph[str]:
    """Return a copy that every form can carry and give back unchanged.

    Control characters, which XML refuses, become their pictures (U+2400 to U+2421); halves of
    surrogate pairs and other code points that are no characters become U+FFFD. Names that would
    become equal by this are numbered. Missing, empty and not finite values are left out.
    """
    called = _distinct(graph.nodes)
    attributes = [data for _, data in graph.nodes(data=True)]
    attributes += [data for _, _, data in graph.edges(data=True)]
    keys = _distinct(key for data in attributes for key in data)
    copy: nx.Graph[str] = nx.Graph()
    copy.add_nodes_from((called[node], _facts(data, keys)) for node, data in graph.nodes(data=True))
    copy.add_edges_from(
        (called[a], called[b], _facts(data, keys)) for a, b, data in graph.edges(data=True)
    )
    return copy


def _distinct(names: Iterable[Any]) -> dict[Any, str]:
    """Make each name safe; keep different names different."""
    safe: dict[Any, str] = {}
    changed = []
    taken = set()
    for name in dict.fromkeys(names):
        safe[name] = _text(name)
        if safe[name] == name and name:
            taken.add(name)
        else:
            changed.append(name)
    for name in changed:
        number = 2
        candidate = safe[name] or "(blank)"
        while candidate in taken:
            candidate = f"{safe[name]} ({number})"
            number += 1
        taken.add(candidate)
        safe[name] = candidate
    return safe


def _text(value: object) -> str:
    return str(value).translate(_SAFE)


def _facts(data: dict[str, Any], keys: dict[Any, str]) -> dict[str, Any]:
    safe = {keys[key]: _value(value) for key, value in data.items()}
    return {key: value for key, value in safe.items() if value is not None}


def _value(value: object) -> bool | int | float | str | None:
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
    renamed: nx.Graph[str] = nx.Graph()
    renamed.add_nodes_from((node, _unlike_gexf(data)) for node, data in graph.nodes(data=True))
    renamed.add_edges_from((a, b, _unlike_gexf(data)) for a, b, data in graph.edges(data=True))
    writer = GEXFWriter(encoding="utf-8", prettyprint=True, version="1.2draft")
    writer.add_graph(renamed)
    for meta in writer.xml.iter("meta"):
        meta.attrib.clear()
    return str(writer).encode()


def _unlike_gexf(data: dict[str, Any]) -> dict[str, Any]:
    """Mark attributes that GEXF would take for its own words."""
    return {f"{key}_" if key in _GEXF_WORDS else key: value for key, value in data.items()}


def _json(graph: nx.Graph[str]) -> bytes:
    data = nx.node_link_data(graph, edges="edges")
    return (json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()


_FORMS = {"graphml": _graphml, "gexf": _gexf, "json": _json}
