"""Who looks at the pages: people who signed in with a key, or anybody at this machine.

A key is sent once, to sign in; from then on the browser shows a random token that only this app
knows. It lasts for `HOURS` at most, ends when the key does, and is worth nothing to the API.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from urllib.parse import quote, unquote

from fastapi import Request, Response

from ..api import Access
from ..api.access import Caller

SESSION = "ringscope_session"
"""Cookie of whoever has signed in."""
NAME = "ringscope_name"
"""Cookie that remembers who decides where nobody has to sign in."""
HOURS = 12
"""Hours after which one has to sign in again."""
MOST = 1_000
"""People who are signed in at a time; the one who came first goes first."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
YEAR = 365 * 86_400


@dataclass(frozen=True)
class Person:
    """Who looks.

    Attributes
    ----------
    name
        Owner of the key; without one the name that the browser remembers, which nobody checked.
    key
        Id of the key; blank without one.
    scopes
        What the person may do.
    """

    name: str
    key: str
    scopes: tuple[str, ...]

    def may(self, scope: str) -> bool:
        """Whether the person may do something."""
        return scope in self.scopes


class People:
    """Sessions of one app, in memory: they end with it.

    Parameters
    ----------
    access
        Keys and limits, shared with the API.
    """

    def __init__(self, access: Access) -> None:
        self._access = access
        self._sessions: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._lock = threading.Lock()

    def sign_in(self, said: str, address: str) -> str:
        """Begin a session; gives its token.

        Parameters
        ----------
        said
            A key.
        address
            Where it comes from: guesses are counted by it.

        Raises
        ------
        HTTPException
            401 for a wrong key, 429 for too many of them.
        """
        key = self._access.owner(said, address).key
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._sessions[token] = key, time.monotonic() + HOURS * 3600
            while len(self._sessions) > MOST:
                self._sessions.popitem(last=False)
        return token

    def sign_out(self, token: str) -> None:
        """End a session."""
        with self._lock:
            self._sessions.pop(token, None)

    def person(self, request: Request) -> Person | None:
        """Who asks; None for somebody who has to sign in first."""
        token = request.cookies.get(SESSION, "")
        with self._lock:
            key, until = self._sessions.get(token, ("", 0.0))
        found = self._access.holds(key) if key and time.monotonic() < until else None
        if found:
            return Person(found.owner, found.id, found.scopes)
        self.sign_out(token)
        if not self._access.local:
            return None
        return Person(remembered(request), "", ("read", "score", "decide"))

    def check(self, person: Person, request: Request) -> None:
        """Refuse what the person may not do.

        Raises
        ------
        HTTPException
            403 for a scope that the key lacks, 429 for too many requests.
        """
        if person.key:
            address = request.client.host if request.client else ""
            scope = needed(request.method, str(request.scope["path"]))
            self._access.allow(Caller(person.name, person.key), person.scopes, address, scope)


def needed(method: str, path: str) -> str:
    """What one has to be allowed to do for a page: whatever may change something is a decision."""
    if path == "/score" or path.startswith("/score/"):
        return "score"
    return "read" if method in SAFE or path == "/hubs/preview" else "decide"


def signer(request: Request, said: str) -> str:
    """Under which name a decision is written down: the owner of the key, or what the form says."""
    person: Person = request.state.person
    return person.name if person.key else said


def remembered(request: Request) -> str:
    """The name that the browser remembers."""
    return unquote(request.cookies.get(NAME, ""))[:80]


def remember(answer: Response, request: Request, who: str) -> Response:
    """Remember the name for the next decision, where it is not that of a key."""
    person: Person = request.state.person
    if not person.key:
        plain = quote(" ".join(who.split())[:80])
        answer.set_cookie(NAME, plain, max_age=YEAR, httponly=True, samesite="strict")
    return answer


def let_in(answer: Response, request: Request, token: str) -> Response:
    """Give the browser the token of its session; it forgets it when it is closed."""
    secure = request.url.scheme == "https"
    answer.set_cookie(SESSION, token, httponly=True, samesite="strict", secure=secure)
    return answer
