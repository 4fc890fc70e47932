"""The bytes of one input file, with caps on line length and on what gzip may expand to."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from pathlib import Path
from typing import IO

from .errors import InputError
from .limits import MAX_LINE_BYTES, MAX_RATIO, RATIO_FREE_BYTES

_CHUNK = 2**20
_GZIP_MAGIC = b"\x1f\x8b"


def check_file(path: Path) -> None:
    """Raise InputError unless `path` is a readable, regular file that is not empty."""
    if path.is_dir():
        raise InputError(f"{path} is a directory; expected a file with rows")
    if not path.exists():
        raise InputError(f"{path} does not exist; give a file with rows")
    if not path.is_file():
        raise InputError(f"{path} is not a regular file; write the rows into a file first")
    try:
        with path.open("rb") as handle:
            empty = not handle.read(1)
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}); check its permissions"
        ) from error
    if empty:
        raise InputError(f"{path} is empty; remove it or write at least a header line")


def file_hash(path: Path) -> str:
    """Return the SHA-256 of the file as stored, in hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def read_text_bytes(path: Path) -> bytes:
    """Read a text file, expanded if it is gzip (told by content, not by name).

    Raises
    ------
    InputError
        A line over `MAX_LINE_BYTES`, a gzip that is broken, ends early or expands absurdly.
    """
    with path.open("rb") as raw:
        packed = raw.read(2) == _GZIP_MAGIC
        raw.seek(0)
        if not packed:
            return _read_chunks(path, raw, None)
        try:
            with gzip.open(raw, "rb") as expanded:
                return _read_chunks(path, expanded, path.stat().st_size)
        except EOFError as error:
            raise InputError(f"{path}: the gzip data end early; copy the file again") from error
        except (zlib.error, gzip.BadGzipFile) as error:
            raise InputError(f"{path}: broken gzip data ({error}); copy the file again") from error


def _read_chunks(path: Path, handle: IO[bytes] | gzip.GzipFile, packed_size: int | None) -> bytes:
    """Read to the end, giving up as soon as a cap is passed."""
    chunks: list[bytes] = []
    total = open_line = 0
    while chunk := handle.read(_CHUNK):
        total += len(chunk)
        open_line = _check_lines(path, chunk, open_line)
        if packed_size and total > RATIO_FREE_BYTES and total > MAX_RATIO * packed_size:
            raise InputError(
                f"{path}: expands to more than {MAX_RATIO} times its size; expand it yourself "
                "if that is right"
            )
        chunks.append(chunk)
    return b"".join(chunks)


def _check_lines(path: Path, chunk: bytes, open_line: int) -> int:
    """Return the length of the line still open at the end of the chunk."""
    ends = [place for mark in (b"\n", b"\r") if (place := chunk.find(mark)) >= 0]
    first = min(ends, default=len(chunk))
    if open_line + first > MAX_LINE_BYTES:
        raise InputError(
            f"{path}: a line is longer than {MAX_LINE_BYTES // 2**20} MiB; "
            "is it really one row per line?"
        )
    if not ends:
        return open_line + len(chunk)
    return len(chunk) - 1 - max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
