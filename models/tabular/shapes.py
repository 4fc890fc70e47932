"""Shapes of tables that models can be trained on: presets, one YAML file each."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import yaml

from ingest.errors import SettingsError

KINDS = ("count", "number", "category", "flag")


@dataclass(frozen=True)
class Column:
    """One entry of a column dictionary.

    Attributes
    ----------
    key
        Name in the table.
    name
        Name for people.
    kind
        count (0 or more), number, category (a few codes) or flag (0 or 1).
    words
        What a value says, with `{value}`.
    levels
        Meaning by code, of a category.
    importance
        What the source document printed for its forest, in [0, 1]; None where it printed none.
    """

    key: str
    name: str
    kind: str
    words: str
    levels: dict[int, str] = field(default_factory=dict)
    importance: float | None = None

    def say(self, value: float) -> str:
        """Say a value of this column in words."""
        if math.isnan(value):
            return f"{self.name}: not known"
        if self.kind == "flag":
            return self.words if value >= 0.5 else f"not: {self.words}"
        if self.kind == "category":
            return self.words.format(value=self.levels.get(round(value), f"{value:g}"))
        return self.words.format(value=value)


@dataclass(frozen=True)
class Preset:
    """The shape of a table.

    Attributes
    ----------
    name, title
        Name on the command line and in headings.
    label, id
        Names of the columns that hold the label and the id of a row.
    hypothetical
        Whether the meanings of the columns are guesses; pages and reasons then say so.
    columns
        Columns that have to be there, by name. Empty: every column of numbers is a feature.
    """

    name: str
    title: str
    label: str
    id: str
    hypothetical: bool
    columns: dict[str, Column]

    def column(self, key: str) -> Column:
        """Entry of a column; a plain one where the dictionary has none."""
        return self.columns.get(key) or Column(key, key, "number", key + " is {value:g}")


def presets() -> tuple[str, ...]:
    """Names of the presets that ship."""
    folder = resources.files(__package__) / "presets"
    return tuple(sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".yaml")))


@cache
def load_preset(name: str) -> Preset:
    """Load a preset by name.

    Raises
    ------
    SettingsError
        There is no preset of this name.
    """
    if name not in presets():
        near = difflib.get_close_matches(name, presets(), n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise SettingsError(f"no preset {name!r}{hint}; there are: {', '.join(presets())}")
    text = (resources.files(__package__) / "presets" / f"{name}.yaml").read_text("utf-8")
    found = yaml.safe_load(text)
    columns = {key: _column(key, entry) for key, entry in found.pop("columns").items()}
    return Preset(name=name, columns=columns, **found)


def _column(key: str, entry: dict[str, Any]) -> Column:
    return Column(key=key, **entry)
