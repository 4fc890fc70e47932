"""Files of a training: each takes its name when it is whole."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from ingest.errors import RunError
from ringscope.run_folder import disk_errors

from .page import Page, html

MARK = "training.json"


def write_page(page: Page, path: Path) -> None:
    """Write a page as HTML; readers see the old or the new file, never half of one."""
    write_text(html(page), path)


def write_text(text: str, path: Path) -> None:
    """Write a file that takes its name when it is whole.

    Raises
    ------
    RunError
        The disk refuses.
    """
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{path.name}.tmp-{os.getpid()}")
        try:
            temporary.write_bytes(text.encode())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def claim(out: Path, mine: Mapping[str, object], *, force: bool) -> None:
    """Take a folder for a training; refuse one that holds anything else.

    Parameters
    ----------
    mine
        What the training is of; a folder that holds a training of the same goes on.
    force
        Empty a folder that holds the training of something else.

    Raises
    ------
    RunError
        The folder holds something else.
    """
    mark = out / MARK
    if mark.is_file():
        try:
            there = json.loads(mark.read_text("utf-8"))
        except ValueError:
            there = None
        if there == mine:
            return
        if not force:
            raise RunError(
                f"{out}: holds the training of another table; choose another folder, or --force "
                "to replace it"
            )
        shutil.rmtree(out)
    elif out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise RunError(f"{out}: holds files that are no training; choose an empty or new folder")
    out.mkdir(parents=True, exist_ok=True)
    mark.write_text(json.dumps(mine) + "\n", "utf-8")
