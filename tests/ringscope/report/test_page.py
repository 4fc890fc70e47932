from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import polars as pl
import pytest

from ringscope.report import render, report_data
from ringscope.report.page import island

Planted = Callable[..., dict[str, pl.DataFrame]]


class Outline(HTMLParser):
    """Collects what can load or run something."""

    def __init__(self) -> None:
        super().__init__()
        self.policy = ""
        self.code: list[str] = []
        self.styles: list[str] = []
        self.islands: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if named.get("http-equiv"):
            self.policy = named["content"] or ""
        self._inside = "style" if tag == "style" else "code" if tag == "script" else ""
        if tag == "script" and named.get("type"):
            self._inside = "islands"

    def handle_data(self, data: str) -> None:
        if self._inside:
            {"style": self.styles, "code": self.code, "islands": self.islands}[self._inside].append(
                data
            )

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""


def outline(html: str) -> Outline:
    parser = Outline()
    parser.feed(html)
    return parser


@pytest.fixture
def page(planted: Planted, metrics: dict[str, Any], manifest: dict[str, Any]) -> str:
    return render(report_data(planted(), metrics, manifest))


def digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_the_policy_names_exactly_the_code_and_style_in_the_file(page: str) -> None:
    found = outline(page)
    allowed = set(re.findall(r"'(sha256-[^']+)'", found.policy))
    assert {digest(text) for text in found.code + found.styles} == allowed
    assert len(found.code) == 3
    assert found.policy.startswith("default-src 'none';")
    assert "unsafe" not in found.policy


def test_nothing_points_out_of_the_file(page: str) -> None:
    for tag, name, value in outline(page).attributes:
        assert name not in {"src", "style", "srcset", "action"}, (tag, name, value)
        assert not name.startswith("on"), (tag, name, value)
        if name == "href":
            assert (value or "").startswith("#"), (tag, value)


def test_islands_are_json_without_markup(page: str) -> None:
    found = outline(page).islands
    assert len(found) > 10
    for text in found:
        json.loads(text)
        assert not set("<>&\u2028\u2029") & set(text)


def test_an_island_returns_what_went_in() -> None:
    value = {"a": "</script><!-- &amp; \u2028\u2029 \x00 \U0001f600"}
    text = str(island(value))
    assert json.loads(text) == value
    assert "</" not in text


def test_equal_runs_give_equal_bytes_whatever_the_order_of_rows(
    planted: Planted, metrics: dict[str, Any], manifest: dict[str, Any]
) -> None:
    frames = planted(labels=True)
    shuffled = {
        name: frame.sample(fraction=1, shuffle=True, seed=3) for name, frame in frames.items()
    }
    first = render(report_data(frames, metrics, manifest))
    assert render(report_data(frames, metrics, manifest)) == first
    assert render(report_data(shuffled, metrics, manifest)) == first


def test_frames_read_back_from_csv_give_the_same_page(
    planted: Planted, metrics: dict[str, Any], manifest: dict[str, Any]
) -> None:
    frames = planted()
    again = frames | {
        "ring_members": frames["ring_members"].with_columns(pl.col("joined").cast(str))
    }
    expected = render(report_data(frames, metrics, manifest))
    assert render(report_data(again, metrics, manifest)) == expected


def test_the_confidence_of_orphans_stands_in_place_of_their_stability(
    planted: Planted, metrics: dict[str, Any], manifest: dict[str, Any]
) -> None:
    frames = planted(sizes=(5,), suspected=0)
    members = frames["ring_members"].with_columns(stability=0.0, confidence=0.625)
    page = render(report_data(frames | {"ring_members": members}, metrics, manifest))
    assert page.count('data-v="0">62% sure</td>') == 5


def test_no_labels_is_said(planted: Planted, manifest: dict[str, Any]) -> None:
    html = render(report_data(planted(labels=False), {}, manifest))
    assert "No labels: no supervised model was used." in html


def test_an_empty_run_renders() -> None:
    html = render(report_data({}, {}, {}))
    assert "No account was read." in html
    assert "No ring was found." in html


def test_sixty_rings_stay_below_five_megabytes(
    planted: Planted, metrics: dict[str, Any], manifest: dict[str, Any]
) -> None:
    sizes = [220, 180, 150, 90, 60] + [40] * 20 + [12] * 35
    html = render(report_data(planted(sizes=sizes), metrics, manifest))
    assert len(html.encode()) < 5_000_000


def test_control_characters_are_shown_as_pictures(
    planted: Planted, metrics: dict[str, Any], manifest: dict[str, Any]
) -> None:
    html = render(report_data(planted(names=["nul\x00esc\x1b"]), metrics, manifest))
    assert "nul␀esc␛" in html
    assert "\x00" not in html
