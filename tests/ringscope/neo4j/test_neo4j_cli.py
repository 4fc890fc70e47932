from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from ringscope import Run, neo4j
from ringscope.cli import app

ROOT = Path(__file__).parents[3]


def run(*words: object) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which no server was ever started."""
    monkeypatch.delenv("NEO4J_URI", raising=False)
    monkeypatch.setenv("RINGSCOPE_NEO4J_HOME", str(tmp_path / "nowhere"))
    return tmp_path / "nowhere"


@pytest.mark.neo4j
def test_a_run_is_loaded_from_the_command_line(neo4j_empty: neo4j.Target, finished: Run) -> None:
    code, out, _ = run("neo4j", "load", finished.folder, "--format", "json")
    assert code == 0
    rows = {row["what"]: row for row in json.loads(out)}
    assert rows["Account"]["created"] == finished.frame("accounts").height
    code, out, _ = run("neo4j", "load", finished.folder)
    assert code == 0
    assert "top ring: http://localhost:" in out
    assert neo4j_empty.password not in out
    code, out, _ = run("neo4j", "status")
    assert code == 0
    assert "Neo4j answers" in out
    assert run("neo4j", "up")[0] == 0


def test_without_a_server(nowhere: Path, finished: Run) -> None:
    code, _, said = run("neo4j", "load", finished.folder)
    assert (code, said.count("\n")) == (1, 1)
    assert "start one with: ringscope neo4j up" in said
    assert run("neo4j", "status")[0] == 1
    assert run("neo4j", "down")[:2] == (0, "Neo4j was not running\n")
    assert not nowhere.exists()


def test_a_run_that_is_not_complete(nowhere: Path, finished: Run) -> None:
    (finished.folder / "manifest.json").unlink()
    code, _, said = run("neo4j", "load", finished.folder)
    assert code == 1
    assert "no finished run (manifest.json is missing); run again" in said


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--neighbourhood", 1], "--neighbourhood goes with --ring or --min-risk"),
        (["--bulk", "--ring", "R-1"], "--bulk loads a whole run"),
        (["--min-risk", 2], "--min-risk"),
    ],
)
def test_options_that_do_not_go_together(
    nowhere: Path, finished: Run, words: list[object], message: str
) -> None:
    code, _, said = run("neo4j", "load", finished.folder, *words)
    assert code == 2
    assert message in said


def test_files_and_the_command_that_imports_them(finished: Run, tmp_path: Path) -> None:
    out = tmp_path / "an import"
    code, said, _ = run("neo4j", "files", finished.folder, "--out", out)
    assert code == 0
    assert f"'{out}':/import neo4j neo4j-admin database import full neo4j @/import" in said
    assert (out / "import.args").is_file()
    code, _, said = run("neo4j", "files", finished.folder, "--out", out)
    assert code == 1
    assert "--force" in said


def test_the_compose_file_listens_on_this_machine_and_holds_no_password() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    assert services["neo4j"]["image"] == "neo4j:5.26-community"
    assert all(port.startswith("127.0.0.1:") for port in services["neo4j"]["ports"])
    assert "${NEO4J_PASSWORD:?" in services["neo4j"]["environment"]["NEO4J_AUTH"]
    assert services["neo4j"]["healthcheck"]["test"]
    wait = services["ringscope"]["depends_on"]["neo4j"]["condition"]
    assert wait == "service_healthy"
