"""The local server: started, watched and stopped by its own process id."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil

from ingest.errors import ServerError

from . import config, fetch
from .address import Target, errors
from .home import DATABASE, USER, Facts, Home, new_password
from .tools import java

_OPENS = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
_MAIN = "org.neo4j.server.CommunityEntryPoint"
_FACTORY_PASSWORD = "neo4j"  # noqa: S105 - what a new Neo4j has; it only lets one change it
_STARTS_IN, _STOPS_IN, _LOOK_EVERY = 120.0, 60.0, 0.1


@dataclass(frozen=True)
class State:
    """What the local server does now.

    Attributes
    ----------
    facts
        Ports and process of the last start; None before the first.
    running
        Whether its process is alive.
    answers
        Whether it takes connections.
    memory_mb
        Its resident memory in MiB; 0 if it does not run.
    """

    facts: Facts | None
    running: bool = False
    answers: bool = False
    memory_mb: float = 0.0


def silent(*_: object) -> None:
    """Tell nobody."""


def up(home: Home, changes: Mapping[str, Any], *, tell: Callable[[str], None] = silent) -> Facts:
    """Start the local server and wait until it takes logins; nothing happens if it runs.

    Parameters
    ----------
    home
        Its folder.
    changes
        Fields of `Facts` that differ from the last start.
    tell
        Called with a line for each long step.

    Returns
    -------
    Facts
        What it runs with.

    Raises
    ------
    ServerError
        Java or Maven is missing, a port is taken, it does not start, or it runs otherwise.
    """
    home.make()
    with fetch.locked(home.folder):
        last = home.facts() or Facts()
        wanted = replace(last, **changes)
        if last.process():
            return _already(last, wanted)
        command = java()
        if not fetch.is_complete(fetch.cache() / "lib"):
            tell(f"downloading Neo4j {fetch.version()} by Maven (140 MB, once)")
        jars = fetch.library()
        for port, option in (
            (wanted.bolt_port, "--bolt-port"),
            (wanted.http_port, "--http-port"),
        ):
            _check_port(port, option)
        if wanted.importing:
            home.empty_database()
            wanted = replace(wanted, importing=False)
        tell("starting Neo4j")
        facts = _start(home, wanted, command, jars)
        _wait(home, facts)
        _set_password(home, facts)
    return facts


def _already(facts: Facts, wanted: Facts) -> Facts:
    if facts != wanted:
        raise ServerError(
            f"the local Neo4j server runs with other settings (bolt port {facts.bolt_port}, http "
            f"port {facts.http_port}, {facts.heap_mb} MB, "
            f"{'read-only' if facts.read_only else 'writable'}); first: ringscope neo4j down"
        )
    return facts


def status(home: Home) -> State:
    """Look at the local server."""
    facts = home.facts()
    process = facts.process() if facts else None
    if facts is None or process is None:
        return State(facts)
    try:
        memory = process.memory_info().rss / 2**20
    except psutil.Error:
        return State(facts)
    return State(facts, running=True, answers=_listens(facts.bolt_port), memory_mb=memory)


def down(home: Home) -> bool:
    """Stop the local server and wait until it is gone.

    Returns
    -------
    bool
        Whether it ran.

    Raises
    ------
    ServerError
        It does not stop.
    """
    if home.facts() is None:
        return False
    with fetch.locked(home.folder):
        facts = home.facts()
        process = facts.process() if facts else None
        if process is None:
            return False
        process.terminate()
        try:
            process.wait(_STOPS_IN)
        except psutil.TimeoutExpired:
            raise ServerError(
                f"Neo4j (process {process.pid}) did not stop in {_STOPS_IN:.0f} s; see {home.log}"
            ) from None
    return True


def _check_port(port: int, option: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise ServerError(
                f"port {port} is taken ({error.strerror}); stop what uses it, or choose another "
                f"with {option}"
            ) from error


def java_command(command: Path, jars: Path, heap_mb: int, main: str) -> list[str]:
    """Words of a command line that runs one of the server's programs."""
    opens = [f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in _OPENS]
    # A small heap on few cores: the collector that is Java's own choice takes twice the time.
    memory = [f"-Xmx{heap_mb}m", "-XX:+UseParallelGC"]
    return [str(command), *memory, "-cp", f"{jars}/*", *opens, main]


def _start(home: Home, wanted: Facts, command: Path, jars: Path) -> Facts:
    (home.folder / "conf" / "neo4j.conf").write_text(config.text(wanted), encoding="ascii")
    home.log.unlink(missing_ok=True)
    words = java_command(command, jars, wanted.heap_mb, _MAIN)
    words += [f"--home-dir={home.folder}", f"--config-dir={home.folder / 'conf'}"]
    environment = {name: text for name, text in os.environ.items() if name != "NEO4J_PASSWORD"}
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    # A session of its own: it outlives this process and the terminal.
    pid = os.posix_spawn(
        words[0],
        words,
        environment,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, home.console, flags, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
    )
    facts = replace(wanted, pid=pid, started=psutil.Process(pid).create_time())
    home.write(facts)
    return facts


def _wait(home: Home, facts: Facts) -> None:
    """Wait until the server says that it started; a server that does not is stopped."""
    end = time.monotonic() + _STARTS_IN
    while time.monotonic() < end:
        process = facts.process()
        if process is None:
            raise ServerError(f"Neo4j stopped while it started: {_last_error(home)}")
        if _started(home) and _listens(facts.bolt_port):
            return
        time.sleep(_LOOK_EVERY)
    process = facts.process()
    if process:
        process.kill()
    raise ServerError(f"Neo4j did not start in {_STARTS_IN:.0f} s; see {home.log}")


def _started(home: Home) -> bool:
    return home.log.is_file() and "Started." in home.log.read_text("utf-8", errors="replace")


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _last_error(home: Home) -> str:
    """The line of a log that says most, and where the log is."""
    for path in (home.log, home.console):
        if path.is_file():
            lines = path.read_text("utf-8", errors="replace").splitlines()
            bad = [line for line in lines if "ERROR" in line or "Exception" in line]
            if bad:
                return f"{bad[0].strip()[:200]} (see {path})"
    return f"see {home.log}"


def _set_password(home: Home, facts: Facts) -> None:
    """Give a new server its password: that of NEO4J_PASSWORD, else one that nobody guesses.

    The file is written first: a start that dies in between is mended by the next one.
    """
    from neo4j import GraphDatabase
    from neo4j.exceptions import AuthError

    if home.password() is None:
        home.keep_password(os.environ.get("NEO4J_PASSWORD") or new_password())
    password = home.password() or ""
    with errors(Target(facts.uri, USER, password)):
        try:
            with GraphDatabase.driver(facts.uri, auth=(USER, _FACTORY_PASSWORD)) as driver:
                driver.execute_query(
                    "ALTER CURRENT USER SET PASSWORD FROM $old TO $new",
                    {"old": _FACTORY_PASSWORD, "new": password},
                    database_="system",
                )
        except AuthError:
            # It was given a password before.
            with GraphDatabase.driver(facts.uri, auth=(USER, password)) as driver:
                driver.execute_query("RETURN 1", database_=DATABASE)
