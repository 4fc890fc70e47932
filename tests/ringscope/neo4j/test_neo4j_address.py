from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ingest import ServerError
from ringscope import neo4j
from ringscope.neo4j.address import check_version

SECRET = "s3cret-enough"


@pytest.fixture(autouse=True)
def no_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No server is named, and none was ever started."""
    for name in ("NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RINGSCOPE_NEO4J_HOME", str(tmp_path / "home"))


def test_without_a_server() -> None:
    with pytest.raises(ServerError, match=r"no Neo4j server is known: .*ringscope neo4j up"):
        neo4j.target()


def test_a_local_server_that_does_not_run() -> None:
    neo4j.Home.default().make()
    with pytest.raises(ServerError, match="not running: start one with: ringscope neo4j up"):
        neo4j.target()


def test_the_environment_comes_before_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD", SECRET)
    found = neo4j.target("bolt://a.example:1", "ann", "rings")
    assert (found.uri, found.user, found.database) == ("bolt://a.example:1", "ann", "rings")
    monkeypatch.setenv("NEO4J_URI", "neo4j://b.example:2")
    monkeypatch.setenv("NEO4J_USERNAME", "bob")
    monkeypatch.setenv("NEO4J_DATABASE", "other")
    found = neo4j.target("bolt://a.example:1", "ann", "rings")
    assert (found.uri, found.user, found.database) == ("neo4j://b.example:2", "bob", "other")
    assert found.password == SECRET
    assert SECRET not in repr(found)


def test_the_password_of_another_server_is_asked_for() -> None:
    with pytest.raises(ServerError, match=r"bolt://a\.example:1: no password; .* NEO4J_PASSWORD"):
        neo4j.target("bolt://a.example:1")


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(ServerError, match="holds a login") as caught:
        neo4j.target(f"bolt://ann:{SECRET}@a.example:1")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("uri", ["http://localhost:1", "nonsense", "bolt:/x"])
def test_an_address_that_is_none(uri: str) -> None:
    with pytest.raises(ServerError, match=f"{uri}: not an address of a Neo4j server"):
        neo4j.target(uri)


def test_nobody_answers() -> None:
    with (
        pytest.raises(
            ServerError, match=r"no Neo4j server answers .* ringscope neo4j up"
        ) as caught,
        neo4j.connect(neo4j.Target("bolt://localhost:9", "neo4j", SECRET)),
    ):
        pass
    assert SECRET not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "version", "good"),
    [
        ("Neo4j Kernel", "5.26.31", True),
        ("Neo4j Kernel", "2026.10.2", True),
        ("Neo4j Kernel", "4.4.40", False),
        ("Neo4j Kernel", "5.12.0", False),
        ("Other", "1.0", False),
    ],
)
def test_versions(name: str, version: str, good: bool) -> None:
    rows = [{"name": name, "versions": [version]}]
    driver: Any = SimpleNamespace(execute_query=lambda _: SimpleNamespace(records=rows))
    where = neo4j.Target("bolt://a.example:1", "neo4j", SECRET)
    if good:
        check_version(driver, where)
        return
    with pytest.raises(ServerError, match=r"bolt://a\.example:1: runs .*; ringscope needs 5\.26"):
        check_version(driver, where)


@pytest.mark.neo4j
def test_a_wrong_password(neo4j_server: neo4j.Target, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = neo4j.Target(neo4j_server.uri, neo4j_server.user, SECRET)
    with pytest.raises(ServerError, match="refuses the login of neo4j") as caught:  # noqa: SIM117
        with neo4j.connect(wrong):
            pass
    assert SECRET not in str(caught.value)
