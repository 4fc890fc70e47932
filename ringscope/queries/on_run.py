"""Questions asked of a run folder, without a server: SQL over its tables by DuckDB."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from ingest.errors import RunError, SettingsError

from .lint import tables
from .names import EVENT_COLUMNS, EVENTS
from .schema import Query, Value
from .table import table

if TYPE_CHECKING:
    from ..run import Run

_MEMORY = "2GB"
Setting = str | bool | int | float | list[str]


def ask_run(query: Query, values: Mapping[str, Value], run: Run) -> pl.DataFrame:
    """Ask a run.

    Parameters
    ----------
    query
        The question.
    values
        A value for each of its parameters, see `binding.bind`.
    run
        The run.

    Returns
    -------
    DataFrame
        The columns of the question; at most `query.limit` rows.

    Raises
    ------
    SettingsError
        The question needs the graph.
    RunError
        The run's tables are not what they should be.
    """
    import duckdb

    if query.sql is None:
        raise SettingsError(
            f"{query.id}: needs the graph in Neo4j (ringscope neo4j up, then load); leave out "
            "--run and --store"
        )
    # The SQL sees the tables that it names, no file, no network and no other setting.
    settings = dict[str, Setting](enable_external_access="false", memory_limit=_MEMORY, threads="2")
    with duckdb.connect(":memory:", config=settings) as database:
        for name in sorted(tables(query.sql)):
            database.register(name, _table(run, name))
        database.execute("SET lock_configuration = true")
        statements = duckdb.extract_statements(query.sql)
        if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
            raise SettingsError(f"{query.id}: is not one SELECT")
        try:
            answer = database.execute(query.sql, dict(values))
            return table(answer.fetchall(), [str(column[0]) for column in answer.description])
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise RunError(f"{run.folder}: {query.id} cannot be answered ({reason})") from error


def _table(run: Run, name: str) -> pl.DataFrame:
    if name == EVENTS and f"{name}.parquet" not in run.manifest["files"]:
        return pl.DataFrame(schema=EVENT_COLUMNS)
    return run.frame(name)
