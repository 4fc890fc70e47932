"""One file, put in its place when it is whole."""

from __future__ import annotations

import os
from pathlib import Path

from ..run_folder import disk_errors


def place(out: Path, data: bytes) -> None:
    """Write a file beside its place and rename it into it; one that is there is replaced.

    Raises
    ------
    RunError
        The disk refuses; nothing is left.
    """
    with disk_errors(out):
        temporary = out.with_name(f"{out.name}.tmp-{os.getpid()}")
        try:
            temporary.write_bytes(data)
            temporary.replace(out)
        finally:
            temporary.unlink(missing_ok=True)
