"""Which Neo4j server to talk to, and what its refusals mean."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import ServerError

from .home import DATABASE, USER, Home

if TYPE_CHECKING:
    from neo4j import Driver

_OLDEST = (5, 26)
_SCHEMES = frozenset({"bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc"})
_WAIT_SECONDS = 15
_UP = "start one with: ringscope neo4j up"


@dataclass(frozen=True)
class Target:
    """A server, and how to log in.

    Attributes
    ----------
    uri
        E.g. bolt://localhost:7687.
    user, password
        The password never shows in the object's text.
    database
        Name of the database.
    """

    uri: str
    user: str
    password: str = field(repr=False)
    database: str = DATABASE


def target(uri: str | None = None, user: str | None = None, database: str | None = None) -> Target:
    """Find the server: what is given, else the environment, else the local one.

    Parameters
    ----------
    uri, user, database
        From settings; NEO4J_URI, NEO4J_USERNAME and NEO4J_DATABASE come before them. The password
        is that of NEO4J_PASSWORD, or of the local server's file if no uri is given.

    Raises
    ------
    ServerError
        There is no local server, the address is none, or the password is missing.
    """
    env = os.environ
    uri = env.get("NEO4J_URI") or uri
    user = env.get("NEO4J_USERNAME") or user or USER
    database = env.get("NEO4J_DATABASE") or database or DATABASE
    password = env.get("NEO4J_PASSWORD")
    if uri is None:
        uri, password = _local(password)
    if "@" in uri:
        raise ServerError("the server's address holds a login; put the password in NEO4J_PASSWORD")
    if uri.partition("://")[0] not in _SCHEMES:
        raise ServerError(
            f"{uri}: not an address of a Neo4j server; it looks like bolt://localhost:7687"
        )
    if not password:
        raise ServerError(f"{uri}: no password; put it in the environment as NEO4J_PASSWORD")
    return Target(uri, user, password, database)


def _local(password: str | None) -> tuple[str, str | None]:
    """Address and password of the local server."""
    home = Home.default()
    facts = home.facts()
    if facts is None:
        raise ServerError(
            f"no Neo4j server is known: {_UP}, or name one in NEO4J_URI and NEO4J_PASSWORD"
        )
    if facts.process() is None:
        raise ServerError(f"the local Neo4j server is not running: {_UP}")
    return facts.uri, password or home.password()


@contextmanager
def connect(where: Target) -> Iterator[Driver]:
    """Open a driver; inside the block every error of the server is one ServerError.

    Raises
    ------
    ServerError
        No server answers, the login is wrong, its version will not do, or it refused or died.
    """
    from neo4j import GraphDatabase, NotificationMinimumSeverity

    with errors(where):
        driver = GraphDatabase.driver(
            where.uri,
            auth=(where.user, where.password),
            connection_timeout=_WAIT_SECONDS,
            connection_acquisition_timeout=_WAIT_SECONDS,
            max_transaction_retry_time=_WAIT_SECONDS,
            notifications_min_severity=NotificationMinimumSeverity.OFF,
        )
        with driver:
            driver.verify_connectivity()
            check_version(driver, where)
            yield driver


def check_version(driver: Driver, where: Target) -> None:
    """Refuse a server that is not Neo4j 5.26 or later.

    Raises
    ------
    ServerError
        Its version is another, or it is another product.
    """
    rows = driver.execute_query("CALL dbms.components() YIELD name, versions").records
    found = {str(row["name"]): str(row["versions"][0]) for row in rows}
    kernel = found.get("Neo4j Kernel", "another product")
    numbers = tuple(int(part) for part in kernel.split(".")[:2] if part.isdigit())
    if numbers < _OLDEST:
        raise ServerError(f"{where.uri}: runs {kernel}; ringscope needs 5.26 or later")


@contextmanager
def errors(where: Target) -> Iterator[None]:
    """Turn the driver's errors into one sentence each.

    Raises
    ------
    ServerError
        Instead of any error of the driver.
    """
    from neo4j import exceptions as neo

    try:
        yield
    except neo.AuthError as error:
        raise ServerError(
            f"{where.uri}: refuses the login of {where.user}; check NEO4J_PASSWORD"
            f"{_file_hint()} ({error.code or 'no code'})"
        ) from error
    except neo.ConfigurationError as error:
        raise ServerError(f"{where.uri}: not an address of a Neo4j server ({error})") from error
    except (neo.ServiceUnavailable, neo.SessionExpired) as error:
        reason = str(error).splitlines()[0][:200]
        raise ServerError(
            f"{where.uri}: no Neo4j server answers ({reason}); {_UP}, then try again"
        ) from error
    except (neo.Neo4jError, neo.DriverError) as error:
        reason = (getattr(error, "message", None) or str(error)).splitlines()[0][:300]
        raise ServerError(f"{where.uri}: refused: {reason}") from error


def _file_hint() -> str:
    path: Path = Home.default().password_file
    return f" (the local server's is in {path})" if path.is_file() else ""
