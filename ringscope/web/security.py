"""What every answer carries and what no request may do.

Pages are told from programs by the marks that browsers send. A change through a page needs them
and they must name this app; a program that calls the API sends none, and a browser that is made to
call the API by another site cannot leave them out.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import unquote, urlsplit

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse

MOST_BYTES = 8 << 20
"""Bytes that a request may send."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
NAME = "ringscope_name"
"""Cookie that remembers who decides."""
API = "/v1/"
MARKS = frozenset({"origin", "sec-fetch-site", "referer"})
"""Headers by which browsers say where a request comes from."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

Next = Callable[[Request], Awaitable[Response]]


def guard(hosts: frozenset[str]) -> Callable[[Request, Next], Awaitable[Response]]:
    """Make the check that each request passes.

    A request has to name a host that is known (a page elsewhere that points its own name at this
    machine is refused), a change has to come from our own pages, and no body may be huge.

    Parameters
    ----------
    hosts
        Names under which the app may be called.
    """

    async def check(request: Request, call_next: Next) -> Response:
        if not request.url.path.startswith(API):
            request.state.who = f"page {unquote(request.cookies.get(NAME, ''))[:80]}".strip()
        refusal = refused(request, hosts)
        response = refusal or await call_next(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not request.url.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-store"
        return response

    return check


def refused(request: Request, hosts: frozenset[str]) -> Response | None:
    """The answer to a request that must not pass; None if it may."""
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    if host not in hosts:
        return PlainTextResponse("unknown host: start the app with --host to allow it", 400)
    program = request.url.path.startswith(API) and not MARKS & set(request.headers)
    if request.method not in SAFE and not program and not _own(request):
        return PlainTextResponse("refused: the request comes from another site", 403)
    length = request.headers.get("content-length", "0")
    chunked = "transfer-encoding" in request.headers
    if chunked or not length.isdecimal() or int(length) > MOST_BYTES:
        return PlainTextResponse(f"too large: at most {MOST_BYTES >> 20} MB with a length", 413)
    return None


def _own(request: Request) -> bool:
    """Whether a change comes from a page of this app: both marks that browsers send must agree."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")
