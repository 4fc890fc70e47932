from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ingest import InputError, read_tables

Folder = Callable[..., Path]


def test_an_account_with_every_column(folder: Folder) -> None:
    header = "account_id,created_at,email,username,phone,country,label"
    row = "a1,2026-01-01,Jo.D+x@Gmail.com,Jo_D9,0171 1234567,de,spam"
    tables = read_tables(folder(accounts=f"{header}\n{row}\n"))
    clean = tables.accounts.drop("created_at").row(0, named=True)
    assert clean == {
        "account_id": "a1",
        "email": "jo.d+x@gmail.com",
        "email_mailbox": "jod@gmail.com",
        "email_domain": "gmail.com",
        "email_disposable": False,
        "username": "Jo_D9",
        "username_skeleton": "jod",
        "phone": "+491711234567",
        "country": "DE",
        "label": 1,
    }
    assert tables.quarantine.height == 0


def test_cells_that_are_not_valid_cost_the_cell_and_not_the_row(folder: Folder) -> None:
    header = "account_id,created_at,email,phone,label"
    tables = read_tables(folder(accounts=f"{header}\na1,soon,jo@,call me,maybe\n"))
    assert tables.accounts.row(0, named=True)["label"] is None
    assert tables.quarantine.select("row", "column", "value").rows() == [
        (1, "created_at", "soon"),
        (1, "email", "jo@"),
        (1, "label", "maybe"),
        (1, "phone", "call me"),
    ]
    assert tables.quarantine["reason"].str.ends_with("; row kept").all()


@pytest.mark.parametrize(
    ("cell", "label"),
    [
        *[(cell, 1) for cell in ("1", "True", "SPAM", "yes")],
        *[(cell, 0) for cell in ("0", "ham", "honest", "No")],
        *[(cell, None) for cell in ("", "NA", "unknown", "maybe", "2")],
    ],
)
def test_labels(folder: Folder, cell: str, label: int | None) -> None:
    tables = read_tables(folder(accounts=f"account_id,label\na1,{cell}\n"))
    assert tables.accounts["label"].to_list() == [label]
    assert tables.quarantine.height == (cell in ("maybe", "2"))


def test_one_row_per_account_whatever_the_order(folder: Folder) -> None:
    lines = ["a1,,", "a1,b,1", "a1,b,0", "a1,b,0", *[f"b{i},x,1" for i in range(20)]]
    results = []
    for seed in range(4):
        shuffled = np.random.default_rng(seed).permutation(lines)
        text = "account_id,username,label\n" + "\n".join(shuffled) + "\n"
        tables = read_tables(folder(accounts=text))
        results.append(tables.accounts)
        assert tables.quarantine.group_by("reason").len().sort("reason").rows() == [
            ("duplicate account id", 2),
            ("duplicate row", 1),
        ], seed
        assert results[0].equals(tables.accounts), seed
    assert results[0].select("account_id", "username", "label").row(0) == ("a1", "b", 0)


def test_rows_without_an_account_id_are_refused(folder: Folder) -> None:
    long = "x" * 257
    text = "account_id,username\n" + "".join(f"a{i},u{i}\n" for i in range(9)) + f" ,u\n{long},u\n"
    tables = read_tables(folder(accounts=text))
    assert tables.accounts.height == 9
    assert tables.quarantine.select("row", "column", "reason").rows() == [
        (10, "account_id", "blank"),
        (11, "account_id", "longer than 256 characters"),
    ]


def test_a_table_without_a_valid_row(folder: Folder) -> None:
    with pytest.raises(InputError, match="a header but no rows"):
        read_tables(folder(accounts="account_id\n"))
    with pytest.raises(InputError, match="no valid row"):
        read_tables(folder(accounts="account_id,label\n,1\n,0\n"), max_bad_share=1)
