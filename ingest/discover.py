"""Which file of a folder is which table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .contract import TABLES
from .delimited import read_delimited
from .errors import InputError
from .filebytes import check_file
from .frames import read_parquet
from .jsonlines import read_jsonlines
from .rawtable import RawTable

READERS = {
    "csv": read_delimited,
    "tsv": read_delimited,
    "txt": read_delimited,
    "jsonl": read_jsonlines,
    "ndjson": read_jsonlines,
    "parquet": read_parquet,
}
"""Reader per file name ending; all but Parquet may end in .gz as well."""


def find_files(
    folder: Path, stems: Mapping[str, str], *, need_accounts: bool = True
) -> dict[str, Path]:
    """Find the table files of a folder.

    Parameters
    ----------
    folder
        Folder with `<table>.<ending>` files; other files are left alone.
    stems
        Table per file name without ending, for files that are named otherwise.
    need_accounts
        Whether a folder without the accounts table is refused.

    Raises
    ------
    InputError
        The folder is missing or a file, holds no accounts, or a table has two files.
    """
    if not folder.exists():
        raise InputError(f"{folder} does not exist; give the folder that holds accounts.csv")
    if not folder.is_dir():
        raise InputError(f"{folder} is a file; give the folder that holds accounts.csv")
    found: dict[str, Path] = {}
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise InputError(
            f"{folder} cannot be read ({error.strerror}); check permissions"
        ) from error
    for path in paths:
        stem, ending = _split_name(path.name)
        table = stems.get(stem, stem)
        if table not in TABLES or ending not in READERS:
            continue
        if table in found:
            raise InputError(f"{path} and {found[table].name} are both {table}; remove one of them")
        found[table] = path
    if "accounts" not in found and (need_accounts or not found):
        stem = next((stem for stem, table in stems.items() if table == "accounts"), "accounts")
        names = ", ".join(f"{stem}.{ending}" for ending in READERS)
        log = any(path.name.startswith("signup.") for path in paths) and stem == "accounts"
        hint = "; files of sign-ups, calls and searches are read with --preset event-logs"
        raise InputError(
            f"{folder} holds no accounts table; expected one of {names}, or .gz of it"
            f"{hint if log else ''}"
        )
    return found


def read_file(table: str, path: Path) -> RawTable:
    """Read one table file with the reader of its ending."""
    check_file(path)
    return READERS[_split_name(path.name)[1]](table, path)


def _split_name(name: str) -> tuple[str, str]:
    stem, _, ending = name.lower().removesuffix(".gz").rpartition(".")
    return stem, ending
