from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ringscope.nightly.changes import changes
from ringscope.nightly.changes_page import changes_page, summary
from ringscope.nightly.story import with_history

Frames = dict[str, pl.DataFrame]
MakeRun = Callable[..., Frames]
NASTY = "<script>alert(1)</script>\u202e\x00"


@pytest.fixture
def found(make_run: MakeRun) -> dict[str, Any]:
    """Two rings that merge, one that is born with a nasty device, and an account that moved."""
    uses = {"d1": "a b c", "d2": "p q r"}
    first = with_history(make_run({"R-1": "a b c", "R-2": "p q r"}, uses), None, "n1")
    uses |= {"d3": "a b c p q r", NASTY: "x y z"}
    made = make_run(
        {"R-9": "a b c p q r", "R-8": "x y z"}, uses, day=12, first={"d3": 11}, risk={"a": 0.4}
    )
    return changes(first, with_history(made, first, "n2"), since="n1", run="n2")


def test_the_page_is_a_function_of_the_changes(found: dict[str, Any]) -> None:
    assert changes_page(found) == changes_page(found)


def test_what_strangers_wrote_is_escaped_and_nothing_is_loaded(found: dict[str, Any]) -> None:
    page = changes_page(found)
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "\u202e" not in page
    policy = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    assert len(policy) == 1
    assert policy[0].startswith("default-src &#39;none&#39;")
    assert not re.search(r'(src|href)="(?!#)', page)


def test_rings_are_told_with_cause_and_partner(found: dict[str, Any]) -> None:
    page = changes_page(found)
    assert "device d3 appeared in both on 12 May 2025" in page
    assert 'href="#ring-R-2"' in page
    assert "<b>3 → 6</b>" in page


def test_a_summary_in_one_sentence(found: dict[str, Any], make_run: MakeRun) -> None:
    assert summary(found) == "1 ring born, 2 rings in mergers, the risk of 1 account moved."
    same = with_history(make_run({"R-1": "a b c"}, {"d1": "a b c"}), None, "n1")
    nothing = changes(same, same, since="n1", run="n2")
    assert summary(nothing) == "Nothing changed."
    assert "Nothing happened to rings." in changes_page(nothing)


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1300])
def test_a_browser_shows_it_whole_and_complains_of_nothing(
    chromium: Any, found: dict[str, Any], tmp_path: Path, width: int
) -> None:
    (tmp_path / "changes.html").write_text(changes_page(found), encoding="utf-8")
    page = chromium.new_page(viewport={"width": width, "height": 800})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: said.append(request.url))
    page.goto((tmp_path / "changes.html").as_uri())
    assert [text for text in said if not text.startswith("file:")] == []
    assert page.locator(".story").count() == 3
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
