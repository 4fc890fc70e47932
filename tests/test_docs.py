from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperCommand, TyperGroup

from ringscope.cli import app

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def blocks(*languages: str) -> dict[str, str]:
    """Fenced blocks of these languages by page and line."""
    return {
        f"{page.relative_to(ROOT)}:{match.string.count(chr(10), 0, match.start()) + 1}": match[2]
        for page in PAGES
        for match in FENCE.finditer(page.read_text(encoding="utf-8"))
        if match[1] in languages
    }


def commands(
    command: TyperGroup | TyperCommand, path: str = "ringscope"
) -> Iterator[tuple[str, TyperCommand]]:
    """Every command that does something, with what one types to reach it."""
    if isinstance(command, TyperGroup):
        for name, inner in command.commands.items():
            yield from commands(inner, f"{path} {name}")
    else:
        yield path, command


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files_that_exist(page: Path) -> None:
    targets = [link.partition("#")[0] for link in LINK.findall(page.read_text(encoding="utf-8"))]
    local = [target for target in targets if target and "://" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []


@pytest.mark.parametrize(("place", "code"), blocks("python").items())
def test_python_in_the_pages_compiles(place: str, code: str) -> None:
    compile(code, place, "exec")


@pytest.mark.parametrize(("place", "text"), blocks("toml").items())
def test_settings_in_the_pages_can_be_read(place: str, text: str) -> None:
    assert tomllib.loads(text), place


@pytest.mark.parametrize(("place", "text"), blocks("sh", "bash", "console").items())
def test_commands_in_the_pages_exist_with_their_options(place: str, text: str) -> None:
    lines = text.replace("\\\n", " ").splitlines()
    typed = [shlex.split(line.removeprefix("$ "), comments=True) for line in lines]
    for words in typed:
        if words[:1] == ["ringscope"] and not words[1].startswith("-"):
            path = next(
                (path for path in COMMANDS if words[: path.count(" ") + 1] == path.split()), ""
            )
            assert path, f"{place}: no such command: {shlex.join(words)}"
            known = {option for param in COMMANDS[path].params for option in param.opts}
            used = {word.partition("=")[0] for word in words if word.startswith("-")}
            assert used - known - {"-h", "--help", "--debug"} == set(), f"{place}: {path}"


@pytest.mark.parametrize("path", COMMANDS)
def test_the_help_of_a_command_has_an_example(path: str) -> None:
    text = COMMANDS[path].help or ""
    assert "Example" in text
    assert path in text, f"the example does not show `{path}`"
