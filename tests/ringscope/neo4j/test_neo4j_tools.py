from __future__ import annotations

from pathlib import Path

import pytest

from ingest import ServerError
from ringscope.neo4j import fetch
from ringscope.neo4j.tools import java, maven


def program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which nothing is installed but what the test puts into the folder."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "bin"


def says(version: str) -> str:
    return f"echo 'openjdk version \"{version}\" 2025-01-01' >&2"


@pytest.mark.parametrize("version", ["17.0.15", "21", "21.0.1"])
def test_java_that_will_do(machine: Path, version: str) -> None:
    program(machine, "java", says(version))
    assert java() == machine / "java"


@pytest.mark.parametrize(
    ("version", "shown"), [("11.0.2", "11"), ("1.8.0_402", "8"), ("25", "25"), ("?", "broken")]
)
def test_java_that_will_not_do(machine: Path, version: str, shown: str) -> None:
    program(machine, "java", says(version))
    with pytest.raises(ServerError, match=rf"Java 17 or 21, but .*/java is {shown}: install"):
        java()


def test_no_java(machine: Path) -> None:
    with pytest.raises(ServerError, match=r"none was found: install .* docker compose"):
        java()


def test_java_home_comes_first(
    machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(machine, "java", says("17"))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk"))
    with pytest.raises(ServerError, match="JAVA_HOME has none"):
        java()
    program(tmp_path / "jdk" / "bin", "java", says("21"))
    assert java() == tmp_path / "jdk" / "bin" / "java"


def test_no_maven(machine: Path) -> None:
    with pytest.raises(ServerError, match="Maven, which downloads Neo4j, was not found"):
        maven()


def test_a_download_that_fails(machine: Path) -> None:
    program(machine, "mvn", "echo '[ERROR] Could not transfer artifact'; exit 1")
    with pytest.raises(ServerError, match=r"by Maven: \[ERROR\] Could not transfer .* try again"):
        fetch.library()
    assert not (fetch.cache() / "lib").exists()


COPY = """
for word in "$@"; do case "$word" in -DoutputDirectory=*) out="${word#*=}";; esac; done
/bin/mkdir -p "$out"
echo data > "$out/a.jar"
echo more > "$out/b.jar"
echo extra > "$out/server.pom"
"""


def test_a_download_is_checked_and_kept(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(machine, "mvn", COPY)
    good = "6667b2d1aab6a00caa5aee5af8ad9f1465e567abf1c209d15727d57b3e8f6e5f"
    monkeypatch.setattr(fetch, "pinned", lambda: {"a.jar": good, "b.jar": "00"})
    with pytest.raises(ServerError, match=r"b\.jar is not the file .* distrust the mirror"):
        fetch.library()
    assert not (fetch.cache() / "lib").exists()
    monkeypatch.setattr(fetch, "pinned", lambda: {"a.jar": good, "c.jar": good})
    with pytest.raises(ServerError, match=r"lacks c\.jar"):
        fetch.library()
    monkeypatch.setattr(fetch, "pinned", lambda: {"a.jar": good})
    folder = fetch.library()
    assert [path.name for path in folder.iterdir()] == ["a.jar"]
    program(machine, "mvn", "exit 1")
    assert fetch.library() == folder


def test_the_hashes_are_of_the_version_that_is_fetched() -> None:
    names = fetch.pinned()
    assert f"neo4j-server-{fetch.version()}.jar" in names
    assert all(len(digest) == 64 for digest in names.values())
