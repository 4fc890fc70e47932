from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import polars as pl
import pytest

from graph.sightings import find_sightings
from ingest import Tables

NOTHING = {
    "messages": pl.DataFrame(
        schema={"account": pl.UInt32, "ts": pl.Datetime("us"), "template": pl.String}
    ),
    "bursts": pl.DataFrame(
        schema={"account": pl.UInt32, "ts": pl.Datetime("us"), "burst": pl.String}
    ),
}


@pytest.mark.parametrize("seed", range(3))
def test_equal_a_plain_count_of_the_logins(random_world: Callable[..., Tables], seed: int) -> None:
    tables = random_world(seed)
    seen = defaultdict(list)
    for account, ts, device in tables.logins.select("account", "ts", "device_id").iter_rows():
        if device is not None:
            seen[account, device].append(ts)
    wanted = {(*key, min(ts), max(ts), len(ts)) for key, ts in seen.items()}
    found = find_sightings(tables, NOTHING)
    rows = found.rows.filter(pl.col("kind") == "device").join(
        found.identifiers.select("identifier", "value"), "identifier"
    )
    columns = ["account", "value", "first_seen", "last_seen", "count"]
    assert set(rows.select(columns).iter_rows()) == wanted, f"seed {seed}"
    assert rows.height == len(wanted)


def test_identifiers_are_numbered_by_kind_and_value(random_world: Callable[..., Tables]) -> None:
    found = find_sightings(random_world(1), NOTHING)
    numbers = found.identifiers["identifier"]
    assert numbers.to_list() == list(range(len(numbers)))
    assert found.identifiers.equals(found.identifiers.sort("kind", "value"))
    counted = found.rows.group_by("identifier").agg(pl.col("account").n_unique().alias("n"))
    joined = found.identifiers.join(counted, "identifier", "left")
    assert (joined["accounts"] == joined["n"]).all()


def test_a_payment_without_a_time_is_seen_without_a_time(tables_of: Callable[..., Tables]) -> None:
    tables = tables_of(2, payments={"account": [0, 1], "instrument_id": ["card", "card"]})
    found = find_sightings(tables, NOTHING)
    assert found.rows["first_seen"].to_list() == [None, None]
    assert found.identifiers.select("kind", "value", "accounts").rows() == [
        ("instrument", "card", 2)
    ]


def test_accounts_alone_give_nothing_but_the_right_columns(
    tables_of: Callable[..., Tables], random_world: Callable[..., Tables]
) -> None:
    empty = find_sightings(tables_of(3), NOTHING)
    full = find_sightings(random_world(0), NOTHING)
    assert empty.rows.is_empty()
    assert empty.rows.schema == full.rows.schema
    assert empty.identifiers.schema == full.identifiers.schema
