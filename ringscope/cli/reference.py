"""The manual's page of commands, made from their help texts.

`python -m ringscope.cli.reference` prints it; a test compares `docs/commands.md` with it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperGroup

from .app import app

_HEADER = """\
# Commands

Made from the help texts by `python -m ringscope.cli.reference > docs/commands.md`. Exit codes:
0 done, 1 failed, 2 wrong use, 75 another run holds the store. Errors are one line; `--debug`,
anywhere before a `--`, adds the traceback.
"""
_WIDTH = 100


def page() -> str:
    """Return the page as Markdown: one section per command, in the order of `ringscope -h`."""
    root = typer.main.get_command(app)
    sections = [f"## {name}\n\n```text\n{text}\n```\n" for name, text in _helps(root, "ringscope")]
    return "\n".join([_HEADER, *sections])


def _helps(command: Any, name: str, parent: Any = None) -> Iterator[tuple[str, str]]:
    """Give path and help of a command and of those below; typer's own types are private."""
    context = command.make_context(
        name, [], parent, resilient_parsing=True, terminal_width=_WIDTH, max_content_width=_WIDTH
    )
    yield context.command_path, command.get_help(context).rstrip()
    if isinstance(command, TyperGroup):
        for inner_name, inner in command.commands.items():
            yield from _helps(inner, inner_name, context)


if __name__ == "__main__":
    sys.stdout.write(page())
