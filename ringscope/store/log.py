"""The log of a night: what the job said, kept in the store."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..progress import SafeFormatter


class _Quiet(logging.FileHandler):
    """A log must not stop a job: a full disk is told by the run, not by its log."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Let the record go."""


@contextmanager
def logged(path: Path) -> Iterator[None]:
    """Write what ringscope logs in a block to a file as well; later blocks are added."""
    logger = logging.getLogger("ringscope")
    try:
        handler = _Quiet(path, encoding="utf-8")
    except OSError:
        yield
        return
    handler.setFormatter(SafeFormatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
    level = logger.level
    logger.setLevel(min(level or logging.INFO, logging.INFO))
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        with suppress(OSError):
            handler.close()
