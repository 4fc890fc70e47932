from __future__ import annotations

import socket
from pathlib import Path

import psutil
import pytest

from ingest import ServerError
from ringscope import neo4j
from ringscope.neo4j import config, server

pytestmark = pytest.mark.neo4j


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def running() -> tuple[neo4j.Home, neo4j.Facts, psutil.Process]:
    home = neo4j.Home.default()
    facts = home.facts()
    process = facts.process() if facts else None
    assert facts
    assert process
    return home, facts, process


def test_a_server_that_runs_is_left_alone(neo4j_server: neo4j.Target) -> None:
    home, facts, process = running()
    assert neo4j.up(home, {}) == facts
    with pytest.raises(ServerError, match=r"runs with other settings .* ringscope neo4j down"):
        neo4j.up(home, {"heap_mb": 300})
    state = neo4j.status(home)
    assert state.running
    assert state.answers
    assert state.memory_mb > 100
    assert process.is_running()


def test_the_password_is_for_the_owner_only(neo4j_server: neo4j.Target) -> None:
    home, facts, process = running()
    secret = neo4j_server.password
    assert home.password() == secret
    assert home.password_file.stat().st_mode & 0o777 == 0o600
    assert home.folder.stat().st_mode & 0o077 == 0
    assert secret not in " ".join(process.cmdline())
    assert secret not in " ".join(process.environ().values())
    assert secret not in config.text(facts)
    for log in (home.folder / "logs").iterdir():
        assert secret not in log.read_text("utf-8", errors="replace")


def test_it_listens_on_this_machine_only(neo4j_server: neo4j.Target) -> None:
    _, _, process = running()
    listening = [one for one in process.net_connections() if one.status == psutil.CONN_LISTEN]
    assert {one.laddr.ip.removeprefix("::ffff:") for one in listening} == {"127.0.0.1"}


def test_a_port_that_is_taken(neo4j_server: neo4j.Target, tmp_path: Path) -> None:
    home = neo4j.Home(tmp_path / "other")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServerError, match=rf"port {port} is taken .* --bolt-port"):
            neo4j.up(home, {"bolt_port": port})
    assert not neo4j.status(home).running


def test_a_server_that_does_not_start(
    neo4j_server: neo4j.Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = neo4j.Home(tmp_path / "other")
    monkeypatch.setattr(config, "text", lambda facts: "no.such.setting=1\n")
    with pytest.raises(ServerError, match=r"stopped while it started: .*no\.such\.setting"):
        neo4j.up(home, {"bolt_port": free_port(), "http_port": free_port()})
    assert not neo4j.status(home).running
    assert not neo4j.down(home)


def test_a_folder_with_other_files_is_no_home(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ServerError, match=r"holds files that are no server.*RINGSCOPE_NEO4J_HOME"):
        neo4j.up(neo4j.Home(tmp_path), {})
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_facts_that_are_broken(tmp_path: Path) -> None:
    (tmp_path / "server.json").write_text("{")
    with pytest.raises(ServerError, match=r"server\.json: cannot be read .* remove the file"):
        neo4j.status(neo4j.Home(tmp_path))


def test_another_process_with_the_same_id_is_never_taken_for_the_server(tmp_path: Path) -> None:
    home = neo4j.Home(tmp_path / "home")
    home.make()
    me = psutil.Process()
    home.write(neo4j.Facts(pid=me.pid, started=me.create_time() - 1))
    assert not neo4j.status(home).running
    assert not server.down(home)
