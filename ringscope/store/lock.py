"""One nightly job at a time: a lock that names its holder and dies with it."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ingest.errors import RunError, StoreHeld

from ..run_folder import disk_errors
from ..safetext import visible

_LOG = logging.getLogger("ringscope.store")


@contextmanager
def held(path: Path, what: str) -> Iterator[None]:
    """Hold the lock of a store for the length of a block.

    The lock itself is the kernel's and ends with the process that holds it, however that dies;
    the file only tells who it is.

    Parameters
    ----------
    path
        The lock file.
    what
        What the holder does, in words.

    Raises
    ------
    StoreHeld
        Another process holds it; the message says which, and since when.
    RunError
        The file cannot be written, or the file system has no locks.
    """
    with disk_errors(path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _take(path, handle)
        with disk_errors(path):
            _sign(handle, what)
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def holder(path: Path) -> str | None:
    """Who holds the lock, in words; None if nobody does."""
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _who(handle)
    except OSError:
        return None
    finally:
        os.close(handle)
    return None


def _take(path: Path, handle: int) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StoreHeld(
            f"{path.parent}: held by {_who(handle)}; wait until it is done, or stop it"
        ) from None
    except OSError as error:
        raise RunError(
            f"{path}: this file system has no locks ({error.strerror}); keep the store on another"
        ) from error
    if os.fstat(handle).st_size:
        _LOG.warning("%s: the last holder died: %s", path.parent, _who(handle))


def _sign(handle: int, what: str) -> None:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    facts = {"pid": os.getpid(), "host": socket.gethostname(), "since": since, "what": what}
    os.ftruncate(handle, 0)
    os.pwrite(handle, json.dumps(facts).encode() + b"\n", 0)


def _who(handle: int) -> str:
    try:
        facts = json.loads(os.pread(handle, 4096, 0))
        return visible(
            f"{facts['what']} (process {facts['pid']} on {facts['host']}) since {facts['since']}"
        )
    except (OSError, ValueError, KeyError, TypeError):
        return "a process that has not given its name"
