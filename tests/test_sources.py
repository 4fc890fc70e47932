"""Every row of the page on the source documents names a command, and what it names exists."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

import pytest
import typer

from ringscope.cli import app

ROOT = Path(__file__).parents[1]
ROWS = [
    line.strip("| \n").split(" | ")
    for line in (ROOT / "docs" / "sources.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| ---", "| what"))
]
SCRIPTS = sorted({name for row in ROWS for name in re.findall(r"benchmarks/(\w+)\.py", row[1])})


@pytest.mark.parametrize("row", ROWS, ids=[row[0][:40] for row in ROWS])
def test_a_row_has_a_command_and_both_figures(row: list[str]) -> None:
    assert len(row) == 5
    assert re.search(r"`[^`]*(ringscope \w|benchmarks/\w+\.py|\.csv)[^`]*`", row[1]), row[1]
    assert all(cell.strip() for cell in row)


@pytest.mark.parametrize("row", ROWS, ids=[row[0][:40] for row in ROWS])
def test_commands_exist(row: list[str]) -> None:
    root = typer.main.get_command(app)
    for words in re.findall(r"`ringscope ([^`]+)`", row[1]):
        command, path = root, words.split()
        while path and path[0] in getattr(command, "commands", {}):
            command = command.commands[path.pop(0)]
        known = {option for param in command.params for option in param.opts}
        used = {word for word in path if word.startswith("--")}
        assert command is not root, words
        assert used <= known, f"{words}: no option {sorted(used - known)}"


@pytest.mark.parametrize("script", SCRIPTS)
def test_benchmarks_tell_their_options(
    script: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    monkeypatch.setattr(sys, "argv", [f"{script}.py", "--help"])
    with pytest.raises(SystemExit):
        importlib.import_module(script).main()
    told = capsys.readouterr().out
    lines = [row[1] for row in ROWS if f"benchmarks/{script}.py" in row[1]]
    calls = re.findall(rf"benchmarks/{script}\.py([^`]*)`", " ".join(lines))
    used = {word for call in calls for word in call.split() if word.startswith("--")}
    assert {option for option in used if option not in told} == set()
