"""A small server on this machine for the page of links, the guide and the style sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from ingest.errors import ServerError

from .pages import guide_asciidoc, guide_html, links_page
from .start import KEYS
from .style import grass

PORT = 7480
_OWN_NAMES = ("localhost", "127.0.0.1")
_LONGEST = 1_000
_HTML, _TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'"


def make_server(
    start: Mapping[str, str], browser: str, bolt: str = "", port: int = PORT
) -> ThreadingHTTPServer:
    """Return a server that listens on this machine; `serve_forever` runs it.

    Parameters
    ----------
    start
        Values that stand in the fields at first, see `start.find_start`.
    browser, bolt
        Address of Neo4j Browser, and of the server that it connects to.
    port
        Where to listen; 0 takes a free one.

    Raises
    ------
    ServerError
        The port is taken.
    """
    parts = urlsplit(browser)
    origin = f"{parts.scheme}://{parts.netloc}"

    class Handler(_Handler):
        pages = _routes(start, browser, bolt)
        allowed_origin = origin

    try:
        return ThreadingHTTPServer(("127.0.0.1", port), Handler)
    except OSError as error:
        raise ServerError(
            f"port {port} is taken ({error.strerror}); choose another with --port"
        ) from error


Page = Callable[[Mapping[str, str], str], str]


def _routes(start: Mapping[str, str], browser: str, bolt: str) -> dict[str, tuple[str, Page]]:
    """Path -> type, and what makes the page of the values asked for and the server's address."""

    def links(asked: Mapping[str, str], here: str) -> str:
        return links_page({**start, **asked}, browser, bolt, f"http://{here}")

    def guide(asked: Mapping[str, str], here: str) -> str:
        return guide_html({**start, **asked}, f"http://{here}")

    def guide_text(asked: Mapping[str, str], here: str) -> str:
        return guide_asciidoc({**start, **asked}, f"http://{here}")

    return {
        "/": (_HTML, links),
        "/guide.html": (_HTML, guide),
        "/guide.adoc": (_TEXT, guide_text),
        "/ringscope.grass": (_TEXT, lambda *_: grass()),
    }


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD for its pages, and OPTIONS for the Browser's question of origin."""

    pages: Mapping[str, tuple[str, Page]]
    allowed_origin: str
    server_version, sys_version = "ringscope", ""

    def do_GET(self) -> None:
        """Send a page."""
        self._answer()

    def do_HEAD(self) -> None:
        """Send the head of a page."""
        self._answer()

    def do_OPTIONS(self) -> None:
        """Say that Neo4j Browser may read the pages."""
        self._send(HTTPStatus.NO_CONTENT, _TEXT, "")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Stay silent: what a page was asked for is nobody's business."""

    def _answer(self) -> None:
        here = self.headers.get("Host", "")
        # Another name for this machine would let a foreign page read this one.
        if here.rpartition(":")[0] not in _OWN_NAMES:
            self._send(HTTPStatus.MISDIRECTED_REQUEST, _TEXT, "open it as http://localhost")
            return
        url = urlsplit(self.path)
        if url.path not in self.pages or len(self.path) > _LONGEST * len(KEYS):
            self._send(HTTPStatus.NOT_FOUND, _TEXT, "no such page")
            return
        asked = {name: text[:_LONGEST] for name, text in parse_qsl(url.query) if name in KEYS}
        kind, make = self.pages[url.path]
        self._send(HTTPStatus.OK, kind, make(asked, here))

    def _send(self, status: HTTPStatus, kind: str, text: str) -> None:
        body = text.encode("utf-8", "replace")
        self.send_response(status)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            "Content-Security-Policy": _POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
            "Access-Control-Allow-Origin": self.allowed_origin,
            "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
            "Access-Control-Allow-Headers": "*",
            "Access-Control-Allow-Private-Network": "true",
            "Vary": "Origin",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
