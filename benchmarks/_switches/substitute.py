"""Put other functions and numbers in the place of those of the product, for a while."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from unittest import mock

PACKAGES = ("graph", "models", "ringscope")


@dataclass(frozen=True)
class Switch:
    """One ingredient, and how it is switched off.

    Attributes
    ----------
    part
        Where it belongs: linkage, rings or scores.
    targets
        "module:name" of a function or a number: what makes its substitute from the original.
    """

    part: str
    targets: Mapping[str, Callable[[Any], Any]]


@contextmanager
def off(switch: Switch) -> Iterator[None]:
    """Run what follows without an ingredient.

    A function is replaced wherever it was imported to, a number only where it stands.
    """
    importlib.import_module("models.learned")
    importlib.import_module("ringscope.analysis")
    with ExitStack() as stack:
        for target, substitute in switch.targets.items():
            module, _, name = target.partition(":")
            original = getattr(importlib.import_module(module), name)
            new = substitute(original)
            for place in _places(module, name, original):
                stack.enter_context(mock.patch.object(place, name, new))
        yield


def _places(module: str, name: str, original: object) -> list[ModuleType]:
    if not callable(original):
        return [sys.modules[module]]
    ours = [sys.modules[m] for m in sorted(sys.modules) if m.partition(".")[0] in PACKAGES]
    return [place for place in ours if vars(place).get(name) is original]
