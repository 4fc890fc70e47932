"""Tables on standard output; text from strangers is shown with its tricks written out."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import typer

from ..safetext import visible
from .options import Format

if TYPE_CHECKING:
    import polars as pl

_WIDTH_OF_A_FILE = 160
_LONGEST = 200
_LONGEST_UNBROKEN = 24
_ROOMY = 140


def show(
    frame: pl.DataFrame, form: Format, title: str = "", *, spare: tuple[str, ...] = ()
) -> None:
    """Print a table.

    Parameters
    ----------
    frame
        What to print.
    form
        How.
    title
        Stands above a table for people.
    spare
        Columns that such a table does without in a narrow window.
    """
    if form is Format.JSON:
        show_json(records(frame))
    elif form is Format.CSV:
        _show_csv(frame)
    else:
        _show_table(frame, title, spare)


def show_json(value: object) -> None:
    """Print JSON in ASCII: no terminal acts on what a stranger wrote."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=True, allow_nan=False))


def show_facts(facts: Mapping[str, object]) -> None:
    """Print name and value, a line each; blank values are left out, each reason has its line."""
    known = {name: _cell(value) for name, value in facts.items()}
    width = max(map(len, known), default=0)
    for name, value in known.items():
        if value:
            lines = value.split("; ") if name in {"reasons", "why"} else [value]
            typer.echo(f"{name:<{width}}  " + f"\n{'':<{width}}  ".join(lines))


def records(frame: pl.DataFrame) -> list[dict[str, object]]:
    """Rows as dicts that JSON can hold: times in ISO 8601, no NaN."""
    return [plain(row) for row in frame.iter_rows(named=True)]


def plain(row: Mapping[str, object]) -> dict[str, object]:
    """Return a row as JSON can hold it."""
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _show_csv(frame: pl.DataFrame) -> None:
    import polars as pl

    from ..csvsafe import to_csv

    text = pl.col(pl.String)
    safe = frame.with_columns(text.map_elements(visible, return_dtype=pl.String))
    typer.echo(to_csv(safe), nl=False)


def _show_table(frame: pl.DataFrame, title: str, spare: tuple[str, ...]) -> None:
    import polars.selectors as cs
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, _WIDTH_OF_A_FILE)
    if frame.is_empty():
        console.print(Text(title))
        return
    if console.width < _ROOMY:
        frame = frame.drop(spare)
    table = Table(title=title or None, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    frame = frame.select(column for column in frame if not _is_blank(column)).with_columns(
        cs.by_name("kinds", "link_kinds", require_all=False).str.replace_all(";", ", ")
    )
    for column in frame:
        side: Literal["left", "right"] = "right" if column.dtype.is_numeric() else "left"
        table.add_column(column.name, justify=side, overflow="fold", no_wrap=_is_unbroken(column))
    for row in frame.iter_rows():
        table.add_row(*(Text(_short(_cell(value))) for value in row))
    console.print(table)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _is_blank(column: pl.Series) -> bool:
    """Whether a column that has rows says nothing in any."""
    return len(column) > 0 and all(value in {None, ""} for value in column)


def _is_unbroken(column: pl.Series) -> bool:
    """Whether a column stays on one line in a narrow window: ids to copy, numbers, times."""
    if column.dtype.is_numeric() or column.dtype.is_temporal():
        return True
    longest = column.cast(str).str.len_chars().max()
    name = column.name.endswith(("_id", "account_a", "account_b")) or column.name == "status"
    return name and (not isinstance(longest, int) or longest <= _LONGEST_UNBROKEN)


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.3f}"
    return visible(value)
