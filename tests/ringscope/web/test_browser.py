"""The app in a real browser: keys, widths, and markup from strangers is text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from ringscope import Run
from ringscope.web import Place
from ringscope.web.reading import Reading

pytestmark = pytest.mark.browser

RING = "R-00000001"


def test_a_hub_is_folded_and_unfolds(
    serve: Callable[[Place], str], visit: Callable[..., Any], hostile_run: Run, finished: Run
) -> None:
    seen = hostile_run.frame("identifiers")
    hostile_run._frames["identifiers"] = seen.with_columns(
        treatment=seen["value"].map_elements(lambda v: "cap" if v.endswith("3") else "", str)
    )
    place = Place(run=finished.folder)
    place._reading = Reading(hostile_run)
    page, trouble = visit(serve(place))
    page.goto(f"/rings/{RING}")
    button = page.locator(".unfold button").first
    before = page.evaluate("ringGraph.get(document.querySelector('.drawing')).nodes().length")
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    after = page.evaluate("ringGraph.get(document.querySelector('.drawing')).nodes().length")
    assert after == before + 1
    button.click()
    assert page.evaluate("ringGraph.get(document.querySelector('.drawing')).$('.open').length") == 0
    assert trouble == []


def test_markup_from_strangers_is_text_on_every_page(
    serve: Callable[[Place], str],
    visit: Callable[..., Any],
    hostile_run: Run,
    finished: Run,
    payloads: list[str],
) -> None:
    place = Place(run=finished.folder)
    place._reading = Reading(hostile_run)
    page, trouble = visit(serve(place))
    first, second = hostile_run.frame("ring_members")["account_id"][:2].to_list()
    value = hostile_run.frame("identifiers")["value"][30]
    shown: set[str] = set()
    for url in (
        "/", f"/rings/{RING}", f"/accounts/{quote(second, safe='')}",
        f"/why?a={quote(first)}&b={quote(second)}", f"/compare?a={RING}&b={RING}",
        f"/identifiers?kind=device&value={quote(value)}", f"/hubs?kind=device&value={quote(value)}",
        *(f"/search?q={quote(payload)}" for payload in payloads[::9]),
    ):  # fmt: skip
        page.goto(url)
        page.wait_for_load_state("networkidle")
        shown |= set(page.evaluate("[...document.querySelectorAll('bdi')].map(e => e.textContent)"))
    page.goto(f"/rings/{RING}")
    while page.locator(".further button").count():
        page.locator("tr[data-href]").last.wait_for()
        before = page.locator("tr[data-href]").count()
        page.locator(".further button").click()
        page.locator("tr[data-href]").nth(before).wait_for()
    shown |= set(page.evaluate("[...document.querySelectorAll('bdi')].map(e => e.textContent)"))
    assert len(payloads) >= 200
    assert [text for text in payloads if text not in shown] == []
    assert trouble == []


def test_markup_in_the_form_of_a_new_account_is_text(
    serve: Callable[[Place], str], visit: Callable[..., Any], finished: Run, payloads: list[str]
) -> None:
    page, trouble = visit(serve(Place(run=finished.folder)))
    page.goto("/score")
    for payload in payloads[::12]:
        for name in ("account_id", "email", "username", "phone", "device_id", "ip", "text"):
            page.locator(f"input[name={name}]").fill(payload)
        page.get_by_role("button", name="Look").click()
        page.locator("#answer").wait_for()
        assert page.locator("#answer h2 bdi").text_content() == payload.strip()
    assert trouble == []


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (390, "light"), (1366, "light")])
def test_no_page_scrolls_sideways(
    serve: Callable[[Place], str],
    visit: Callable[..., Any],
    finished: Run,
    width: int,
    scheme: str,
) -> None:
    long = Run(finished.folder, finished.manifest)
    accounts = finished.frame("accounts")
    names = ["w" * 300, "اسم طويل جدا لحساب مستخدم", "a b", *[None] * 20][: accounts.height]
    long._frames["accounts"] = accounts.with_columns(username=pad(names, accounts.height))
    place = Place(run=finished.folder)
    place._reading = Reading(long)
    page, trouble = visit(
        serve(place), viewport={"width": width, "height": 800}, color_scheme=scheme
    )
    for url in ("/", f"/rings/{RING}", "/accounts/a1", "/why?a=a0&b=b0", "/hubs", "/journal",
                "/quality", "/model", "/search?q=www", f"/compare?a={RING}&b={RING}"):  # fmt: skip
        page.goto(url)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, url
    assert trouble == []


def pad(names: list[str | None], size: int) -> Any:
    import polars as pl

    return pl.Series(names + [None] * (size - len(names)), dtype=pl.String)


def test_search_is_reached_by_keys_and_answers_while_typing(
    serve: Callable[[Place], str], visit: Callable[..., Any], finished: Run
) -> None:
    page, trouble = visit(serve(Place(run=finished.folder)))
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("d1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=d1")
    box = page.locator("main input[name=q]")
    box.fill("a3")
    page.locator("#results a", has_text="a3").first.wait_for()
    page.locator("h1").click()
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url("**/hubs")
    assert trouble == []
