from __future__ import annotations

import polars as pl

from ingest import Tables, read_tables

N = 200


def tables_with(**columns: list[str] | list[str | None] | list[None]) -> Tables:
    ids = [f"a{i:03}" for i in range(N)]
    return read_tables({"accounts": pl.DataFrame({"account_id": ids, **columns})})


def test_numbers_are_features_and_few_values_are_a_category() -> None:
    tables = tables_with(
        rate=["0.5", "1e3", "", "NA", "-7", "+2", " 3 ", "4"] * (N // 8),
        plan=["free", "pro", "", None] * (N // 4),
        bio=[f"I am number {i}, truly" for i in range(N)],
        nothing=[None] * N,
        poem=["x" * 257, *[""] * (N - 1)],
    )
    assert tables.features == ("rate",)
    assert tables.categories == ("plan",)
    assert tables.accounts["rate"].head(8).to_list() == [0.5, 1000, None, None, -7, 2, 3, 4]
    assert set(tables.accounts["plan"]) == {"free", "pro", None}
    assert [note for note in tables.notes if "ignored" in note] == [
        "accounts: ignored 'bio', 'poem' (more than 50 values, or long text).",
        "accounts: ignored 'nothing' (blank).",
    ]
    assert tables.quarantine.height == 0


def test_a_stray_word_in_a_numeric_column_is_reported() -> None:
    cells = [str(i) for i in range(N)]
    tables = tables_with(rate=["inf", "none of it", *cells[2:]], other=["x"] * 5 + cells[5:])
    assert tables.features == ("rate",)
    assert tables.quarantine.select("row", "column", "value", "reason").rows() == [
        (1, "rate", "inf", "not a number; row kept"),
        (2, "rate", "none of it", "not a number; row kept"),
    ]


def test_names_that_ringscope_computes_and_columns_without_name_are_ignored() -> None:
    ones = ["1"] * N
    tables = tables_with(email_domain=ones, account=ones, **{"": ones})
    assert tables.features == ()
    assert "'account', 'email_domain'" in " ".join(tables.notes)
    assert "(no name)" in " ".join(tables.notes)
