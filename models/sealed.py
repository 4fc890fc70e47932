"""Folders of saved models: a manifest with the SHA-256 of every file, written last."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from ingest.errors import RunError

MANIFEST = "manifest.json"
FORMAT = 3
"""Raised whenever models that were saved before can no longer be read, or would score otherwise."""


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write JSON as text that people can read."""
    path.write_text(json.dumps(content, indent=1) + "\n", "utf-8")


def seal(folder: Path) -> None:
    """Write the manifest over all files of a folder."""
    hashes = {path.name: _sha256(path) for path in sorted(folder.iterdir())}
    write_json(folder / MANIFEST, {"format": FORMAT, "sha256": hashes})


def check_seal(folder: Path) -> None:
    """Refuse a folder that is not what was sealed.

    Raises
    ------
    RunError
        A file is missing, was altered or added, or the format is another.
    """
    if not (folder / MANIFEST).is_file():
        raise RunError(f"{folder}: holds no {MANIFEST}: not a saved model, or not all of it")
    if not is_current(folder):
        raise RunError(f"{folder}: saved by another version of ringscope: train the model again")
    hashes = _manifest(folder)["sha256"]
    there = {path.name for path in folder.iterdir()} - {MANIFEST}
    if odd := sorted(there ^ set(hashes)):
        raise RunError(f"{folder}: {odd[0]} is missing or was added: train the model again")
    for name, expected in hashes.items():
        if _sha256(folder / name) != expected:
            raise RunError(f"{folder / name}: altered since it was saved: train the model again")


def is_current(folder: Path) -> bool:
    """Whether a sealed folder is of the format that this version reads."""
    return bool(_manifest(folder).get("format") == FORMAT)


def _manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def make_new(folder: Path) -> None:
    """Make a folder for a model.

    Raises
    ------
    RunError
        It holds something already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise RunError(f"{folder}: not empty: give a new folder for the model")
