"""Who may do what: keys, scopes, rate limits, and what is refused."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated

from fastapi import HTTPException, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from ..safetext import visible
from .keys import Key, Keyring
from .limits import Guesses, Rate
from .metrics import Metrics

_LOG = logging.getLogger("ringscope.api")
LOCAL = "local"
"""Name of whoever comes without a key from this machine."""
WITHOUT_KEY = ("read", "score")
"""What may be done without a key, as long as only this machine can call."""

_BEARER = HTTPBearer(auto_error=False, description="A key from `ringscope key create`.")


@dataclass(frozen=True)
class Caller:
    """Who asks: the owner of the key and its id, `local` and blank without one."""

    name: str
    key: str


@dataclass
class Access:
    """The rules of one app.

    Attributes
    ----------
    keys
        Keys of the store; None where a single run is shown.
    local
        Whether only this machine can call: then reading and scoring need no key.
    metrics
        Where refusals are counted.
    rate, guesses
        See `limits`.
    """

    keys: Keyring | None
    local: bool
    metrics: Metrics
    rate: Rate = field(default_factory=Rate)
    guesses: Guesses = field(default_factory=Guesses)

    def caller(self, said: str | None, address: str, scope: str) -> Caller:
        """Check who asks.

        Raises
        ------
        HTTPException
            401 for a missing or wrong key, 403 for a scope that it lacks, 429 for too many
            requests or guesses.
        """
        caller = self._without_key(address, scope) if said is None else self.owner(said, address)
        key = self.holds(caller.key) if caller.key else None
        self.allow(caller, key.scopes if key else WITHOUT_KEY, address, scope)
        return caller

    def owner(self, said: str, address: str) -> Caller:
        """Whose key somebody shows.

        Raises
        ------
        HTTPException
            401 for a wrong key, 429 for too many of them from one address.
        """
        found = self.keys.find(said) if self.keys else None
        state = found.state(datetime.now(UTC).date()) if found else "unknown"
        if found and state == "holds":
            return Caller(found.owner, found.id)
        if self.guesses.note(address):
            raise self._refuse(429, "too many wrong keys; wait a minute", address)
        # Only whoever has the whole key learns what became of it.
        message = "no such key" if state == "unknown" else f"the key is {state}"
        raise self._refuse(401, message, address, who=found.id if found else "")

    def holds(self, key: str) -> Key | None:
        """The key of this id; None if there is none that holds."""
        found = self.keys.keys().get(key) if self.keys else None
        return found if found and found.state(datetime.now(UTC).date()) == "holds" else None

    def allow(self, caller: Caller, scopes: Sequence[str], address: str, scope: str) -> None:
        """Refuse what goes too fast or too far.

        Raises
        ------
        HTTPException
            403 for a scope that is not among `scopes`, 429 for too many requests.
        """
        if waits := self.rate.wait(caller.key or address):
            headers = {"Retry-After": str(int(waits) + 1)}
            raise self._refuse(429, "too many requests; slow down", address, headers)
        if scope not in scopes:
            raise self._refuse(403, f"this key may not {scope}", address, who=caller.key)

    def _without_key(self, address: str, scope: str) -> Caller:
        if self.local and scope in WITHOUT_KEY:
            return Caller(LOCAL, "")
        message = f"to {scope}, send a key: Authorization: Bearer rs_… (ringscope key create)"
        raise self._refuse(401, message, address)

    def _refuse(
        self,
        status: int,
        message: str,
        address: str,
        headers: dict[str, str] | None = None,
        who: str = "",
    ) -> HTTPException:
        self.metrics.refused.labels(str(status)).inc()
        _LOG.warning("refused %s %s: %d %s", visible(address), who, status, message)
        if status == 401:
            headers = {"WWW-Authenticate": "Bearer"}
        return HTTPException(status, message, headers)


def needs(scope: str) -> Callable[..., Caller]:
    """Make the dependency of routes that need a scope; it gives who calls."""

    def check(
        request: Request,
        shown: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
    ) -> Caller:
        access: Access = request.app.state.access
        # A header of another form is a wrong key, never none.
        other = "" if "authorization" in request.headers else None
        said = shown.credentials if shown else other
        address = request.client.host if request.client else ""
        caller = access.caller(said, address, scope)
        request.state.who, request.state.key = caller.name, caller.key
        return caller

    return check
