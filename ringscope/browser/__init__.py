"""Neo4j Browser for investigators: deep links, the style, the guide and a page of links."""

from __future__ import annotations

from .links import BROWSER, deep_link
from .style import grass, style_command

__all__ = ["BROWSER", "deep_link", "grass", "style_command"]
