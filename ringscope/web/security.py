"""What every answer carries, what no request may do, and who may not even look.

Pages are told from programs by the marks that browsers send. A change through a page needs them
and they must name this app; a program that calls the API sends none, and a browser that is made to
call the API by another site cannot leave them out.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from fastapi import HTTPException, Request, Response
from fastapi.responses import PlainTextResponse

from .people import SAFE, People

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
API = "/v1/"
MARKS = frozenset({"origin", "sec-fetch-site", "referer"})
"""Headers by which browsers say where a request comes from."""
OPEN = ("/static/", "/sign-in", "/favicon.ico")
"""Pages that need nobody to have signed in: they show no data."""

Next = Callable[[Request], Awaitable[Response]]
Ask = Callable[[Request, int, str], Response]


def guard(
    hosts: frozenset[str], people: People, ask: Ask
) -> Callable[[Request, Next], Awaitable[Response]]:
    """Make the check that each request passes.

    A request has to name a host that is known (a page elsewhere that points its own name at this
    machine is refused), a change has to come from our own pages, no body may be huge, and whoever
    asks for a page has to be somebody who may see it or do what it does.

    Parameters
    ----------
    hosts
        Names under which the app may be called.
    people
        Who may do what on the pages; the API asks for keys itself.
    ask
        Makes the answer to somebody who may not: the request, a status and what to say.
    """

    async def check(request: Request, call_next: Next) -> Response:
        refusal = refused(request, hosts) or unknown(request, people, ask)
        response = refusal or await call_next(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not path_of(request).startswith("/static/"):
            response.headers["Cache-Control"] = "no-store"
        return response

    return check


def unknown(request: Request, people: People, ask: Ask) -> Response | None:
    """The answer to somebody who may not see a page; None if the person may, and who it is."""
    if path_of(request).startswith(API):
        return None
    person = people.person(request)
    request.state.person = person
    if person:
        # A name that nobody has checked must not look like the owner of a key.
        request.state.who = person.name if person.key else f"page {person.name}".strip()
        request.state.key = person.key
    if path_of(request).startswith(OPEN):
        return None
    if person is None:
        return ask(request, 401, "")
    try:
        people.check(person, request)
    except HTTPException as error:
        return ask(request, error.status_code, str(error.detail))
    return None


def refused(request: Request, hosts: frozenset[str]) -> Response | None:
    """The answer to a request that must not pass; None if it may."""
    said = request.headers.get("host", "")
    host = urlsplit(f"//{said}").hostname or ""
    if host not in hosts or set(said) & set("/?#@\\"):
        return PlainTextResponse("unknown host: start the app with --host to allow it", 400)
    program = path_of(request).startswith(API) and not MARKS & set(request.headers)
    if request.method not in SAFE and not program and not _own(request):
        return PlainTextResponse("refused: the request comes from another site", 403)
    length = request.headers.get("content-length", "0")
    chunked = "transfer-encoding" in request.headers
    if chunked or not length.isdecimal() or int(length) > MOST_BYTES:
        return PlainTextResponse(f"too large: at most {MOST_BYTES >> 20} MB with a length", 413)
    return None


def path_of(request: Request) -> str:
    """The path that is routed; `request.url` would mix it with what the Host header says."""
    return str(request.scope["path"])


def _own(request: Request) -> bool:
    """Whether a change comes from a page of this app: both marks that browsers send must agree."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")
