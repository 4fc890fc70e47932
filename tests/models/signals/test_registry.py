from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import polars as pl
import pytest

from ingest import Tables
from models.features.frames import in_account_order
from models.signals import Family

Make = Callable[..., Tables]


def counts(tables: Tables) -> pl.DataFrame:
    per_account = tables.events.group_by("account").agg(
        pl.len().alias("events"), pl.col("target_id").n_unique().alias("targets")
    )
    return in_account_order(per_account, tables.accounts.height)


@pytest.fixture
def family() -> Family[pl.DataFrame]:
    made = Family("counts", "Counts", counts, needs=("events",))

    @made.signal("count_of_events", "events: {count:.0f}")
    def events(shared: pl.DataFrame) -> pl.Series:
        """Many events are much work."""
        return shared["events"]

    @made.signal("count_of_targets", "{value:.0f} targets", needs=("events.target_id",))
    def targets(shared: pl.DataFrame) -> pl.Series:
        """Many targets are many people."""
        return shared["targets"]

    return made


def event(account: int, target: str | None = None) -> dict[str, object]:
    ts = datetime(2026, 1, 1 + account)
    return {"account": account, "ts": ts, "event_type": "view", "target_id": target}


def test_values_are_plain_and_in_account_order(
    make_tables: Make, family: Family[pl.DataFrame]
) -> None:
    tables = make_tables(3, events=[event(2, "x"), event(2, "y"), event(0, "x")])
    found = family.values(tables)
    assert found.schema == {"count_of_events": pl.Float32, "count_of_targets": pl.Float32}
    assert found.rows() == [(1, 1), (None, None), (2, 2)]


def test_a_signal_without_its_input_is_not_known_and_says_what_lacks(
    make_tables: Make, family: Family[pl.DataFrame]
) -> None:
    tables = make_tables(2, events=[event(0), event(1)])
    assert family.lacking(tables, "count_of_events") == []
    assert family.lacking(tables, "count_of_targets") == ["events.target_id"]
    assert family.values(tables, ["count_of_targets"])["count_of_targets"].to_list() == [None, None]


def test_nothing_is_computed_without_input(make_tables: Make, family: Family[pl.DataFrame]) -> None:
    def fail(_: Tables) -> pl.DataFrame:
        raise AssertionError("prepared for nothing")

    unprepared = Family("counts", "Counts", fail, signals=family.signals)
    assert unprepared.values(make_tables(2))["count_of_events"].null_count() == 2
    assert unprepared.features(make_tables(2)).known().columns == []


def test_columns_said_by_their_count_are_logged(
    make_tables: Make, family: Family[pl.DataFrame]
) -> None:
    tables = make_tables(1, events=[event(0, "x"), event(0, "y")])
    table = family.features(tables)
    assert table.frame["count_of_events"].to_list() == pytest.approx([1.0986123])
    assert table.frame["count_of_targets"].to_list() == [2]
    assert table.families == dict.fromkeys(table.columns, "counts")
    assert table.words["count_of_events"] == "events: {count:.0f}"


def test_a_signal_has_a_text_a_name_of_its_own_and_real_needs(
    family: Family[pl.DataFrame],
) -> None:
    def wordless(shared: pl.DataFrame) -> pl.Series:
        return shared["events"]

    def told(shared: pl.DataFrame) -> pl.Series:
        """Something."""
        return shared["events"]

    with pytest.raises(ValueError, match="no docstring"):
        family.signal("other", "words")(wordless)
    with pytest.raises(ValueError, match="two signals"):
        family.signal("count_of_events", "words")(told)
    with pytest.raises(ValueError, match="no input table"):
        family.signal("other", "words", needs=("visits",))(told)
    assert family.signals["count_of_events"].text == "Many events are much work."
