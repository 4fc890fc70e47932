"""The pages as files, for people who serve or keep them elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..run_folder import disk_errors
from .pages import guide_asciidoc, guide_html, links_page
from .style import grass


def write_files(folder: Path, start: Mapping[str, str], browser: str, bolt: str) -> list[Path]:
    """Write the page of links, the guide in both forms and the style sheet.

    Parameters
    ----------
    folder
        Where to write; made if it is not there, files of these names are replaced.
    start
        Values that the links hold.
    browser, bolt
        Address of Neo4j Browser, and of the server that it connects to.

    Raises
    ------
    RunError
        The disk refuses.
    """
    texts = {
        "questions.html": links_page(start, browser, bolt),
        "guide.html": guide_html(start),
        "guide.adoc": guide_asciidoc(start),
        "ringscope.grass": grass(),
    }
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]
