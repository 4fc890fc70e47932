"""The app in a real browser: a person's evening, keys, and markup from strangers is text."""

from __future__ import annotations

import socket
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import uvicorn

from ringscope import Run
from ringscope.nightly.job import Night, nightly
from ringscope.store import Store
from ringscope.verdicts.decide import verdicts_of
from ringscope.web import Place, make_app
from ringscope.web.reading import Reading

pytestmark = pytest.mark.browser

RING = "R-00000001"


class Server(uvicorn.Server):
    """The app on a port of this machine, in a thread."""

    def __init__(self, place: Place) -> None:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        app = make_app(place)
        super().__init__(uvicorn.Config(app, port=port, log_level="error", lifespan="off"))
        self.url = f"http://127.0.0.1:{port}"
        self.up = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        assert self.up.wait(30)

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.up.set()

    def stop(self) -> None:
        self.should_exit = True
        self.thread.join(20)


@pytest.fixture
def serve() -> Iterator[Callable[[Place], str]]:
    servers: list[Server] = []

    def start(place: Place) -> str:
        servers.append(Server(place))
        return servers[-1].url

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def visit(chromium: Any) -> Iterator[Callable[..., tuple[Any, list[str]]]]:
    contexts: list[Any] = []

    def start(base: str, **context: Any) -> tuple[Any, list[str]]:
        trouble: list[str] = []
        contexts.append(chromium.new_context(base_url=base, accept_downloads=True, **context))
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: trouble.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: trouble.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (trouble.append("dialog"), dialog.dismiss()))
        page.on("request", lambda request: trouble.append(request.url)
                if not request.url.startswith((base, "data:")) else None)  # fmt: skip
        return page, trouble

    yield start
    for one in contexts:
        one.close()


def test_an_evening_of_an_investigator(
    serve: Callable[[Place], str],
    visit: Callable[..., Any],
    platform: Path,
    tmp_path: Path,
    chromium: Any,
) -> None:
    folder = tmp_path / "store"
    nightly(folder, Night(data=platform, date=date(2026, 3, 4), canaries=False))
    base = serve(Place(store=folder))
    page, trouble = visit(base)
    page.goto("/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rings/*")
    page.locator(".canvas canvas").first.wait_for(state="attached")
    assert "device d1" in page.locator(".said").inner_text()
    page.keyboard.press("d")
    assert page.evaluate("document.activeElement.value") == "confirm"
    page.get_by_label("Confirm").check()
    page.get_by_label("Your name").fill("Ann")
    page.get_by_label("Reason").fill("four accounts on one device")
    page.get_by_role("button", name="Write it down").click()
    page.locator(".banner", has_text="Written down as v1").wait_for()
    page.goto("/journal")
    assert "four accounts on one device" in page.locator("main").inner_text()
    nightly(folder, Night(data=platform, date=date(2026, 3, 5), canaries=False))
    page.goto("/")
    row = page.locator(".walk tbody tr").first
    assert "confirmed" in row.inner_text()
    assert Store.open(folder).run().frame("rings")["status"].to_list() == ["confirmed"]
    row.locator("a.id").first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Case packet").click()
    packet = tmp_path / "case.zip"
    download.value.save_as(packet)
    with zipfile.ZipFile(packet) as packed:
        packed.extract("case.html", tmp_path)
    offline = chromium.new_context(offline=True).new_page()
    offline.goto((tmp_path / "case.html").as_uri())
    offline.locator(".canvas canvas").first.wait_for(state="attached")
    assert verdicts_of(Store.open(folder))[0].who == "Ann"
    assert trouble == []


def test_a_hub_is_folded_and_unfolds_and_time_can_be_turned_back(
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
