"""The real Neo4j Browser of a real server, in a real web browser.

With RINGSCOPE_NEO4J_PICTURES=RUN the pictures of the manual are taken of that run.
"""

from __future__ import annotations

import html
import os
import re
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ringscope import Run
from ringscope.browser import deep_link, find_start, make_server
from ringscope.neo4j import Home, Target, connect
from ringscope.neo4j.load import load
from ringscope.queries import bind, get

pytestmark = [pytest.mark.neo4j, pytest.mark.browser]

DOCS = Path(__file__).parents[3] / "docs" / "images"
PICTURED = os.environ.get("RINGSCOPE_NEO4J_PICTURES")
WAIT = 60_000
NASTY = "x' \") RETURN 1; :clear => {} \\ & # % + <b> \u202e \U0001f600"


@pytest.fixture
def loaded(finished: Run, neo4j_empty: Target) -> Target:
    run = Run.open(PICTURED) if PICTURED else finished
    load(run, neo4j_empty, tell=lambda name, rows: None)
    return neo4j_empty


@pytest.fixture
def start(loaded: Target) -> dict[str, str]:
    with connect(loaded) as driver:
        return find_start(driver)


@pytest.fixture
def browser_url(loaded: Target) -> str:
    facts = Home.default().facts()
    assert facts
    return facts.browser


@pytest.fixture
def pages(start: dict[str, str], browser_url: str, loaded: Target) -> Iterator[str]:
    server = make_server(start, browser_url, loaded.uri, port=0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def visit(chromium: Any, loaded: Target) -> Iterator[Callable[[str], Any]]:
    """Open an address of Neo4j Browser and log in as a person would."""
    contexts = []

    def open_and_log_in(url: str) -> Any:
        contexts.append(chromium.new_context(viewport={"width": 1400, "height": 1000}))
        page = contexts[-1].new_page()
        page.set_default_timeout(WAIT)
        page.goto(url)
        password = page.locator("[data-testid=password]")
        password.fill(loaded.password)
        name = page.locator("[data-testid=username]")
        if not name.input_value():
            name.fill("neo4j")
        password.press("Enter")
        password.wait_for(state="detached")
        return page

    yield open_and_log_in
    for context in contexts:
        context.close()


def keep(page: Any, name: str, tmp_path: Path) -> None:
    page.wait_for_timeout(3_000 if PICTURED else 0)
    page.screenshot(path=(DOCS if PICTURED else tmp_path) / f"neo4j-{name}.png")


def link_of(pages: str, question: str) -> str:
    text = urllib.request.urlopen(f"{pages}/").read().decode()  # noqa: S310 - our own server
    found = re.search(rf'href="([^"]+)"[^>]*>{re.escape(html.escape(question))}<', text)
    assert found, question
    return html.unescape(found[1])


def fills(page: Any) -> set[str]:
    """Colours of the nodes that are drawn."""
    script = "nodes => nodes.map(node => node.getAttribute('fill'))"
    return set(page.locator("g.node circle.b-outline").evaluate_all(script))


def test_a_deep_link_draws_the_ring_in_its_colours(
    pages: str, visit: Callable[[str], Any], start: dict[str, str], tmp_path: Path
) -> None:
    page = visit(link_of(pages, "What does this ring look like?"))
    # The colours come with the connection, before anybody has set anything.
    page.get_by_text("node.HighRisk").first.wait_for()
    page.locator("[data-testid=editor-Run]").click()
    page.locator("g.node").first.wait_for()
    captions = "".join(page.locator("g.node text.caption").all_text_contents())
    assert start["ring_id"] in captions
    assert re.search(r"\d%", captions)
    assert "core" in page.locator("g.relationship text").all_text_contents()
    assert {"#3E3A63", "#D64545"} <= fills(page)
    if not PICTURED:
        assert page.locator("g.node").count() == 6
    keep(page, "ring", tmp_path)


def test_the_guide_leads_from_page_to_page(
    pages: str, visit: Callable[[str], Any], start: dict[str, str], tmp_path: Path
) -> None:
    page = visit(link_of(pages, "Guide: from top ring to decision"))
    page.get_by_text("From tonight's top ring to a decision").wait_for()
    page.get_by_text(f'"ring_id": "{start["ring_id"]}"').click()
    page.locator("[data-testid=editor-Run]").click()
    page.locator("[data-testid=frameCommand]").filter(has_text=":params").first.wait_for()
    page.get_by_text(":style http").first.click()
    page.locator("[data-testid=editor-Run]").click()
    page.get_by_text("node.HighRisk").first.wait_for()
    page.locator("[data-testid=nextSlide]").click()
    page.locator("[data-testid=nextSlide]").click()
    page.get_by_text("2. See the ring").wait_for()
    keep(page, "guide", tmp_path)
    page.locator("pre.runnable:visible").first.click()
    page.locator("[data-testid=editor-Run]").click()
    page.locator("g.node").first.wait_for()


def test_text_of_a_stranger_is_a_value_in_the_browser(
    visit: Callable[[str], Any], browser_url: str, loaded: Target
) -> None:
    query = get("account-why")
    with connect(loaded) as driver:
        driver.execute_query(
            "CREATE (:Account {account_id: $text, risk: 0.5, action: 'found it'})", text=NASTY
        )
    link = deep_link(query.cypher, bind(query, {"account_id": NASTY}), browser_url, bolt=loaded.uri)
    page = visit(link)
    page.locator("[data-testid=editor-Run]").click()
    # The values are set first, then the question is asked.
    page.locator("[data-testid=multi-statement-list-title]").nth(1).click()
    page.get_by_text("SUCCESS").first.wait_for()
    page.locator("[data-testid=activeEditor]").click()
    page.keyboard.type("RETURN $account_id AS given")
    page.locator("[data-testid=editor-Run]").click()
    page.get_by_text("RETURN 1; :clear => {}").first.wait_for()
    with connect(loaded) as driver:
        found = driver.execute_query("MATCH (a:Account) WHERE a.action = 'found it' RETURN a")
        assert [record["a"]["account_id"] for record in found.records] == [NASTY]
        driver.execute_query("MATCH (a:Account {action: 'found it'}) DELETE a")


def test_pictures_of_the_manual(
    pages: str, visit: Callable[[str], Any], chromium: Any, tmp_path: Path
) -> None:
    page = chromium.new_page(viewport={"width": 1400, "height": 1000})
    page.goto(f"{pages}/")
    assert page.locator("li a").count() >= 30
    assert page.evaluate("document.documentElement.scrollWidth") <= 1400
    keep(page, "questions", tmp_path)
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()
    if PICTURED:
        for name, question in {
            "account": "What is around this account?",
            "top": "What do the top rings look like side by side?",
        }.items():
            drawn = visit(link_of(pages, question))
            drawn.get_by_text("node.HighRisk").first.wait_for()
            drawn.locator("[data-testid=editor-Run]").click()
            drawn.locator("g.node").first.wait_for()
            keep(drawn, name, tmp_path)
