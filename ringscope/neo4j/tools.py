"""Java and Maven on this machine: found, and of a version that will do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from ingest.errors import ServerError

JAVA_VERSIONS = (17, 21)
"""Java versions that Neo4j 5.26 runs on."""

_HOW = "install one (Debian: apt-get install default-jre-headless) or set JAVA_HOME"
_DOCKER = "or use docker compose up, see docs/neo4j.md"
_PATIENCE = 30


def java() -> Path:
    """Find a Java that the server runs on: that of JAVA_HOME, else the one on the path.

    Raises
    ------
    ServerError
        There is none, or its version will not do.
    """
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home, "bin")) if home else None)
    wanted = " or ".join(map(str, JAVA_VERSIONS))
    if not found:
        where = "JAVA_HOME has none" if home else "none was found"
        raise ServerError(f"Neo4j needs Java {wanted}, but {where}: {_HOW}, {_DOCKER}")
    version = _java_version(found)
    if version not in JAVA_VERSIONS:
        raise ServerError(
            f"Neo4j needs Java {wanted}, but {found} is {version or 'broken'}: {_HOW}, {_DOCKER}"
        )
    return Path(found)


def maven() -> Path:
    """Find Maven, which downloads the server.

    Raises
    ------
    ServerError
        There is none.
    """
    found = shutil.which("mvn")
    if not found:
        raise ServerError(
            "Maven, which downloads Neo4j, was not found: install it "
            f"(Debian: apt-get install maven), {_DOCKER}"
        )
    return Path(found)


def _java_version(command: str) -> int | None:
    """Feature version of a Java (17, 21, ...; 8 for the old 1.8); None if it says none."""
    try:
        said = subprocess.run(  # noqa: S603 - the path is the one that was just found
            [command, "-version"], capture_output=True, text=True, timeout=_PATIENCE, check=False
        ).stderr
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(version[1]) if version else None
