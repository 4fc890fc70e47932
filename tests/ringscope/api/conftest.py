"""The API over a store with one run of the small platform, and keys to it."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi.testclient import TestClient

from ringscope import Run
from ringscope.api import Keyring
from ringscope.store import Store
from ringscope.web import Place, make_app
from ringscope.web.patience import PatientProtocol

NIGHT = "2026-03-04"
BASE = "http://localhost:8000"


@pytest.fixture
def store(finished: Run, tmp_path: Path) -> Store:
    """A store whose current run is the small platform's."""
    made = Store.make(tmp_path / "store")
    shutil.copytree(finished.folder, made.runs / NIGHT)
    made.promote(NIGHT)
    return made


@pytest.fixture
def key(store: Store) -> Callable[..., dict[str, str]]:
    """Make a key; gives the header that shows it."""

    def make(*scopes: str, days: int = 30, owner: str = "anna") -> dict[str, str]:
        until = datetime.now(UTC).date() + timedelta(days=days)
        said = Keyring(store).create(owner, scopes, expiry=until, by="root")[1]
        return {"authorization": f"Bearer {said}"}

    return make


@pytest.fixture
def calling(store: Store) -> Callable[..., TestClient]:
    """A program that calls the API of an app with certain options."""

    def make(**options: Any) -> TestClient:
        app = make_app(Place(store=store.folder), **options)
        return TestClient(app, base_url=BASE, raise_server_exceptions=False)

    return make


@pytest.fixture
def client(calling: Callable[..., TestClient]) -> TestClient:
    """A program on this machine."""
    return calling()


@pytest.fixture
def outside(calling: Callable[..., TestClient]) -> TestClient:
    """A program that calls an app which others can reach as well."""
    return calling(local=False)


@pytest.fixture
def served(store: Store) -> Iterator[tuple[str, int]]:
    """The app behind a real socket: its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = make_app(Place(store=store.folder))
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, http=PatientProtocol, ws="none", log_level="critical"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    for _ in range(500):
        if server.started:
            break
        time.sleep(0.01)
    yield "127.0.0.1", port
    server.should_exit = True
    thread.join(10)
