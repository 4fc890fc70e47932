"""The manifest of a run: what went in, what came out, with a hash of each file."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from ingest.errors import RunError

from . import __version__
from .run_folder import MANIFEST, write_json

FORMAT = 1
TIMINGS = "timings.json"
# The libraries whose version can change a result.
_LIBRARIES = (
    "igraph",
    "lightgbm",
    "networkx",
    "numpy",
    "polars",
    "rensa",
    "scikit-learn",
    "scipy",
    "torch",
    "torch-geometric",
)


def versions() -> dict[str, str]:
    """Versions of Python, of ringscope and of the libraries that can change a result."""
    found = {"python": platform.python_version(), "ringscope": __version__}
    for name in _LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "absent"
    return found


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def finish(folder: Path, facts: Mapping[str, object]) -> None:
    """Write the manifest, the last file of a run.

    Parameters
    ----------
    folder
        The run folder with all other files in place.
    facts
        What the run says of itself: inputs, settings, seed, counts, notes.
    """
    files = {
        path.relative_to(folder).as_posix(): {"bytes": path.stat().st_size, "sha256": sha256(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != TIMINGS
    }
    write_json({**facts, "format": FORMAT, "files": files}, folder / MANIFEST)


def read(folder: Path) -> dict[str, object]:
    """Read the manifest of a run and check that its files are there, each of its size.

    Raises
    ------
    RunError
        The folder is missing, holds no finished run, or a file was removed or changed.
    """
    path = folder / MANIFEST
    if not folder.is_dir():
        raise RunError(f"{folder}: no such run folder; make one with: ringscope run DATA --out RUN")
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise RunError(f"{folder}: no finished run ({MANIFEST} is missing); run again") from None
    except (OSError, ValueError) as error:
        raise RunError(f"{path}: cannot be read ({error}); run again") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise RunError(f"{path}: not a manifest of format {FORMAT}; run again with this version")
    for name, facts in found["files"].items():
        file = folder / name
        if not file.is_file() or file.stat().st_size != facts["bytes"]:
            raise RunError(f"{file}: missing or changed since the run was written; run again")
    return found
