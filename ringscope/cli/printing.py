"""Tables on standard output; text from strangers is shown with its tricks written out."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from ..safetext import visible
from .options import Format

if TYPE_CHECKING:
    import polars as pl

_WIDTH_OF_A_FILE = 160
_LONGEST = 200


def show(frame: pl.DataFrame, form: Format, title: str = "") -> None:
    """Print a table."""
    if form is Format.JSON:
        show_json(records(frame))
    elif form is Format.CSV:
        _show_csv(frame)
    else:
        _show_table(frame, title)


def show_json(value: object) -> None:
    """Print JSON in ASCII: no terminal acts on what a stranger wrote."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=True, allow_nan=False))


def show_facts(facts: Mapping[str, object]) -> None:
    """Print name and value, a line each; blank values are left out, reasons get a line each."""
    known = {name: _cell(value) for name, value in facts.items()}
    width = max(map(len, known), default=0)
    for name, value in known.items():
        if value:
            lines = value.split("; ") if name == "reasons" else [value]
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


def _show_table(frame: pl.DataFrame, title: str) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, _WIDTH_OF_A_FILE)
    table = Table(title=title or None, title_justify="left")
    frame = frame.select(column for column in frame if not _is_blank(column))
    for name, dtype in frame.schema.items():
        table.add_column(name, justify="right" if dtype.is_numeric() else "left", overflow="fold")
    for row in frame.iter_rows():
        table.add_row(*(Text(_short(_cell(value))) for value in row))
    console.print(table)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _is_blank(column: pl.Series) -> bool:
    """Whether a column that has rows says nothing in any."""
    return len(column) > 0 and all(value in {None, ""} for value in column)


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.3f}"
    return visible(value)
