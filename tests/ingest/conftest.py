from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

ACCOUNTS = "account_id,label\na1,1\na2,0\na3,\na4,\na5,\n"

Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Write a folder of tables: `folder(logins="...")`; accounts a1 to a5 unless given."""

    def write(**texts: str | bytes) -> Path:
        for name, text in {"accounts": ACCOUNTS, **texts}.items():
            stem, _, ending = name.partition("__")
            path = tmp_path / f"{stem}.{(ending or 'csv').replace('_', '.')}"
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path

    return write
