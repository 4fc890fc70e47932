"""The app over a store with one run of the small platform."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi.testclient import TestClient

from ringscope import Run
from ringscope.store import Store
from ringscope.web import Place, make_app

NIGHT = "2026-03-04"


@pytest.fixture
def store(finished: Run, tmp_path: Path) -> Store:
    """A store whose current run is the small platform's."""
    made = Store.make(tmp_path / "store")
    shutil.copytree(finished.folder, made.runs / NIGHT)
    made.promote(NIGHT)
    return made


@pytest.fixture
def client(store: Store) -> TestClient:
    """A browser without a screen, at the app over the store."""
    return TestClient(
        make_app(Place(store=store.folder)),
        base_url="http://localhost:8000",
        raise_server_exceptions=False,
    )


@pytest.fixture
def send(client: TestClient) -> Callable[..., Any]:
    """Send a form as the app's own pages do."""

    def post(url: str, **fields: Any) -> Any:
        return client.post(url, data=fields, headers={"origin": "http://localhost:8000"})

    return post


class Server(uvicorn.Server):
    """The app on a port of this machine, in a thread."""

    def __init__(self, place: Place, **options: Any) -> None:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        app = make_app(place, **options)
        super().__init__(uvicorn.Config(app, port=port, log_level="error", lifespan="off"))
        self.url = f"http://127.0.0.1:{port}"
        self.up = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        assert self.up.wait(30)

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.up.set()

    def stop(self) -> None:
        self.should_exit = True
        self.thread.join(20)


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Start the app over a place, with options of `make_app`; gives its address."""
    servers: list[Server] = []

    def start(place: Place, **options: Any) -> str:
        servers.append(Server(place, **options))
        return servers[-1].url

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def visit(chromium: Any) -> Iterator[Callable[..., tuple[Any, list[str]]]]:
    """Open a window at an address; gives it and whatever it should not do, as it happens."""
    contexts: list[Any] = []

    def start(base: str, **context: Any) -> tuple[Any, list[str]]:
        trouble: list[str] = []
        contexts.append(chromium.new_context(base_url=base, accept_downloads=True, **context))
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: trouble.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: trouble.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (trouble.append("dialog"), dialog.dismiss()))
        page.on("request", lambda request: trouble.append(request.url)
                if not request.url.startswith((base, "data:")) else None)  # fmt: skip
        return page, trouble

    yield start
    for one in contexts:
        one.close()
