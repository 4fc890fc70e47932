"""The pages for investigators: deep links to every question, and the guide in two forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined

from ..queries import Query, library
from .guide import STEPS, keys, runnable
from .links import command_link, deep_link, params_command
from .start import KEYS
from .style import style_command

CATEGORIES = {
    "triage": "What to look at first",
    "ring": "One ring",
    "account": "One account",
    "identifier": "Identifiers",
    "template": "Message templates",
    "time": "Time",
    "quality": "Are we sure?",
    "feedback": "Decisions",
    "export": "Tables to take along",
}
FIELDS = {
    "ring_id": "Ring",
    "account_id": "Account",
    "other_id": "Second account",
    "kind": "Kind of identifier",
    "value": "Identifier",
    "template": "Template",
}


@dataclass(frozen=True)
class Entry:
    """A question on the page of links.

    Attributes
    ----------
    query
        The question.
    link
        Its deep link; empty while a value is missing.
    missing
        Names of the fields that it waits for.
    """

    query: Query
    link: str
    missing: tuple[str, ...]


def links_page(values: Mapping[str, str], browser: str, bolt: str = "", here: str = "") -> str:
    """Return the page of deep links.

    Parameters
    ----------
    values
        What stands in its fields, by name of the parameter.
    browser, bolt
        Address of Neo4j Browser, and of the server that it connects to.
    here
        Address under which guide and style sheet are served; empty leaves their links out.
    """
    entries = [_entry(query, values, browser, bolt) for query in library().values()]
    groups = groupby(entries, key=lambda entry: entry.query.category)
    return (
        _pages()
        .get_template("links.html")
        .render(
            groups=[(CATEGORIES[name], list(found)) for name, found in groups],
            fields=[(name, FIELDS[name], values.get(name, "")) for name in KEYS],
            names=FIELDS,
            guide=here and command_link("play", f"{here}/guide.html", browser, bolt=bolt),
            style=here
            and command_link("edit", f":style {here}/ringscope.grass", browser, bolt=bolt),
            browser=browser,
            css=css(),
        )
    )


def guide_html(values: Mapping[str, str], here: str = "") -> str:
    """Return the guide as `:play` draws it.

    Parameters
    ----------
    values
        What it begins with, by name of the parameter.
    here
        Address under which the style sheet is served; empty puts the style into the page.
    """
    return _pages().get_template("guide.html").render(_guide(values, here))


def guide_asciidoc(values: Mapping[str, str], here: str = "") -> str:
    """Return the guide as newer Browsers want it; see `guide_html`."""
    return _texts().get_template("guide.adoc").render(_guide(values, here))


def css() -> str:
    """Return the style sheet of the page of links."""
    return files(__package__).joinpath("static", "links.css").read_text(encoding="utf-8")


def _entry(query: Query, values: Mapping[str, str], browser: str, bolt: str) -> Entry:
    defaults = {p.name: p.default for p in query.parameters}
    given = {name: values.get(name) or default for name, default in defaults.items()}
    missing = tuple(name for name, value in given.items() if value is None)
    link = "" if missing else deep_link(query.cypher, given, browser, bolt=bolt)
    return Entry(query, link, missing)


def _guide(values: Mapping[str, str], here: str) -> dict[str, object]:
    given = {name: values.get(name) or f"put the {FIELDS[name].lower()} here" for name in keys()}
    return {
        "params": params_command(given),
        "style": f":style {here}/ringscope.grass" if here else f":{style_command()}",
        "ring": values.get("ring_id") or "RING",
        "steps": [
            (step, [(library()[name], runnable(name)) for name in step.questions]) for step in STEPS
        ],
    }


@cache
def _pages() -> Environment:
    return Environment(
        loader=PackageLoader(__package__ or ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _texts() -> Environment:
    return _pages().overlay(autoescape=False)
