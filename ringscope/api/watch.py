"""Around every request: timed, counted, noted in the audit log, and not waited for long."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .audit import Audit
from .metrics import Metrics

BODY_SECONDS = 20.0
"""Seconds within which a request has to be whole."""
UNSAID = ("/static/", "/v1/health", "/v1/ready", "/v1/metrics", "/favicon.ico")
"""Paths that the audit log leaves out: they show nobody's data."""
_SLOW = b'{"error":"the request took too long to arrive"}'


class Watch:
    """Wraps an app.

    Parameters
    ----------
    app
        The app.
    metrics, audit
        Where figures and lines go.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, audit: Audit) -> None:
        self._app, self._metrics, self._audit = app, metrics, audit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})
        began = time.perf_counter()
        exchange = _Exchange(receive, send)
        try:
            await self._app(scope, exchange.receive, exchange.send)
        finally:
            self._note(scope, exchange.status, time.perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = _route(scope)
        self._metrics.requests.labels(route, _method(scope), str(status)).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        path = str(scope["path"])
        if path.startswith(UNSAID):
            return
        said: dict[str, Any] = scope["state"]
        client = scope.get("client")
        query = scope.get("query_string", b"").decode("latin-1")
        self._audit.note(
            who=said.get("who", ""),
            key=said.get("key", ""),
            address=client[0] if client else "",
            method=_method(scope),
            path=path[:300],
            query=query[:300],
            did=said.get("did", ""),
            status=status,
            ms=round(1000 * seconds, 1),
        )


class _Exchange:
    """One request and its answer: how it began, and a clock on its arrival."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._until = time.monotonic() + BODY_SECONDS
        self._whole = self._late = False
        self.status = 0

    async def receive(self) -> Message:
        """The next part of the request; a disconnection if it does not come in time."""
        if self._whole:
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), self._until - time.monotonic())
        except TimeoutError:
            self._late = True
            return {"type": "http.disconnect"}
        self._whole = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """Pass the answer on; a request that came too late gets one of its own."""
        if message["type"] == "http.response.start":
            if self._late:
                await self._too_late()
                return
            self.status = message["status"]
        if not (self._late and self.status == 408):
            await self._send(message)

    async def _too_late(self) -> None:
        self.status = 408
        headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
        await self._send({"type": "http.response.start", "status": 408, "headers": headers})
        await self._send({"type": "http.response.body", "body": _SLOW})


def _route(scope: Scope) -> str:
    """The pattern of the route: few values, whatever is asked for."""
    path = getattr(scope.get("route"), "path", None)
    return "other" if path is None else f"{scope.get('root_path', '')}{path}"


def _method(scope: Scope) -> str:
    known = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    return scope["method"] if scope["method"] in known else "other"
