from __future__ import annotations

import html
import http.client
import json
import re
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer

import pytest

from graph import kinds
from ingest import ServerError
from ringscope.browser import (
    grass,
    guide_asciidoc,
    guide_html,
    links_page,
    make_server,
    style_command,
)
from ringscope.browser.guide import STEPS, keys
from ringscope.browser.pages import CATEGORIES, FIELDS
from ringscope.browser.start import KEYS
from ringscope.queries import library

BROWSER = "http://localhost:7474/browser/"
START = {
    "ring_id": "R-1", "account_id": "a1", "other_id": "a2", "kind": "device", "value": "d1",
    "template": "T-1",
}  # fmt: skip
NASTY = "\"><script>alert(1)</script>'&{{7*7}}"


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    found = make_server(START, BROWSER, "bolt://localhost:7687", port=0)
    thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield found
    found.shutdown()
    found.server_close()
    thread.join()


def ask(
    server: ThreadingHTTPServer, path: str, method: str = "GET", host: str = "localhost"
) -> tuple[http.client.HTTPResponse, str]:
    port = server.server_address[1]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, headers={"Host": f"{host}:{port}"})
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response, text


def test_every_question_has_a_link_and_its_place() -> None:
    page = links_page(START, BROWSER)
    links = re.findall(r'href="([^"]+)"[^>]*>([^<]+)</a>', page)
    asked = {html.unescape(text) for link, text in links if "cmd=edit" in link}
    assert asked == {query.question for query in library().values()}
    assert set(CATEGORIES) == {query.category for query in library().values()}
    assert set(FIELDS) == set(KEYS)


def test_a_question_waits_for_what_it_needs() -> None:
    page = links_page({}, BROWSER)
    assert "needs ring, kind of identifier, identifier" in page
    assert page.count("cmd=edit") == sum(
        all(p.default is not None for p in query.parameters) for query in library().values()
    )


def test_text_of_strangers_stays_text_in_the_pages() -> None:
    values = dict.fromkeys(KEYS, NASTY)
    for page in (links_page(values, BROWSER, here="http://localhost:7480"), guide_html(values)):
        assert "<script" not in page
        assert "alert(1)</" not in page


def test_the_guide_walks_to_a_decision() -> None:
    page, text = guide_html(START), guide_asciidoc(START)
    assert page.count("<slide") == len(STEPS) + 1
    for step in STEPS:
        assert step.title in page
        assert step.title in text
        for name in step.questions:
            assert library()[name].reading in html.unescape(page)
            assert library()[name].question in text
    assert "ringscope verdict confirm R-1" in text
    assert set(keys()) <= set(KEYS)
    assert ':params {"ring_id": "R-1"' in text


def test_the_style_covers_every_kind_and_fits_one_setting() -> None:
    sheet, command = grass(), style_command()
    for kind in kinds().values():
        assert f"node.{kind.label} {{" in sheet
        assert f"relationship.{kind.relationship} {{" in sheet
    rules = json.loads(command.removeprefix("style "))
    assert next(iter(rules)) == "node"
    assert list(rules).index("node.HighRisk") > list(rules).index("node.Account")
    assert ";" not in command
    assert "\n" not in command


@pytest.mark.parametrize(
    ("path", "kind", "part"),
    [
        ("/", "text/html", "Questions for Neo4j Browser"),
        ("/?ring_id=R-2", "text/html", 'value="R-2"'),
        ("/guide.html", "text/html", '<article class="guide">'),
        ("/guide.adoc", "text/plain", "= From tonight"),
        ("/ringscope.grass", "text/plain", "node.HighRisk"),
    ],
)
def test_pages_are_served_for_the_browser(
    server: ThreadingHTTPServer, path: str, kind: str, part: str
) -> None:
    response, text = ask(server, path)
    assert response.status == 200
    assert response.headers.get_content_type() == kind
    assert response.headers["Access-Control-Allow-Origin"] == "http://localhost:7474"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert part in text


def test_the_browsers_question_before_reading_is_answered(server: ThreadingHTTPServer) -> None:
    response, text = ask(server, "/guide.html", "OPTIONS")
    assert (response.status, text) == (204, "")
    assert response.headers["Access-Control-Allow-Origin"] == "http://localhost:7474"


@pytest.mark.parametrize(
    ("path", "host", "status"),
    [
        ("/../pyproject.toml", "localhost", 404),
        ("/" + "x" * 9_000, "localhost", 404),
        ("/", "evil.example", 421),
        ("/guide.html", "localhost.evil.example", 421),
    ],
)
def test_nothing_else_is_served(
    server: ThreadingHTTPServer, path: str, host: str, status: int
) -> None:
    response, _ = ask(server, path, host=host)
    assert response.status == status


def test_what_is_asked_for_stays_text(server: ThreadingHTTPServer) -> None:
    _, text = ask(server, "/?value=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&unknown=1")
    assert "<script" not in text


def test_a_taken_port_is_one_clear_error(server: ThreadingHTTPServer) -> None:
    with pytest.raises(ServerError, match=r"is taken .*--port"):
        make_server({}, BROWSER, port=int(server.server_address[1]))
