"""What was read from messages on earlier nights, as files of a store.

It spares time and decides nothing: where it is missing, altered or of other library versions, the
messages are read again, and the result is the same. The secret of its hashes stays in the store.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
from typing import TYPE_CHECKING

import polars as pl

from ingest.errors import RunError

from .. import manifest
from ..run_folder import write_json, write_parquet, writing
from .layout import Store

if TYPE_CHECKING:
    from models.features.kept import Kept

MARK = "kept.json"
INDEX = "accounts"
_LOG = logging.getLogger("ringscope.store")


def load_kept(store: Store) -> Kept:
    """What the last night of a store kept; empty, with the reason in the log, where it is no use.

    Raises
    ------
    RunError
        The disk refuses.
    """
    from models.features.kept import Found, Kept

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
    frames = {name: pl.read_parquet(store.kept / f"{name}.parquet") for name in mark["files"]}
    return Kept(Found(frames.pop(INDEX), frames), key)


def save_kept(store: Store, kept: Kept) -> None:
    """Keep what tonight read; a disk that refuses is told in the log and costs only time."""
    found = kept.found()
    if found is None:
        return
    try:
        with writing(store.kept, force=True, what="kept reading", mark=MARK) as folder:
            hashes = {}
            for name, frame in {INDEX: found.index, **found.frames}.items():
                path = folder / f"{name}.parquet"
                write_parquet(frame, path)
                hashes[name] = manifest.sha256(path)
            mark = {"key": kept.key.hex(), "versions": manifest.versions(), "files": hashes}
            write_json(mark, folder / MARK)
            os.chmod(folder / MARK, 0o600)  # noqa: PTH101 - the secret is nobody else's
    except RunError as error:
        _LOG.warning("what was read from messages is not kept: %s", error)


def _unfit(store: Store, mark: dict[str, dict[str, str]]) -> str:
    """Why what was kept is no use; blank if it is."""
    if mark["versions"] != manifest.versions():
        return "is of other library versions"
    for name, digest in mark["files"].items():
        path = store.kept / f"{name}.parquet"
        if not path.is_file() or manifest.sha256(path) != digest:
            return f"holds an altered file, {path.name}"
    return "" if INDEX in mark["files"] else "names no accounts"


def _nothing(reason: str) -> Kept:
    from models.features.kept import Kept

    _LOG.warning("all messages are read again: what was kept of them %s", reason)
    return Kept(key=secrets.token_bytes(32))
