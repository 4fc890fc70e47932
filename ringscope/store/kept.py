"""What was computed of accounts and identifiers on earlier nights, as files of a store.

It spares time and decides nothing: where it is missing, altered or of other library versions, it
is computed again, and the result is the same. The secret of its hashes stays in the store.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
from pathlib import Path
from typing import Any

import polars as pl

from ingest.errors import RunError
from ingest.kept import Found, Kept

from .. import manifest
from ..run_folder import write_json, write_parquet, writing
from .layout import Store

MARK = "kept.json"
INDEX = "units"
"""File of a source that says which units its frames are about."""
_LOG = logging.getLogger("ringscope.store")


def load_kept(store: Store) -> Kept:
    """What the last night of a store kept; empty, with the reason in the log, where it is no use.

    Raises
    ------
    RunError
        The disk refuses.
    """
    try:
        mark = json.loads((store.kept / MARK).read_bytes())
        key = bytes.fromhex(mark["key"])
        reason = _unfit(store, mark)
    except FileNotFoundError:
        return Kept(key=secrets.token_bytes(32))
    except (OSError, ValueError, KeyError, TypeError) as error:
        return _nothing(f"cannot be read ({type(error).__name__})")
    if reason:
        return _nothing(reason)
    earlier = {}
    for source, files in mark["sources"].items():
        frames = {name: pl.read_parquet(_path(store.kept, source, name)) for name in files}
        earlier[source] = Found(frames.pop(INDEX), frames)
    return Kept(earlier, key)


def save_kept(store: Store, kept: Kept) -> None:
    """Keep what tonight made; a disk that refuses is told in the log and costs only time."""
    found = kept.found()
    if not found:
        return
    try:
        with writing(store.kept, force=True, what="kept parts", mark=MARK) as folder:
            hashes: dict[str, dict[str, str]] = {}
            for source, made in found.items():
                hashes[source] = {}
                for name, frame in {INDEX: made.index, **made.frames}.items():
                    path = _path(folder, source, name)
                    write_parquet(frame, path)
                    hashes[source][name] = manifest.sha256(path)
            mark = {"key": kept.key.hex(), "versions": manifest.versions(), "sources": hashes}
            write_json(mark, folder / MARK)
            os.chmod(folder / MARK, 0o600)  # noqa: PTH101 - the secret is nobody else's
    except RunError as error:
        _LOG.warning("what was computed is not kept: %s", error)


def _path(folder: Path, source: str, name: str) -> Path:
    return folder / f"{source}.{name}.parquet"


def _unfit(store: Store, mark: dict[str, Any]) -> str:
    """Why what was kept is no use; blank if it is."""
    if mark["versions"] != manifest.versions():
        return "is of other library versions"
    for source, files in mark["sources"].items():
        for name, digest in files.items():
            path = _path(store.kept, source, name)
            if not path.is_file() or manifest.sha256(path) != digest:
                return f"holds an altered file, {path.name}"
        if INDEX not in files:
            return f"does not say what its {source} are of"
    return ""


def _nothing(reason: str) -> Kept:
    _LOG.warning("all is computed again: what was kept %s", reason)
    return Kept(key=secrets.token_bytes(32))
