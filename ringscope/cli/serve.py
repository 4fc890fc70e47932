"""`ringscope serve`: the web app."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


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
) -> None:
    """Look at rings, accounts and hubs in a browser, and decide.

    It listens on this machine alone unless told otherwise, and asks nobody who they are: whoever
    reaches it can read, and with --store decide. Put a proxy that checks people before it if it
    is to be seen from elsewhere.

    Example: ringscope serve --store store

    Example: ringscope serve --run out --port 8001
    """
    import uvicorn

    from ..web import Place, make_app
    from ..web.security import LOOPBACK

    place = Place(store=store, run=run)
    hosts = LOOPBACK | {host, *(name or [])}
    if host not in LOOPBACK:
        typer.echo(
            "ringscope: others can reach this app, and it asks nobody who they are", err=True
        )
    typer.echo(f"http://{f'[{host}]' if ':' in host else host}:{port}/ (stop with Ctrl-C)")
    app = make_app(place, hosts=frozenset(hosts))
    uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False)
