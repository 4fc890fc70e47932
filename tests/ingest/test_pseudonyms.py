from __future__ import annotations

import polars as pl
import pytest

from ingest import SettingsError, Tables, pseudonymise, read_tables

KEY = b"0123456789abcdef"


@pytest.fixture
def tables() -> Tables:
    n = 40
    accounts = pl.DataFrame(
        {
            "account_id": [f"person{i}" for i in range(n)],
            "email": [f"person.{i % 30}@gmail.com" for i in range(n)],
            "username": [f"Person{i}" for i in range(n)],
            "phone": [f"+49171123{i:04}" for i in range(n)],
            "label": [i % 2 for i in range(n)],
        }
    )
    logins = pl.DataFrame(
        {
            "account_id": [f"person{i}" for i in range(n)],
            "ts": ["2026-01-01"] * n,
            "ip": [f"8.8.{i % 3}.{i}" for i in range(n)],
            "device_id": [f"device{i % 7}" for i in range(n)],
        }
    )
    messages = logins.select("account_id", "ts", text=pl.lit("hi"), recipient_id=pl.lit("person1"))
    edges = pl.DataFrame({"src": ["person1", "person2"], "dst": ["person3", "person1"]})
    bad = pl.DataFrame({"account_id": ["person1"], "ts": ["soon"], "ip": ["x"], "device_id": ["d"]})
    logins = pl.concat([logins, bad])
    return read_tables(
        {"accounts": accounts, "logins": logins, "messages": messages, "edges": edges}
    )


def test_no_identifier_is_left_and_links_are_the_same(tables: Tables) -> None:
    hidden = pseudonymise(tables, KEY)
    for name in ("accounts", "logins", "messages", "events", "payments", "edges", "quarantine"):
        text = getattr(hidden, name).write_csv()
        assert not any(word in text for word in ("person", "Person", "device0", "8.8.", "171123"))
        assert getattr(hidden, name).schema == getattr(tables, name).schema

    def groups(some: Tables, column: str) -> list[list[int]]:
        """Sizes of groups that share a value, with the labels of their members."""
        numbers = some.accounts.select("label").with_row_index("account")
        joined = some.logins.join(numbers, on="account")
        return sorted(sorted(labels) for labels in joined.group_by(column).agg("label")["label"])

    for column in ("ip", "subnet", "device_id"):
        assert groups(hidden, column) == groups(tables, column)
    assert hidden.accounts["email_mailbox"].n_unique() == 30


def test_accounts_keep_their_rows(tables: Tables) -> None:
    hidden = pseudonymise(tables, KEY)
    assert hidden.accounts["account_id"].is_sorted()
    recipient = hidden.messages["recipient_id"][0]
    number = hidden.accounts["account_id"].to_list().index(recipient)
    assert {number} == set(hidden.edges.row(0)[:2]) & set(hidden.edges.row(1)[:2])


def test_tokens_depend_on_key_and_kind(tables: Tables) -> None:
    one, same, two = (pseudonymise(tables, key, "x") for key in (KEY, KEY, b"z" * 16))
    assert one.accounts.equals(same.accounts)
    assert not set(one.accounts["account_id"]) & set(two.accounts["account_id"])
    assert one.accounts["email"].str.starts_with("x-").all()


@pytest.mark.parametrize("key", [b"", b"short", b"x" * 65])
def test_a_key_of_the_wrong_length(tables: Tables, key: bytes) -> None:
    with pytest.raises(SettingsError, match="give 16 to 64"):
        pseudonymise(tables, key)
