"""Neo4j Browser for investigators: deep links, the style, the guide and a page of links."""

from __future__ import annotations

from .links import BROWSER, command_link, deep_link
from .pages import guide_asciidoc, guide_html, links_page
from .server import make_server
from .start import find_start
from .style import grass, style_command

__all__ = [
    "BROWSER",
    "command_link",
    "deep_link",
    "find_start",
    "grass",
    "guide_asciidoc",
    "guide_html",
    "links_page",
    "make_server",
    "style_command",
]
