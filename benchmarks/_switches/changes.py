"""What stands in the place of a function of the product when an ingredient is switched off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from inspect import signature
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl

from models.population import without_error

Function = Callable[..., Any]
Maker = Callable[[Function], Function]
LINKED = ("graph", "neighbours")
"""Families of features that links make."""


def given(change: Callable[[Any], Any]) -> Maker:
    """The function with its result changed."""

    def make(original: Function) -> Function:
        @wraps(original)
        def substitute(*args: Any, **named: Any) -> Any:
            return change(original(*args, **named))

        return substitute

    return make


def unseen(kind: str) -> Maker:
    """Sightings of all kinds but one."""

    def change(found: Any) -> Any:
        kept = found.identifiers.filter(pl.col("kind") != kind).rename({"identifier": "old"})
        kept = kept.with_row_index("identifier")
        rows = found.rows.rename({"identifier": "old"})
        rows = rows.join(kept.select("old", "identifier"), "old", maintain_order="left")
        rows = rows.select(found.rows.columns)
        return replace(found, identifiers=kept.drop("old"), rows=rows)

    return given(change)


def all_kinds(**changes: Any) -> Maker:
    """All kinds of identifiers with some fields changed."""
    return given(
        lambda known: MappingProxyType({n: replace(kind, **changes) for n, kind in known.items()})
    )


def without_kernel(usable: tuple[tuple[str, ...], object]) -> tuple[tuple[str, ...], object]:
    """The base models but one, with the notes on them."""
    bases, notes = usable
    return tuple(name for name in bases if name != "kernel"), notes


def same_specificity(found: pl.DataFrame) -> pl.DataFrame:
    """Every template as telling as the most telling one."""
    return found.with_columns(specificity=pl.lit(1.0))


def equally_rare(original: Function) -> Function:
    """What is shared by many is worth as much as what is shared by few; wordings aside."""

    @wraps(original)
    def substitute(pairs: Any, identifiers: Any, kind: Any, *rest: Any, **named: Any) -> Any:
        found = original(pairs, identifiers, kind, *rest, **named)
        return found if kind.rarity == "wording" else found.with_columns(rarity=pl.lit(1.0))

    return substitute


def second_argument(original: Function) -> Function:
    """The function gives its second argument back as it is."""

    @wraps(original)
    def substitute(*args: Any, **named: Any) -> Any:
        return list(signature(original).bind(*args, **named).arguments.values())[1]

    return substitute


def first_argument(original: Function) -> Function:
    """The function gives its first argument back as it is."""

    @wraps(original)
    def substitute(*args: Any, **named: Any) -> Any:
        return next(iter(signature(original).bind(*args, **named).arguments.values()))

    return substitute


def first_arguments(count: int) -> Maker:
    """The function gives its first arguments back as they are."""

    def make(original: Function) -> Function:
        @wraps(original)
        def substitute(*args: Any, **named: Any) -> Any:
            return tuple(signature(original).bind(*args, **named).arguments.values())[:count]

        return substitute

    return make


def no_second_look(original: Function) -> Function:
    """The first risks as they are, freed of label errors as the second look would."""

    @wraps(original)
    def substitute(*args: Any, **named: Any) -> Any:
        arguments = signature(original).bind(*args, **named).arguments
        model, risk = original(*args, **named)
        first = without_error(arguments["firsts"].risk, arguments.get("error", 0.0))
        return model, risk._replace(risk=first, held_out=first)

    return substitute


def no_view(original: Function) -> Function:
    """The second look without the own view of anybody."""

    @wraps(original)
    def substitute(firsts: Any, *args: Any, **named: Any) -> Any:
        return original(firsts._replace(view=np.zeros_like(firsts.view)), *args, **named)

    return substitute


def shuffled_graph(graph: Any) -> Any:
    """The graph with its accounts dealt anew: the same degrees, the wrong ones."""
    dealt = np.random.default_rng(0).permutation(graph.accounts)
    sightings = {k: (dealt[a], i, w) for k, (a, i, w) in graph.sightings.items()}
    links = {k: (dealt[a], dealt[b], w) for k, (a, b, w) in graph.links.items()}
    return replace(graph, sightings=sightings, links=links)


def linked_dealt(features: Any) -> Any:
    """What links tell of an account, told of another one."""
    linked = [c for c in features.columns if features.families[c] in LINKED]
    order = np.random.default_rng(0).permutation(features.frame.height)
    dealt = features.frame.select(linked)[order].get_columns()
    return replace(features, frame=features.frame.with_columns(dealt))


def without(family: str) -> Maker:
    """Features without a family."""
    return given(lambda features: features.without(family))
