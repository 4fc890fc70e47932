"""The server's jar files: downloaded once by Maven, checked against pinned hashes.

A new version of the server: change `pom.xml`, then write the new hashes with
`sha256sum *.jar > jars.sha256` in a folder that Maven filled.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path

from ingest.errors import ServerError

from .tools import maven

_PATIENCE = 1800


def pinned() -> dict[str, str]:
    """File names of the server's jars with the SHA-256 that each has to have."""
    text = files(__package__).joinpath("jars.sha256").read_text(encoding="ascii")
    return {name: digest for digest, name in map(str.split, text.splitlines())}


def version() -> str:
    """Version of the Neo4j server that `pom.xml` names."""
    pom = files(__package__).joinpath("pom.xml").read_text(encoding="utf-8")
    found = re.search(r"neo4j-community-standalone</artifactId>\s*<version>([\d.]+)<", pom)
    assert found, "pom.xml names the server"  # noqa: S101 - a file of this package
    return found[1]


def cache() -> Path:
    """Folder of this version's files, below the user's cache folder."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "ringscope" / f"neo4j-{version()}"


def library() -> Path:
    """Return the folder of the server's jars; download them at first use.

    Raises
    ------
    ServerError
        Maven is missing, the download failed, or a file is not the pinned one.
    """
    folder = cache() / "lib"
    if is_complete(folder):
        return folder
    with locked(cache()):
        if not is_complete(folder):
            _download(folder)
    return folder


def is_complete(folder: Path) -> bool:
    """Whether a folder holds all pinned jars and no other."""
    return folder.is_dir() and {path.name for path in folder.iterdir()} == set(pinned())


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Make a folder and hold its lock: one process at a time works in it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _download(folder: Path) -> None:
    """Fill a folder: Maven works beside it, so that what is there is whole."""
    shutil.rmtree(folder, ignore_errors=True)
    work = folder.with_name("download")
    with as_file(files(__package__).joinpath("pom.xml")) as pom:
        _maven(pom, work)
    fresh = work / "lib"
    for path in fresh.iterdir():
        if path.name not in pinned():
            path.unlink()
    _check(fresh)
    fresh.rename(folder)
    # The repository is kept until here: a download that broke off goes on where it was.
    shutil.rmtree(work)


def _maven(pom: Path, work: Path) -> None:
    command = [
        *(str(maven()), "--batch-mode", "--quiet", "--no-transfer-progress"),
        *("--file", str(pom), "dependency:copy-dependencies"),
        *(f"-DoutputDirectory={work / 'lib'}", f"-Dmaven.repo.local={work / 'repository'}"),
    ]
    try:
        done = subprocess.run(  # noqa: S603 - Maven with our own pom
            command, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ServerError(
            f"Neo4j: Maven did not finish in {_PATIENCE} s; check the network, then try again"
        ) from error
    if done.returncode:
        said = [line for line in done.stdout.splitlines() if "ERROR" in line] or ["no message"]
        raise ServerError(
            f"Neo4j could not be downloaded by Maven: {said[0][:300]}; check the network (or the "
            "mirror in Maven's settings.xml), then try again"
        )


def _check(folder: Path) -> None:
    """Refuse a download of which a file is missing or not the pinned one."""
    for name, digest in pinned().items():
        path = folder / name
        if not path.is_file():
            raise ServerError(f"Neo4j: the download lacks {name}; try again")
        if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            path.unlink()
            raise ServerError(
                f"Neo4j: {name} is not the file that ringscope was tested with; try again, and "
                "distrust the mirror that it came from if this stays"
            )
