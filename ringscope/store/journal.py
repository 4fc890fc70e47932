"""An append-only journal: one JSON record per line, each sealed with a chained checksum.

A record is on disk when `append` returns. A line that was cut off by a crash can only be the last
one; it is set aside (`<name>.torn`) by the next writer. Any other damage breaks the chain of
checksums and is refused with the number of the line.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ingest.errors import RunError

from ..run_folder import disk_errors, fsync

_LOG = logging.getLogger("ringscope.store")
_START = "ringscope journal 1"


class Contents(NamedTuple):
    """What a journal holds: sound records, the checksum of the last, and where sound bytes end."""

    records: tuple[dict[str, Any], ...]
    tip: str
    end: int


class Journal:
    """A journal on disk.

    Parameters
    ----------
    path
        The file; it is made by the first `append`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Contents:
        """Read and check all records; a torn last line is left out.

        Raises
        ------
        RunError
            A line was altered or lost, or the file cannot be read.
        """
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return Contents((), _START, 0)
        except OSError as error:
            raise RunError(f"{self.path}: cannot be read ({error.strerror})") from error
        return _parsed(self.path, data)

    def append(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Add a record durably and return it with its number `n`, counted from 1.

        Raises
        ------
        RunError
            The journal was altered, or the disk refuses; nothing of the record is left then.
        """
        with disk_errors(self.path):
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                return self._append(handle, record)
            finally:
                os.close(handle)

    def _append(self, handle: int, record: Mapping[str, Any]) -> dict[str, Any]:
        data = _read_all(handle)
        found = _parsed(self.path, data)
        if found.end < len(data):
            self._set_aside(handle, data[found.end :], found.end)
        sealed = {"n": len(found.records) + 1, **record}
        line = _line({**sealed, "chain": _seal(found.tip, sealed)})
        try:
            os.lseek(handle, found.end, os.SEEK_SET)
            _write_all(handle, line)
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, found.end)
            raise
        if not found.records:
            fsync(self.path.parent)
        return sealed

    def _set_aside(self, handle: int, torn: bytes, end: int) -> None:
        aside = self.path.with_name(f"{self.path.name}.torn")
        with aside.open("ab") as file:
            file.write(torn + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.ftruncate(handle, end)
        _LOG.warning("%s: a torn last line was set aside in %s", self.path, aside.name)


def _parsed(path: Path, data: bytes) -> Contents:
    lines = data.split(b"\n")
    torn = lines.pop()
    tip, records = _START, []
    for number, line in enumerate(lines, start=1):
        record = _opened(line, tip)
        if record is None:
            raise RunError(
                f"{path}: line {number} was altered, or a line before it was lost; restore the "
                "journal from a copy"
            )
        tip = record.pop("chain")
        records.append(record)
    return Contents(tuple(records), tip, len(data) - len(torn))


def _opened(line: bytes, tip: str) -> dict[str, Any] | None:
    """Return the record of a line if its checksum fits to the one before."""
    try:
        record = json.loads(line)
        sealed = {name: value for name, value in record.items() if name != "chain"}
        return record if record["chain"] == _seal(tip, sealed) else None
    except (ValueError, KeyError, AttributeError):
        return None


def _seal(tip: str, record: Mapping[str, Any]) -> str:
    return hashlib.sha256(tip.encode() + b"\n" + _line(record)).hexdigest()


def _line(record: Mapping[str, Any]) -> bytes:
    # ASCII: no text from strangers can hold a line break or trick a terminal that shows the file.
    return json.dumps(record, sort_keys=True, ensure_ascii=True, allow_nan=False).encode() + b"\n"


def _read_all(handle: int) -> bytes:
    os.lseek(handle, 0, os.SEEK_SET)
    parts = []
    while part := os.read(handle, 1 << 20):
        parts.append(part)
    return b"".join(parts)


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]
