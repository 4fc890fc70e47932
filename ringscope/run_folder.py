"""Run folders on disk: a reader sees a whole run or none.

A run is written into a temporary sibling, `<name>.tmp-<pid>`, synced to disk and then renamed.
With `force` an old run steps aside (`<name>.old-<pid>`) for the length of two renames. What a
writer that died left behind is put right by the next writer to the same name.
"""

from __future__ import annotations

import errno
import fcntl
import io
import json
import math
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import psutil

from ingest.errors import RunError

from . import csvsafe

MANIFEST = "manifest.json"


@contextmanager
def writing(
    out: Path, *, force: bool = False, what: str = "run", mark: str = MANIFEST
) -> Iterator[Path]:
    """Give a folder to write into; it takes the name `out` when the block ends well.

    Parameters
    ----------
    out
        The run folder to be. May be absent or an empty folder.
    force
        Replace the run that is there. A folder that is not a run is never replaced.
    what, mark
        What is written, in words, and the file by which a finished one is known.

    Raises
    ------
    RunError
        `out` is taken, or the disk refuses. Nothing of the new run is left, the old one stands.
    """
    out = Path(os.path.abspath(out))  # noqa: PTH100 - resolve() would follow a link at `out`
    with disk_errors(out):
        _check_free(out, force=force, what=what, mark=mark)
        out.parent.mkdir(parents=True, exist_ok=True)
        _mend(out, mark)
        temporary = out.with_name(f"{out.name}.tmp-{os.getpid()}")
        temporary.mkdir()
        lock = _lock(temporary)
    try:
        with disk_errors(out, under=temporary):
            yield temporary
        with disk_errors(out):
            _sync(temporary)
            _check_free(out, force=force, what=what, mark=mark)
            _put(temporary, out)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        os.close(lock)


def _check_free(out: Path, *, force: bool, what: str, mark: str) -> None:
    """Refuse an output name that is taken by something that must not be replaced."""
    if out.is_symlink():
        raise RunError(f"{out}: is a symbolic link; name the folder itself")
    if not out.exists():
        return
    if not out.is_dir():
        raise RunError(f"{out}: is a file, not a folder; choose another name")
    if (out / mark).is_file():
        if not force:
            raise RunError(f"{out}: a {what} is there already; add --force to replace it")
    elif any(out.iterdir()):
        raise RunError(f"{out}: holds files that are no {what}; choose an empty or new folder")


@contextmanager
def disk_errors(out: Path, under: Path | None = None) -> Iterator[None]:
    """Turn a refusal of the disk into one RunError; `under` limits it to paths below a folder.

    Raises
    ------
    RunError
        Instead of an OSError: what could not be written, and why.
    """
    try:
        yield
    except OSError as error:
        named = Path(str(error.filename)) if error.filename else None
        full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
        if under and not full and not (named and named.is_relative_to(under)):
            raise
        reason = error.strerror or str(error)
        raise RunError(
            f"{out}: cannot be written ({reason}); check space and permissions, "
            "or choose another name"
        ) from error


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame so that equal frames give equal bytes."""
    buffer = io.BytesIO()
    frame.rechunk().write_parquet(
        buffer, compression="zstd", compression_level=3, row_group_size=262_144
    )
    path.write_bytes(buffer.getbuffer())


def write_csv(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame as CSV with safe cells; see `csvsafe.to_csv`."""
    path.write_bytes(csvsafe.to_csv(frame).encode())


def write_json(value: Mapping[str, object], path: Path) -> None:
    """Write JSON with sorted keys; NaN, a figure that does not exist, is written as null."""
    text = json.dumps(_said(value), indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    path.write_bytes(text.encode() + b"\n")


def write_document(value: Mapping[str, object] | str, path: Path) -> None:
    """Write JSON, or text as it is."""
    if isinstance(value, str):
        path.write_bytes(value.encode())
    else:
        write_json(value, path)


def _said(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _said(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_said(inner) for inner in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def _sync(folder: Path) -> None:
    """Flush all files and folders below, and the folder itself, to disk."""
    for path in [*folder.rglob("*"), folder]:
        fsync(path)


def fsync(path: Path) -> None:
    """Flush a file, or the names in a folder, to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _put(temporary: Path, out: Path) -> None:
    """Rename the finished folder; an old run steps aside and comes back if that fails."""
    aside = out.with_name(f"{out.name}.old-{os.getpid()}")
    if out.exists() and any(out.iterdir()):
        out.rename(aside)
    try:
        temporary.rename(out)
    except OSError:
        if aside.exists():
            aside.rename(out)
        raise
    fsync(out.parent)
    shutil.rmtree(aside, ignore_errors=True)


def _mend(out: Path, mark: str) -> None:
    """Remove what dead writers left; bring back an old run that was caught between two names."""
    for state in ("old", "tmp"):
        prefix = f"{out.name}.{state}-"
        for left in sorted(out.parent.iterdir()):
            pid = left.name.removeprefix(prefix)
            if pid == left.name or not pid.isdigit() or not _abandoned(left, int(pid)):
                continue
            if state == "old" and (left / mark).is_file() and not out.exists():
                left.rename(out)
            else:
                shutil.rmtree(left)


def _abandoned(folder: Path, pid: int) -> bool:
    """Whether the writer of a folder is gone.

    A process id alone does not tell: containers number theirs alike. A writer holds a lock.
    """
    if pid != os.getpid() and psutil.pid_exists(pid):
        return False
    try:
        os.close(_lock(folder))
    except BlockingIOError:
        return False
    return True


def _lock(folder: Path) -> int:
    """Lock a folder for as long as the returned descriptor stays open."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle
