"""The app over a store with one run of the small platform."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
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
