from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ingest import InputError, RunError, read_tables
from ringscope.convert import sms, tolokers

SMALL_SMS = "Label\tSMS\n" + 'ham\thello, you\nspam\t=WIN "now"\nham\tok\n' * 6


def small_npz(path: Path, **changes: np.ndarray) -> Path:
    arrays = {
        "node_features": np.arange(12, dtype=np.float32).reshape(6, 2),
        "node_labels": np.array([0, 1, 0, 0, 1, 0]),
        "edges": np.array([[0, 1], [1, 5], [2, 3]]),
        "train_masks": np.array([[True, True, False, False, False, False]] * 10),
    } | changes
    np.savez(path, **arrays)
    return path


def test_tolokers_become_tables_that_are_read_without_a_refusal(tmp_path: Path) -> None:
    rows = tolokers.convert(small_npz(tmp_path / "t.npz"), tmp_path / "out")
    assert rows == {"accounts": 6, "edges": 3}
    tables = read_tables(tmp_path / "out")
    assert tables.quarantine.height == 0
    assert tables.accounts["label"].to_list() == [0, 1, 0, 0, 1, 0]
    assert tables.accounts["feature_1"].to_list() == [1, 3, 5, 7, 9, 11]
    assert tables.edges.select("account", "other", "kind").rows() == [
        *((0, 1, "co_work"), (1, 5, "co_work"), (2, 3, "co_work"))
    ]


def test_tolokers_with_a_mask_keep_its_labels_and_all_of_them_as_truth(tmp_path: Path) -> None:
    tolokers.convert(small_npz(tmp_path / "t.npz"), tmp_path / "out", mask=3)
    assert read_tables(tmp_path / "out").accounts["label"].to_list() == [0, 1, *[None] * 4]
    truth = pl.read_csv(tmp_path / "out" / "truth.csv")
    assert truth["spam"].to_list() == [0, 1, 0, 0, 1, 0]
    assert truth["labelled"].to_list() == [1, 1, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"edges": np.array([[0, 6]])}, "accounts that are not there"),
        ({"edges": np.array([0, 1])}, "do not fit together"),
        ({"node_labels": np.array([0, 1])}, "do not fit together"),
        ({"node_labels": np.array([None] * 6)}, "cannot be read"),
    ],
)
def test_arrays_that_do_not_fit(
    tmp_path: Path, changes: dict[str, np.ndarray], message: str
) -> None:
    path = small_npz(tmp_path / "t.npz", **changes)
    with pytest.raises(InputError, match=message):
        tolokers.convert(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_no_npz(tmp_path: Path) -> None:
    (tmp_path / "t.npz").write_bytes(b"PK\x03\x04 no")
    for path in (tmp_path / "t.npz", tmp_path / "none.npz", tmp_path):
        with pytest.raises(InputError, match="cannot be read as an npz file"):
            tolokers.convert(path, tmp_path / "out")
    np.savez(tmp_path / "other.npz", x=np.zeros(1))
    with pytest.raises(InputError, match="node_features"):
        tolokers.convert(tmp_path / "other.npz", tmp_path / "out")


def test_sms_become_messages_of_accounts_of_one_label(tmp_path: Path) -> None:
    (tmp_path / "sms").write_text(SMALL_SMS, encoding="utf-8")
    rows = sms.convert(tmp_path / "sms", tmp_path / "out")
    # 12 ham texts in groups of five make three accounts, 6 spam texts two.
    assert rows == {"accounts": 5, "messages": 18}
    tables = read_tables(tmp_path / "out")
    assert tables.quarantine.height == 0
    assert tables.accounts["label"].to_list() == [0, 0, 0, 1, 1]
    assert tables.messages.group_by("account").len().sort("account")["len"].to_list() == [
        *(5, 5, 2, 5, 1)
    ]
    assert tables.messages["ts"].n_unique() == 18
    assert '=WIN "now"' in tables.messages["text"].to_list()


def test_a_conversion_is_replaced_only_with_force(tmp_path: Path) -> None:
    (tmp_path / "sms").write_text(SMALL_SMS, encoding="utf-8")
    sms.convert(tmp_path / "sms", tmp_path / "out")
    before = (tmp_path / "out" / "messages.parquet").read_bytes()
    with pytest.raises(RunError, match="add --force"):
        sms.convert(tmp_path / "sms", tmp_path / "out")
    sms.convert(tmp_path / "sms", tmp_path / "out", force=True)
    assert (tmp_path / "out" / "messages.parquet").read_bytes() == before


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"ham\thello\nmaybe\tx\n", "line 2: expected ham or spam"),
        (b"ham hello\n", "line 1: expected"),
        (b"Label\tSMS\n", "no texts"),
        (b"ham\t\xff\n", "UTF-8"),
    ],
)
def test_sms_that_are_none(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "sms").write_bytes(data)
    with pytest.raises(InputError, match=message):
        sms.convert(tmp_path / "sms", tmp_path / "out")


def test_the_real_files(shared_data: Path, tmp_path: Path) -> None:
    rows = tolokers.convert(shared_data / "tolokers.npz", tmp_path / "t", mask=0)
    assert rows == {"accounts": 11_758, "edges": 519_000}
    rows = sms.convert(shared_data / "SMSSpamCollection", tmp_path / "s")
    assert rows["messages"] == 5_574
