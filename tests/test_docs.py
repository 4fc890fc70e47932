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
FOLDERS = "benchmarks|docs|graph|ingest|models|notebooks|queries|ringscope|tests"
MENTION = re.compile(rf"`((?:{FOLDERS})/[\w./-]*)`")


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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_a_page_names_exist(page: Path) -> None:
    named = MENTION.findall(page.read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize(("place", "code"), blocks("python").items(), ids=blocks("python"))
def test_python_in_the_pages_compiles(place: str, code: str) -> None:
    compile(code, place, "exec")


@pytest.mark.parametrize(("place", "text"), blocks("toml").items(), ids=blocks("toml"))
def test_settings_in_the_pages_can_be_read(place: str, text: str) -> None:
    assert tomllib.loads(text), place


@pytest.mark.parametrize(
    ("place", "text"), blocks("sh", "bash", "console").items(), ids=blocks("sh", "bash", "console")
)
def test_commands_in_the_pages_exist_with_their_options(place: str, text: str) -> None:
    for line in re.findall(
        r"^(?:\$ )?ringscope ([a-z].*)", text.replace("\\\n", " "), re.MULTILINE
    ):
        words = ["ringscope", *shlex.split(line, comments=True)]
        path = next((path for path in COMMANDS if words[: len(path.split())] == path.split()), "")
        assert path, f"{place}: no such command: {line}"
        known = {option for param in COMMANDS[path].params for option in param.opts}
        used = {word.partition("=")[0] for word in words if word.startswith("-")}
        assert used - known - {"-h", "--help", "--debug"} == set(), f"{place}: {line}"


@pytest.mark.parametrize("path", COMMANDS)
def test_the_help_of_a_command_has_an_example(path: str) -> None:
    text = COMMANDS[path].help or ""
    assert "Example" in text
    assert path in text, f"the example does not show `{path}`"
