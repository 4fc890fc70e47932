"""`ringscope serve`: the web app and the API."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ..web import Place

CONNECTIONS = 256
"""Connections at a time; more are told to come again."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(serve)


def serve(
    store: Annotated[
        Path | None, typer.Option("--store", metavar="STORE", help="Store to work in.")
    ] = None,
    run: Annotated[
        Path | None, typer.Option("--run", metavar="RUN", help="One run, to look at only.")
    ] = None,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; others than this machine see it.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port.")] = 8000,
    name: Annotated[
        list[str] | None,
        typer.Option("--name", help="Host name under which it is called; may be given again."),
    ] = None,
    sign_in: Annotated[
        bool, typer.Option("--sign-in", help="Ask for a key on this machine too.")
    ] = False,
    rate: Annotated[
        float, typer.Option("--rate", min=0.1, help="Requests a second of each key.")
    ] = 200.0,
) -> None:
    """Look at rings in a browser and decide; score new accounts by the API.

    It listens on this machine alone unless told otherwise. As soon as others can call (--host,
    --name), pages and API need a key for everything: people sign in with it, decisions carry its
    name (see: ringscope key -h). On this machine alone the pages ask for a name, not for a key,
    and the API needs a key only to decide; if others work on it too, use --sign-in.

    Example: ringscope serve --store store

    Example: ringscope serve --run out --port 8001
    """
    from threading import Thread

    import uvicorn

    from ingest.errors import SettingsError

    from ..api import Rate
    from ..web import Place, make_app
    from ..web.patience import PatientProtocol
    from ..web.security import LOOPBACK

    hosts = LOOPBACK | {host, *(name or [])}
    local = host in LOOPBACK and not name and not sign_in
    if run and not local:
        raise SettingsError("a single run has no keys to sign in with; give --store STORE")
    place = Place(store=store, run=run)
    if host not in LOOPBACK:
        typer.echo(
            "ringscope: others can reach this app; keys and pages travel in the open unless a "
            "proxy with TLS is before it",
            err=True,
        )
    typer.echo(f"http://{f'[{host}]' if ':' in host else host}:{port}/ (stop with Ctrl-C)")
    app = make_app(place, hosts=frozenset(hosts), local=local, rate=Rate(rate, 2 * rate))
    # Pages are there at once; the API says that it is ready when the run is laid out.
    Thread(target=_prepare, args=(place,), daemon=True).start()
    uvicorn.run(
        app,
        host=host,
        port=port,
        http=PatientProtocol,
        limit_concurrency=CONNECTIONS,
        log_level="warning",
        server_header=False,
    )


def _prepare(place: Place) -> None:
    """Lay the run out to score new accounts with; the pages work without."""
    from ingest.errors import RingscopeError

    try:
        place.known()
    except RingscopeError as error:
        typer.echo(f"ringscope: new accounts cannot be scored: {error}", err=True)
