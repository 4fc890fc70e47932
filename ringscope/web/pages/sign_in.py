"""Signing in with a key, and out again; nothing of a run is shown here."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from ..people import SESSION, People, let_in
from ..rendering import bare

router = APIRouter()
Text = Annotated[str, Form()]


@router.get("/sign-in", response_class=HTMLResponse)
def form(to: str = "/") -> HTMLResponse:
    """The form."""
    return bare("sign_in.html", {"to": inside(to), "message": ""})


@router.post("/sign-in")
def sign_in(request: Request, key: Text = "", to: Text = "/") -> Response:
    """Begin a session and go to the page that was asked for."""
    address = request.client.host if request.client else ""
    try:
        token = people_of(request).sign_in(key.strip(), address)
    except HTTPException as error:
        data = {"to": inside(to), "message": f"Refused: {error.detail}."}
        return bare("sign_in.html", data, status=error.status_code)
    people_of(request).sign_out(request.cookies.get(SESSION, ""))
    request.state.did = "signed in"
    return let_in(RedirectResponse(inside(to), 303), request, token)


@router.post("/sign-in/out")
def sign_out(request: Request) -> Response:
    """End the session."""
    people_of(request).sign_out(request.cookies.get(SESSION, ""))
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(SESSION)
    return answer


def ask(request: Request, status: int, message: str) -> Response:
    """The answer to somebody who may not: sign in, or with another key.

    A page that is opened leads to the form; a form that was sent is refused, and so is a part of
    a page, which takes the browser to the form by itself.
    """
    where = f"/sign-in?to={quote(_asked(request), safe='')}"
    if status == 401 and request.method == "GET" and "hx-request" not in request.headers:
        return RedirectResponse(where, 303)
    said = f"Refused: {message}." if message else "Sign in first; nothing was written."
    answer = bare("sign_in.html", {"to": "/", "message": said}, status=status)
    if "hx-request" in request.headers:
        answer.headers["HX-Redirect"] = where
    return answer


def inside(url: str) -> str:
    """A page of this app; the first one if the address leads elsewhere."""
    parts = urlsplit(url)
    ours = url.startswith("/") and not parts.netloc and "\\" not in url and url.isprintable()
    return url if ours else "/"


def people_of(request: Request) -> People:
    """Who is signed in."""
    found: People = request.app.state.people
    return found


def _asked(request: Request) -> str:
    path, query = str(request.scope["path"]), request.scope["query_string"].decode("latin-1")
    return f"{quote(path)}?{query}" if query else quote(path)
