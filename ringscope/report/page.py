"""From report data to one HTML file that needs nothing else and may load nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from ..words import kind_words
from .looks import OTHER, look

# What would end a script element or start a new line for an old script engine.
_JSON_ESCAPES = str.maketrans(
    {"<": r"\u003c", ">": r"\u003e", "&": r"\u0026", "\u2028": r"\u2028", "\u2029": r"\u2029"}
)
# Controls that a browser drops or refuses are shown by their pictures.
_PICTURES = str.maketrans(
    {code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\t\n"} | {127: "␡"}
)
_SCRIPTS = ("vendor/cytoscape.min.js", "static/graph.js", "static/report.js")
_STYLES = ("static/report.css", "static/rings.css", "static/print.css")


def render(data: Mapping[str, Any]) -> str:
    """The report as HTML text: a pure function of its data.

    Every text is escaped, the security policy allows only the styles and scripts that stand in
    the file (by their hash), and nothing is loaded from anywhere.

    Parameters
    ----------
    data
        Result of `report_data`.
    """
    here = __package__
    return offline(
        environment(here).get_template("page.html"),
        data,
        scripts=[asset(here, name) for name in _SCRIPTS],
        styles=[asset(here, name) for name in _STYLES],
    )


def offline(
    template: Template, data: Mapping[str, Any], *, scripts: list[Markup], styles: list[Markup]
) -> str:
    """A page that holds its scripts and styles, and allows no others by its security policy."""
    style = Markup("\n").join(styles)
    policy = _policy(scripts, style)
    return template.render(data, scripts=scripts, style=style, policy=policy) + "\n"


@cache
def environment(*packages: str) -> Environment:
    """Templates of some packages, the first that has one wins; every text is escaped."""
    made = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"island": island, "kind": kind_words}
    made.globals |= {"look": look, "other_look": OTHER}
    return made


def island(value: object) -> Markup:
    r"""JSON that is safe inside a script element.

    Examples
    --------
    >>> print(island({"name": "</script>"}))
    {"name":"\u003c/script\u003e"}
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.translate(_JSON_ESCAPES))  # noqa: S704 - escaped in the line itself


def _visible(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, Markup) and not value.isprintable():
        return value.translate(_PICTURES)
    return "" if value is None else value


@cache
def asset(package: str, name: str) -> Markup:
    """A file of one of our packages, trusted as it is."""
    text = files(package).joinpath(name).read_text(encoding="utf-8")
    return Markup(text.strip())  # noqa: S704 - our own file


def _policy(scripts: list[Markup], style: Markup) -> str:
    hashes = " ".join(_hash(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src {_hash(style)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
