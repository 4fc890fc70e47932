from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis
import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from ingest import Tables, read_tables
from ringscope import neo4j
from ringscope.neo4j import config

CYPHER_25 = "internal.dbms.cypher.enable_experimental_versions=true\n"

# The machine is shared, so no deadline per example; in CI the examples are the same every time.
hypothesis.settings.register_profile(
    "ringscope", deadline=None, print_blob=True, derandomize="CI" in os.environ
)
hypothesis.settings.load_profile("ringscope")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the clone; tests that need it are skipped without it."""
    folder = Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs the shared data: ../shared/data is not there")
    return folder


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """ringscope looks nothing up: a connection that leaves the machine fails the test."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise AssertionError(f"connection to {address[0]}: tests and ringscope stay offline")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_here)
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With several processes (`--dist loadgroup`), one runs all tests of Neo4j: one server."""
    for item in items:
        if item.get_closest_marker("neo4j"):
            item.add_marker(pytest.mark.xdist_group("neo4j"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[neo4j.Target]:
    """A real server of the session's own; commands find it as the local one.

    Its database keeps what a test loads: a test that needs an empty one asks for `neo4j_empty`.
    """
    if "CI" not in os.environ and not (shutil.which("java") and shutil.which("mvn")):
        pytest.skip("needs Java and Maven")
    home = neo4j.Home(tmp_path_factory.mktemp("neo4j") / "home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE"):
            patch.delenv(name, raising=False)
        patch.setenv("RINGSCOPE_NEO4J_HOME", str(home.folder))
        # Small graphs and a short life: compiling more would cost more time than it saves.
        patch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1")
        # Neo4j 5.26 has Cypher 25, but speaks it only when told.
        text = config.text
        patch.setattr(config, "text", lambda facts: text(facts) + CYPHER_25)
        ports = {"bolt_port": free_port(), "http_port": free_port()}
        try:
            neo4j.up(home, ports)
            yield neo4j.target()
        finally:
            neo4j.down(home)


@pytest.fixture
def neo4j_empty(neo4j_server: neo4j.Target) -> neo4j.Target:
    """The session's server with an empty database (its constraints stay)."""
    with neo4j.connect(neo4j_server) as driver, driver.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS").consume()
    return neo4j_server


def engagement_tables(values: NDArray[np.float64], step: int = 3_600) -> Tables:
    """Tables with the counts of `values`, shape (accounts, steps, metrics)."""
    accounts, steps, metrics = values.shape
    names = [f"a{i:03d}" for i in range(accounts)]
    times = [datetime(2026, 3, 2) + timedelta(seconds=step * i) for i in range(steps)]
    columns = {
        ("views", "likes", "comments", "shares")[k]: values[:, :, k].ravel() for k in range(metrics)
    }
    ids = np.repeat(np.array(names), steps)
    rows = pl.DataFrame({"account_id": ids, "ts": times * accounts, **columns})
    return read_tables({"accounts": pl.DataFrame({"account_id": names}), "engagement": rows})


def ordinary_counts(
    accounts: int, days: int = 14, seed: int = 3, metrics: int = 2
) -> NDArray[np.float64]:
    """Counts of people: a daily cycle and chance; likes are a tenth of views."""
    rng = np.random.default_rng(seed)
    hour = np.arange(24 * days) % 24
    level = rng.uniform(50, 150, (accounts, 1)) * np.exp(0.8 * np.cos((hour - 20) * np.pi / 12))
    rate = np.array([1.0, 0.1, 0.02, 0.01])[:metrics]
    return rng.poisson(level[:, :, None] * rate).astype(np.float64)


@pytest.fixture
def make_series() -> Callable[..., Tables]:
    """Give the builder of tables with an engagement table."""
    return engagement_tables


@pytest.fixture
def people() -> Callable[..., NDArray[np.float64]]:
    """Give ordinary counts."""
    return ordinary_counts
