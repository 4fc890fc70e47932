"""The report in a real browser: nothing runs, nothing leaves, and it can be worked with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ringscope.report import render, report_data

pytestmark = pytest.mark.browser

Planted = Callable[..., dict[str, pl.DataFrame]]


class Visit:
    """A page that remembers all that must not happen."""

    def __init__(self, chromium: Any, path: Path, html: str, **context: Any) -> None:
        path.write_bytes(html.encode())
        self.trouble: list[str] = []
        self.page = chromium.new_context(**context).new_page()
        self.page.set_default_timeout(10_000)
        note = self.trouble.append
        self.page.on("console", lambda message: note(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: note(f"error: {error}"))
        self.page.on("dialog", lambda dialog: (note(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.page.on("popup", lambda popup: note(f"popup: {popup.url}"))
        self.page.on("request", lambda request: self._request(request.url, path))
        self.page.goto(path.as_uri())

    def _request(self, url: str, path: Path) -> None:
        if url != path.as_uri():
            self.trouble.append(f"request: {url}")

    def open_all(self) -> None:
        self.page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        drawings = self.page.locator(".canvas")
        self.wait_count(".canvas canvas", 3 * drawings.count())

    def wait_count(self, selector: str, number: int) -> None:
        """Wait for so many elements, by selector: a policy without eval refuses functions."""
        self.page.locator(f":nth-match({selector}, {number})").wait_for(state="attached")


@pytest.fixture
def visit(chromium: Any, tmp_path: Path) -> Iterator[Callable[..., Visit]]:
    visits: list[Visit] = []

    def start(html: str, **context: Any) -> Visit:
        visits.append(Visit(chromium, tmp_path / "report.html", html, **context))
        return visits[-1]

    yield start
    for one in visits:
        one.page.context.close()


def hostile(planted: Planted, payloads: list[str]) -> dict[str, pl.DataFrame]:
    """Markup as user names, texts, identifiers, readings, reasons and refused cells."""
    frames = planted(sizes=(3,) * len(payloads[:40]), suspected=0, honest=20, names=payloads)
    texts = pl.Series(payloads)

    def spread(name: str, *columns: str) -> None:
        frame = frames[name]
        cells = texts.gather([place % len(payloads) for place in range(frame.height)])
        frames[name] = frame.with_columns(cells.alias(column) for column in columns)

    spread("accounts", "username")
    spread("rings", "reading", "innocent_reading", "why")
    spread("scores", "reasons", "action")
    swap = dict(zip(frames["identifiers"]["value"].unique().sort(), payloads, strict=False))
    for name in ("sightings", "identifiers", "evidence", "hubs"):
        frames[name] = frames[name].with_columns(pl.col("value").replace(swap))
    frames["quarantine"] = pl.DataFrame(
        {"table": payloads, "row": 1, "column": payloads, "value": payloads, "reason": payloads}
    )
    return frames


def test_markup_from_strangers_is_text(
    visit: Callable[..., Visit],
    planted: Planted,
    payloads: list[str],
    manifest: dict[str, Any],
) -> None:
    notes = {"notes": payloads, "settings": dict.fromkeys(payloads, payloads[0])}
    frames = hostile(planted, payloads)
    html = render(report_data(frames, {p: {p: {p: p}} for p in payloads}, manifest | notes))
    seen = visit(html)
    seen.open_all()
    seen.page.locator(".canvas").first.hover()
    seen.page.fill("#find", "<script>")
    seen.page.locator("#found", has_text="groups").wait_for()
    shown = set(
        seen.page.evaluate("[...document.querySelectorAll('bdi, li')].map(e => e.textContent)")
    )
    assert len(payloads) > 100
    assert [p for p in payloads if p not in shown] == []
    names = frames["accounts"].join(frames["ring_members"], on="account_id")["username"]
    assert [name for name in names.unique() if name not in shown] == []
    assert seen.trouble == []


@pytest.fixture
def page(planted: Planted, metrics: dict[str, Any], manifest: dict[str, Any]) -> str:
    return render(report_data(planted(), metrics, manifest))


def test_a_ring_is_drawn_when_it_is_opened(visit: Callable[..., Visit], page: str) -> None:
    seen = visit(page)
    assert seen.page.locator("canvas").count() == 0
    seen.page.locator("details.ring > summary").nth(1).click()
    seen.page.wait_for_selector("details[open] canvas")
    pixels = seen.page.evaluate(
        """() => [...document.querySelectorAll("canvas")].reduce((sum, canvas) => sum + canvas
        .getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
        .filter((v, i) => i % 4 === 3 && v > 0).length, 0)"""
    )
    assert pixels > 1000
    assert "#ring-" in seen.page.url
    assert seen.trouble == []


def test_search_finds_a_member_and_enter_opens_its_ring(
    visit: Callable[..., Visit], planted: Planted, page: str
) -> None:
    member = planted()["ring_members"].row(60, named=True)
    seen = visit(page)
    seen.page.keyboard.press("/")
    seen.page.keyboard.type(member["account_id"])
    seen.page.locator("#found", has_text="1 of 12 groups").wait_for()
    shown = seen.page.locator(".ring:visible")
    assert shown.count() == 1
    assert shown.first.get_attribute("data-ring") == member["ring_id"]
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_selector("details[open] tr.hit")
    seen.page.keyboard.press("/")
    seen.page.keyboard.press("Escape")
    assert seen.page.locator("details.ring:visible").count() == 12
    assert seen.trouble == []


def test_sorting_by_size_and_by_a_column(visit: Callable[..., Visit], page: str) -> None:
    seen = visit(page)
    seen.page.locator("#rings .head [data-sort=size]").click()
    sizes = seen.page.evaluate(
        "[...document.querySelectorAll('#list-rings .ring')].map(r => +r.dataset.size)"
    )
    assert sizes == sorted(sizes, reverse=True)
    risks = "[...document.querySelectorAll('#accounts td.n')].map(c => +c.dataset.v)"
    seen.page.locator("#accounts th button", has_text="Risk").click()
    seen.page.locator("#accounts th button", has_text="Risk").click()
    found = seen.page.evaluate(risks)
    assert found == sorted(found)
    assert seen.trouble == []


def test_arrow_keys_walk_the_rings(visit: Callable[..., Visit], page: str) -> None:
    seen = visit(page)
    seen.page.locator("details.ring > summary").first.focus()
    seen.page.keyboard.press("ArrowDown")
    seen.page.keyboard.press("ArrowDown")
    seen.page.keyboard.press("ArrowUp")
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_selector("details.ring:nth-child(2)[open] canvas")
    assert seen.trouble == []


@pytest.mark.parametrize(
    ("width", "scheme"), [(320, "dark"), (390, "light"), (800, "dark"), (1400, "light")]
)
def test_the_body_never_scrolls_sideways(
    visit: Callable[..., Visit],
    planted: Planted,
    metrics: dict[str, Any],
    manifest: dict[str, Any],
    width: int,
    scheme: str,
) -> None:
    names = ["w" * 300, "اسم طويل جدا لحساب مستخدم", "a normal name"]
    frames = planted(sizes=(12, 5, 3), suspected=1, names=names, honest=10)
    html = render(report_data(frames, metrics, manifest))
    seen = visit(html, viewport={"width": width, "height": 800}, color_scheme=scheme)
    seen.open_all()
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    assert seen.trouble == []


def test_it_reads_without_scripts_and_when_empty(visit: Callable[..., Visit], page: str) -> None:
    plain = visit(page, java_script_enabled=False)
    plain.page.locator("details.ring > summary").first.click()
    assert plain.page.locator("details[open] .members").first.is_visible()
    empty = visit(render(report_data({}, {}, {})))
    assert empty.page.locator("#rings .empty").is_visible()
    assert plain.trouble + empty.trouble == []
