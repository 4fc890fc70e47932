from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ingest import (
    TABLES,
    InputError,
    SettingsError,
    Tables,
    check_tables,
    read_tables,
    refused_rows,
)

Folder = Callable[..., Path]


def refused(tables: Tables, name: str) -> int:
    counts = dict(refused_rows(tables.quarantine).iter_rows())
    return int(counts.get(name, 0))


def test_rows_in_are_rows_clean_and_rows_refused(folder: Folder) -> None:
    logins = [f"a{1 + i % 5},2026-01-01,8.8.8.{i}" for i in range(60)]
    logins += ["a1,2026-01-01,8.8.8.0", "a9,2026-01-01,8.8.8.8", "a1,soon,8.8.8.8", "a1,2026"]
    logins += [",2026-01-01,8.8.8.8", 'a1,2026-01-01,"8', "a1,2026-01-01,x", "a1,2026-01-01,"]
    tables = read_tables(folder(logins="account_id,ts,ip\n" + "\n".join(logins)))
    assert tables.logins.height == 60
    assert refused(tables, "logins") == 8
    assert tables.quarantine.select("row", "reason").rows() == [
        (61, "duplicate row"),
        (62, "no such account"),
        (63, tables.quarantine["reason"][2]),
        (64, "2 fields, the header has 3"),
        (65, "blank"),
        (66, "broken quotes"),
        (67, "none of ip, device_id"),
        (68, "none of ip, device_id"),
    ]


def test_too_many_bad_rows_stop_the_run(folder: Folder) -> None:
    lines = [f"a1,2026-01-01T00:00:{i:02},view" for i in range(14)] + ["a1,????,view"] * 6
    source = folder(events="account_id,ts,event_type\n" + "\n".join(lines))
    with pytest.raises(InputError) as caught:
        read_tables(source, max_bad_share=0.04)
    read_tables(source, max_bad_share=0.05)  # five of the six are exact duplicates
    message = str(caught.value)
    assert "events.csv: 1 of 20 rows are bad (5%, at most 4% are allowed)" in message
    assert "column 'ts': not a time stamp" in message
    assert "(first: row 15)" in message
    lines[14:] = [f"a1,?{i},view" for i in range(6)]
    with pytest.raises(InputError, match="6 of 20 rows are bad \\(30%"):
        read_tables(folder(events="account_id,ts,event_type\n" + "\n".join(lines)))


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_outside_its_range(folder: Folder, share: float) -> None:
    with pytest.raises(SettingsError, match="max_bad_share"):
        read_tables(folder(), max_bad_share=share)


def test_shuffled_rows_and_columns_give_the_same_tables(folder: Folder) -> None:
    rng = np.random.default_rng(5)
    logins = pl.DataFrame(
        {
            "account_id": rng.choice(["a1", "a2", "a3", "zz"], 300),
            "ts": rng.choice(["2026-01-01", "1767225600", "2026-01-02T03:00:00Z"], 300),
            "ip": rng.choice(["8.8.8.8", "8.8.4.4", "::1", ""], 300),
            "device_id": rng.choice(["d1", "D2", "unknown"], 300),
        }
    )
    results = []
    for seed in range(3):
        shuffled = logins.sample(fraction=1, shuffle=True, seed=seed)
        source = folder(logins=shuffled.select(shuffled.columns[:: 1 - 2 * (seed % 2)]).write_csv())
        results.append(read_tables(source, max_bad_share=0.5))
        assert results[0].logins.equals(results[-1].logins), seed
        assert refused(results[-1], "logins") == refused(results[0], "logins"), seed


def test_a_gzip_that_ends_early_names_the_file(folder: Folder) -> None:
    rows = "".join(f"a{i},{i * 7919}\n" for i in range(3000))
    source = folder(accounts__csv_gz=gzip.compress(f"account_id,x\n{rows}".encode())[:-200])
    (source / "accounts.csv").unlink()
    with pytest.raises(InputError, match=r"accounts.csv.gz: the gzip data end early"):
        read_tables(source)


def test_notes_say_what_was_lacking_and_sources_are_hashes(folder: Folder) -> None:
    tables = read_tables(folder())
    assert tables.notes == tuple(
        sorted(f"No {name} table was given." for name in TABLES if name != "accounts")
    )
    assert [len(digest) for digest in tables.sources.values()] == [64]


def test_formulas_and_markup_are_data(folder: Folder) -> None:
    names = ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "<script>alert(1)</script>", "'; DROP TABLE"]
    text = "account_id,username\n" + "".join(f'a{i},"{name}"\n' for i, name in enumerate(names))
    tables = read_tables(folder(accounts=text))
    assert tables.accounts["username"].to_list() == names


def test_the_planted_world(shared_data: Path) -> None:
    folder = shared_data / "worlds" / "a" / "data"
    rows = {
        "accounts": 20_058,
        "logins": 142_084,
        "messages": 60_599,
        "events": 146_077,
        "payments": 8_492,
    }
    start = time.process_time()
    tables = read_tables(folder)
    assert time.process_time() - start < 10, "far slower than it should be"
    for name, count in rows.items():
        assert getattr(tables, name).height + refused(tables, name) == count
    assert tables.accounts["label"].value_counts(sort=True).rows() == [
        (None, 17_971),
        (0, 1_781),
        (1, 306),
    ]
    duplicates = tables.quarantine.filter(reason="duplicate row").group_by("table").len()
    assert dict(duplicates.iter_rows()) == {"logins": 9_740, "messages": 148, "events": 3_477}
    assert tables.quarantine.filter(pl.col("reason").str.ends_with("row kept")).height == 0
    assert len(tables.features) == 8
    check_tables(tables)


def test_a_table_of_negative_counts_is_told_so() -> None:
    rows = pl.DataFrame({"account_id": ["a"] * 3, "ts": ["2026-01-01"] * 3, "views": [-1, -2, -3]})
    with pytest.raises(InputError, match="or not a number of at least 0"):
        read_tables({"accounts": pl.DataFrame({"account_id": ["a"]}), "engagement": rows})
