"""The folder of the local server: its data, configuration, log, password and process id."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from ingest.errors import ServerError

HOME_VARIABLE = "RINGSCOPE_NEO4J_HOME"
BOLT_PORT, HTTP_PORT, HEAP_MB = 7687, 7474, 512
USER, DATABASE = "neo4j", "neo4j"
_SECRET_BYTES = 18


@dataclass(frozen=True)
class Facts:
    """What the server was last started with.

    Attributes
    ----------
    bolt_port, http_port
        Ports on this machine's loopback address.
    heap_mb
        Java heap, in MiB.
    read_only
        Whether the server refuses every write.
    importing
        Whether an import writes the database's files, or died over it.
    pid, started
        Process id and start time (seconds since 1970, as the system tells it): together they name
        one process for good, an id alone is used again.
    """

    bolt_port: int = BOLT_PORT
    http_port: int = HTTP_PORT
    heap_mb: int = HEAP_MB
    read_only: bool = False
    importing: bool = False
    pid: int | None = None
    started: float | None = None

    def process(self) -> psutil.Process | None:
        """The server's process; None if it does not run."""
        if self.pid is None:
            return None
        try:
            process = psutil.Process(self.pid)
            same = process.create_time() == self.started
            alive = same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return None
        return process if alive else None

    @property
    def uri(self) -> str:
        """Where drivers connect."""
        return f"bolt://localhost:{self.bolt_port}"

    @property
    def browser(self) -> str:
        """Where people open the Browser."""
        return f"http://localhost:{self.http_port}/browser/"


@dataclass(frozen=True)
class Home:
    """A local server's folder.

    Parameters
    ----------
    folder
        Where it is; made at the first start, readable by its owner only.
    """

    folder: Path

    @classmethod
    def default(cls) -> Home:
        """The folder that RINGSCOPE_NEO4J_HOME names, else one below the user's data folder."""
        named = os.environ.get(HOME_VARIABLE)
        if named:
            return cls(Path(named).absolute())
        data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
        return cls(Path(data) / "ringscope" / "neo4j")

    @property
    def log(self) -> Path:
        """The server's own log."""
        return self.folder / "logs" / "neo4j.log"

    @property
    def console(self) -> Path:
        """What the server's process said before it had a log."""
        return self.folder / "logs" / "console.log"

    @property
    def password_file(self) -> Path:
        """The password of the user neo4j; mode 600."""
        return self.folder / "password"

    def make(self) -> None:
        """Make the folder and those that the server expects.

        Raises
        ------
        ServerError
            The folder belongs to something else, or the disk refuses.
        """
        known = (self.folder / "server.json").exists()
        try:
            if self.folder.exists() and not known and any(self.folder.iterdir()):
                raise ServerError(
                    f"{self.folder}: holds files that are no server of ringscope's; name another "
                    f"folder in {HOME_VARIABLE}"
                )
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for name in ("conf", "data", "import", "logs", "plugins"):
                (self.folder / name).mkdir(exist_ok=True)
            if not known:
                self.write(Facts())
        except OSError as error:
            raise ServerError(
                f"{self.folder}: cannot be written ({error.strerror}); name another folder in "
                f"{HOME_VARIABLE}"
            ) from error

    def empty_database(self) -> None:
        """Remove the database's files; the next start makes an empty one."""
        for name in ("databases", "transactions"):
            shutil.rmtree(self.folder / "data" / name / DATABASE, ignore_errors=True)

    def facts(self) -> Facts | None:
        """What the server was last started with; None if it never was."""
        path = self.folder / "server.json"
        try:
            return Facts(**json.loads(path.read_bytes()))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            raise ServerError(f"{path}: cannot be read ({error}); remove the file") from error

    def write(self, facts: Facts) -> None:
        """Keep what the server is started with."""
        path = self.folder / "server.json"
        fresh = path.with_name("server.json.new")
        fresh.write_text(json.dumps(asdict(facts), indent=2) + "\n", encoding="ascii")
        fresh.replace(path)

    def password(self) -> str | None:
        """The password in the home's file; None if there is none yet."""
        try:
            return self.password_file.read_text(encoding="utf-8").rstrip("\n")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ServerError(
                f"{self.password_file}: cannot be read ({error.strerror}); set NEO4J_PASSWORD"
            ) from error

    def keep_password(self, password: str) -> None:
        """Write the password for the owner's eyes only."""
        self.password_file.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(self.password_file, flags, 0o600), "w", encoding="utf-8") as file:
            file.write(password + "\n")


def new_password() -> str:
    """A password that nobody guesses."""
    return secrets.token_urlsafe(_SECRET_BYTES)
