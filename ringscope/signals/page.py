"""From sections of text, charts and tables to one HTML file that loads nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ..safetext import visible


@dataclass(frozen=True)
class Section:
    """One part of a page.

    Attributes
    ----------
    title, text
        Heading, and what to make of what stands below.
    charts
        SVG by caption.
    frame
        Shown as a table; numbers with up to four digits.
    """

    title: str
    text: str = ""
    charts: Mapping[str, Markup] = field(default_factory=dict)
    frame: pl.DataFrame | None = None

    @property
    def table(self) -> dict[str, Any] | None:
        """Columns and cells as text; None where there is no table."""
        if self.frame is None:
            return None
        columns = [{"name": c.name, "numeric": c.dtype.is_numeric()} for c in self.frame]
        return {
            "columns": columns,
            "rows": [[_cell(value) for value in row] for row in self.frame.iter_rows()],
        }


def render(
    title: str,
    lead: str,
    figures: Mapping[str, object],
    sections: Sequence[Section],
    foot: str = "",
) -> str:
    """The page as HTML text: every text is escaped, and nothing is loaded or run.

    Parameters
    ----------
    title, lead, foot
        Heading, what the page is about, last line.
    figures
        Headline figures by their words.
    sections
        Parts in order.
    """
    sheet = (files(__package__) / "static" / "page.css").read_text("utf-8")
    style = Markup(sheet)  # noqa: S704 - our own style sheet
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    shown = {name: _cell(value) for name, value in figures.items()}
    page = _environment().get_template("page.html")
    return page.render(
        title=title, lead=lead, figures=shown, sections=sections, foot=foot,
        style=style, policy=policy,
    )  # fmt: skip


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _shown(value: object) -> object:
    """Text with its tricks written out; what is markup already stays."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.4g}"
    return visible(value)
