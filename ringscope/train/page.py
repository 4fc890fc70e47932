"""Reports about tables and models: one HTML file that loads nothing, and the same as Markdown."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ringscope.safetext import visible


@dataclass(frozen=True)
class Grid:
    """A table: its columns, and rows of text or numbers; numbers stand on the right.

    Attributes
    ----------
    marked
        Row to bring out, if any.
    digits
        Decimals of numbers.
    places
        Decimals of columns that differ, by column name.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    caption: str = ""
    marked: int | None = None
    digits: int = 3
    places: Mapping[str, int] = field(default_factory=dict)

    def cell(self, value: object, place: int) -> str:
        """Return a cell of the column at `place` as text."""
        return shown(value, self.places.get(self.columns[place], self.digits))


@dataclass(frozen=True)
class Picture:
    """A drawing with its title and what it shows."""

    title: str
    svg: Markup
    caption: str = ""


@dataclass(frozen=True)
class Section:
    """A part of a page: sentences, then tables, then pictures, then what is folded away."""

    title: str
    note: str = ""
    text: Sequence[str] = ()
    grids: Sequence[Grid] = ()
    pictures: Sequence[Picture] = ()
    folded: Sequence[Picture] = ()
    fold_title: str = "More"


@dataclass(frozen=True)
class Page:
    """A report.

    Attributes
    ----------
    title, meta
        Heading, and what it is about.
    headline
        Triples (value, name, note) at the top.
    summary
        What to know, in sentences.
    """

    title: str
    meta: str
    headline: Sequence[tuple[str, str, str]] = ()
    summary: Sequence[str] = ()
    sections: Sequence[Section] = field(default_factory=tuple)


def html(page: Page) -> str:
    """Return the page as one file: every text escaped, nothing loaded from anywhere."""
    style, script = _style(), _file("static/sort.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    template = _environment().get_template("page.html")
    return template.render(page=page, style=style, script=script, policy=policy) + "\n"


def markdown(page: Page) -> str:
    """Return headings, sentences and tables of the page as Markdown; pictures are left out."""
    lines = [f"# {page.title}", "", page.meta, "", *page.summary]
    for section in page.sections:
        if not section.text and not section.grids:
            continue
        lines += ["", f"## {section.title}", "", *section.text]
        for grid in section.grids:
            lines += ["", *_rows(grid)]
    return "\n".join(lines).rstrip() + "\n"


def shown(value: object, digits: int = 3) -> str:
    """Return a cell as text: numbers rounded, nothing for None."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.{digits}f}"
    if isinstance(value, int):
        return f"{value:,}"
    return visible(value)


def _rows(grid: Grid) -> list[str]:
    body = [
        [grid.cell(value, place).replace("|", r"\|") for place, value in enumerate(row)]
        for row in grid.rows
    ]
    head = "| " + " | ".join(grid.columns) + " |"
    return [head, "|" + " --- |" * len(grid.columns), *("| " + " | ".join(r) + " |" for r in body)]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["amount"] = _is_amount
    return environment


def _is_amount(value: Any) -> bool:
    return value is None or isinstance(value, int | float)


@cache
def _style() -> Markup:
    base = files("ringscope").joinpath("report/static/report.css").read_text(encoding="utf-8")
    return Markup(base) + _file("static/train.css")  # noqa: S704 - our own file


@cache
def _file(name: str) -> Markup:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return Markup(text.strip())  # noqa: S704 - our own file


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
