"""skops files with the same bytes for the same model.

skops names objects and arrays by their place in memory and stamps the time of writing into the
archive. Here both are replaced: objects are numbered in order of appearance, and every entry gets
one fixed time.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

SCHEMA = "schema.json"
_PLACE = re.compile(r'("__id__": |"file": ")(\d+)')
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


def dump_skops(model: Any, path: Path) -> None:
    """Write a scikit-learn model; equal models give equal files."""
    import skops.io

    with zipfile.ZipFile(io.BytesIO(skops.io.dumps(model))) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    schema = entries.pop(SCHEMA).decode("utf-8")
    numbers: dict[str, str] = {}

    def numbered(found: re.Match[str]) -> str:
        return found[1] + numbers.setdefault(found[2], str(len(numbers)))

    schema = _PLACE.sub(numbered, schema)
    renamed = {f"{numbers[Path(name).stem]}{Path(name).suffix}": name for name in entries}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(renamed):
            archive.writestr(_entry(name), entries[renamed[name]])
        archive.writestr(_entry(SCHEMA), schema)


def _entry(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _FIXED_TIME)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info
