"""Column names: from the names of a source to the names of the contract."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources

import polars as pl

from .contract import TABLES, TableSpec
from .errors import InputError, SettingsError
from .quarantine import ROW
from .rawtable import RawTable

ColumnNames = Mapping[str, Mapping[str, str]]
"""Contract name per source name, per table: the shape of `[columns.<table>]` in settings."""


@dataclass(frozen=True)
class Preset:
    """Names of a well-known data set.

    Attributes
    ----------
    columns
        Contract name per source name, per table.
    files
        Table per file name without ending.
    events
        Files that hold events of one type, which is their name: column of times per type.
    """

    columns: ColumnNames = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    events: Mapping[str, str] = field(default_factory=dict)


def presets() -> tuple[str, ...]:
    """Return the names of the presets that ship."""
    folder = resources.files(__package__) / "presets"
    return tuple(sorted(item.name[:-5] for item in folder.iterdir() if item.name.endswith(".toml")))


def load_preset(name: str | None) -> Preset:
    """Load a preset by name; no name is an empty preset.

    Raises
    ------
    SettingsError
        There is no preset of this name.
    """
    if name is None:
        return Preset()
    if name not in presets():
        raise SettingsError(f"unknown preset {name!r}; there are: {', '.join(presets())}")
    text = (resources.files(__package__) / "presets" / f"{name}.toml").read_text("utf-8")
    data = tomllib.loads(text)
    return Preset(data.get("columns", {}), data.get("files", {}), data.get("events", {}))


def check_columns(columns: ColumnNames) -> None:
    """Raise SettingsError unless every table and every contract name exists."""
    for table, names in columns.items():
        if table not in TABLES:
            raise SettingsError(f"[columns.{table}]: unknown table; there are: {', '.join(TABLES)}")
        for source, target in names.items():
            if target not in TABLES[table].known:
                near = _nearest(target, TABLES[table].known)
                raise SettingsError(
                    f"[columns.{table}] {source} = {target!r}: no such column{near}; "
                    f"{table} has: {', '.join(TABLES[table].known)}"
                )


def rename_columns(
    raw: RawTable, preset: Mapping[str, str], given: Mapping[str, str]
) -> pl.DataFrame:
    """Give the columns of a raw table their contract names.

    Names are compared as written, then without regard to case. A mapped name wins over a column
    that has the contract name already; that one is ignored.

    Parameters
    ----------
    preset, given
        Contract name per source name, from the preset (may miss) and from settings (must exist).

    Raises
    ------
    InputError
        A mapped or a required column is missing, or two columns get the same name.
    """
    spec = TABLES[raw.name]
    have = [column for column in raw.frame.columns if column != ROW]
    lower = {column.lower(): column for column in reversed(have)}
    mapped: dict[str, str] = {}
    for source, target in (*preset.items(), *given.items()):
        column = source if source in have else lower.get(source.lower())
        if column is not None:
            mapped[column] = target
        elif source in given:
            raise InputError(
                f"{raw.origin}: [columns.{raw.name}] names the column {source!r}, which is not "
                f"there{_nearest(source, have)}; it has: {_listing(have)}"
            )
    free = [column for column in have if column not in mapped]
    named = {column: column.lower() for column in free if column.lower() in spec.known}
    shadowed = [column for column, target in named.items() if target in mapped.values()]
    renamed = mapped | {column: to for column, to in named.items() if column not in shadowed}
    _check_twice(raw, renamed)
    frame = raw.frame.drop(shadowed).rename(renamed)
    _check_required(raw, spec, frame)
    return frame


def _check_twice(raw: RawTable, renamed: Mapping[str, str]) -> None:
    by_target: dict[str, str] = {}
    for column, target in renamed.items():
        if target in by_target:
            raise InputError(
                f"{raw.origin}: the columns {by_target[target]!r} and {column!r} are both "
                f"{target}; rename one of them"
            )
        by_target[target] = column


def _check_required(raw: RawTable, spec: TableSpec, frame: pl.DataFrame) -> None:
    have = [column for column in frame.columns if column != ROW]
    for name in spec.required:
        if name not in have:
            raise InputError(
                f"{raw.origin}: the required column {name!r} is missing"
                f"{_hint(spec, name, have)}; it has: {_listing(have)}"
            )
    if spec.one_of and not set(spec.one_of) & set(have):
        raise InputError(
            f"{raw.origin}: at least one of {', '.join(spec.one_of)} is needed; "
            f"it has: {_listing(have)}"
        )


def _hint(spec: TableSpec, name: str, have: list[str]) -> str:
    lower = {column.lower(): column for column in have if column not in spec.known}
    known = [lower[alias] for alias in spec.column(name).aliases if alias in lower]
    near = difflib.get_close_matches(name, lower, n=1, cutoff=0.6)
    likely = (known or [lower[match] for match in near])[:1]
    if not likely:
        return f' (map another column to it: [columns.{spec.name}] other = "{name}")'
    return f' ({likely[0]!r} looks like it: [columns.{spec.name}] {likely[0]!r} = "{name}")'


def _nearest(name: str, have: list[str] | tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, have, n=1, cutoff=0.6)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _listing(names: list[str]) -> str:
    shown = ", ".join(repr(name[:60]) for name in names[:12])
    return shown + (f" and {len(names) - 12} more" if len(names) > 12 else "")
