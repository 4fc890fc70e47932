"""A packet in a real browser: offline, drawn, and markup from strangers is text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ringscope import Run
from ringscope.case import case_packet

pytestmark = pytest.mark.browser

RING = "R-00000001"


@pytest.fixture
def look(chromium: Any, tmp_path: Path) -> Callable[..., Any]:
    def open_page(html: bytes, **context: Any) -> tuple[Any, list[str]]:
        path = tmp_path / "case.html"
        path.write_bytes(html)
        trouble: list[str] = []
        page = chromium.new_context(offline=True, **context).new_page()
        page.on("console", lambda message: trouble.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: trouble.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (trouble.append("dialog"), dialog.dismiss()))
        page.on("request", lambda request: trouble.append(request.url)
                if request.url != path.as_uri() else None)  # fmt: skip
        page.goto(path.as_uri())
        return page, trouble

    return open_page


def test_markup_from_strangers_is_text(
    hostile_run: Run, payloads: list[str], look: Callable[..., Any]
) -> None:
    packet = case_packet(hostile_run, RING)
    page, trouble = look(packet.files["case.html"])
    page.locator(".canvas canvas").first.wait_for(state="attached")
    page.locator(".canvas").hover()
    shown = set(page.evaluate("[...document.querySelectorAll('bdi')].map(e => e.textContent)"))
    assert [text for text in payloads if text not in shown] == []
    assert trouble == []


@pytest.mark.parametrize("width", [320, 1280])
def test_it_is_drawn_and_never_scrolls_sideways(
    finished: Run, look: Callable[..., Any], width: int
) -> None:
    html = case_packet(finished, RING).files["case.html"]
    page, trouble = look(html, viewport={"width": width, "height": 800}, color_scheme="dark")
    page.locator(".canvas canvas").first.wait_for(state="attached")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert trouble == []
