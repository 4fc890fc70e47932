from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi.testclient import TestClient
from typer.testing import CliRunner, Result

from ringscope import Run
from ringscope.cli import app
from ringscope.store import Store


def call(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What uvicorn was told, instead of a server."""
    told: dict[str, Any] = {}
    monkeypatch.setattr(uvicorn, "run", lambda app, **how: told.update(how, app=app))
    return told


def test_it_listens_on_this_machine_alone(started: dict[str, Any], store: Store) -> None:
    result = call("serve", "--store", store.folder)
    assert result.exit_code == 0, result.output
    assert started["host"] == "127.0.0.1"
    assert "http://127.0.0.1:8000/" in result.stdout
    assert result.stderr == ""


def test_listening_for_others_is_said_aloud_and_asks_for_keys(
    started: dict[str, Any], store: Store
) -> None:
    result = call("serve", "--store", store.folder, "--host", "192.0.2.1", "--port", 81)
    assert (started["host"], started["port"]) == ("192.0.2.1", 81)
    assert "others can reach this app" in result.stderr
    assert signs_in(started["app"], "192.0.2.1")


@pytest.mark.parametrize(
    ("options", "asked"),
    [((), False), (("--sign-in",), True), (("--name", "rings.example"), True),
     (("--host", "localhost"), False), (("--host", "192.0.2.7"), True)],
)  # fmt: skip
def test_who_has_to_sign_in(
    started: dict[str, Any], store: Store, options: tuple[str, ...], *, asked: bool
) -> None:
    assert call("serve", "--store", store.folder, *options).exit_code == 0
    assert signs_in(started["app"], "localhost") is asked


def signs_in(app: Any, host: str) -> bool:
    answer = TestClient(app, base_url=f"http://{host}").get("/", follow_redirects=False)
    assert answer.status_code in {200, 303}
    return answer.status_code == 303


def test_a_single_run_is_for_this_machine_alone(started: dict[str, Any], finished: Run) -> None:
    for options in (("--host", "192.0.2.1"), ("--name", "rings.example"), ("--sign-in",)):
        result = call("serve", "--run", finished.folder, *options)
        assert result.exit_code == 2
        assert "no keys to sign in with" in result.stderr
    assert started == {}


def test_it_needs_one_place(started: dict[str, Any], finished: Run, tmp_path: Path) -> None:
    assert call("serve").exit_code == 2
    both = call("serve", "--run", finished.folder, "--store", tmp_path)
    assert "one of --store STORE and --run RUN" in both.stderr
    assert "no store" in call("serve", "--store", tmp_path).stderr
    assert started == {}
