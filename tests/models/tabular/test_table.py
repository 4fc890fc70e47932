from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ingest.errors import InputError
from models.tabular.shapes import Preset, load_preset
from models.tabular.table import Table, align, labelled, read_table, to_table

GIG = load_preset("gig-platform")
PLAIN = load_preset("plain")


def plain(**columns: object) -> pl.DataFrame:
    rows = 60
    base = {
        "user_id": [f"u{i:03}" for i in range(rows)],
        "label": [i % 2 for i in range(rows)],
        "a": [float(i) for i in range(rows)],
        "b": [float(i * i % 7) for i in range(rows)],
    }
    return pl.DataFrame({**base, **columns}, strict=False)


def read(frame: pl.DataFrame, preset: Preset = PLAIN) -> Table:
    return labelled(to_table(frame, preset))


def test_rows_come_in_the_order_of_ids(gig_frame: pl.DataFrame) -> None:
    table = to_table(gig_frame, GIG)
    assert table.ids.is_sorted()
    first = gig_frame.filter(pl.col("user_id") == table.ids[0])
    np.testing.assert_allclose(table.X[0], first.select(*GIG.columns).to_numpy()[0], rtol=1e-6)
    assert table.labels[0] == first["label"][0]


def test_shuffled_rows_are_the_same_table(gig_frame: pl.DataFrame) -> None:
    shuffled = gig_frame.sample(fraction=1.0, shuffle=True, seed=1)
    assert to_table(shuffled, GIG).fingerprint == to_table(gig_frame, GIG).fingerprint


@pytest.mark.parametrize("ending", ["csv", "parquet", "tsv"])
def test_every_format_reads_the_same(tmp_path: Path, gig_frame: pl.DataFrame, ending: str) -> None:
    path = tmp_path / f"table.{ending}"
    small = gig_frame.head(500)
    if ending == "parquet":
        small.write_parquet(path)
    else:
        small.write_csv(path, separator="," if ending == "csv" else "\t")
    table, wanted = read_table(path, GIG), to_table(small, GIG)
    np.testing.assert_array_equal(table.X, wanted.X)
    np.testing.assert_array_equal(table.labels, wanted.labels)


def test_a_plain_table_takes_every_column_of_numbers() -> None:
    frame = plain(city=["x"] * 60)
    assert read(frame).columns == ("a", "b")


def test_constant_columns_are_left_out_and_named() -> None:
    table = read(plain(c=[3] * 60))
    assert table.columns == ("a", "b")
    assert "left out: c" in table.notes[-1]


def test_a_column_that_is_missing_or_one_value_is_not_constant() -> None:
    assert "c" in read(plain(c=[None, 1.0] * 30)).columns


def test_only_constant_columns_are_refused() -> None:
    with pytest.raises(InputError, match="every column is constant"):
        read(plain(a=[1] * 60, b=[2] * 60))


def test_rows_without_a_label_are_left_out() -> None:
    labels = ["", None, *[str(i % 2) for i in range(58)]]
    table = read(plain(label=labels))
    assert len(table.ids) == 58
    assert "2 rows without a label" in table.notes[0]


def test_equal_rows_count_once() -> None:
    frame = plain()
    table = read(pl.concat([frame, frame.head(5)]))
    assert len(table.ids) == 60
    assert "5 rows occur twice" in table.notes[0]


def test_few_bad_cells_become_missing() -> None:
    rows = 300
    frame = pl.DataFrame(
        {
            "user_id": [f"u{i}" for i in range(rows)],
            "label": [i % 2 for i in range(rows)],
            "a": ["?", *map(str, range(rows - 1))],
        }
    )
    table = read(frame)
    assert np.isnan(table.X).sum() == 1
    assert "a: 1 cells are no numbers" in table.notes[0]


def test_infinite_values_are_missing() -> None:
    assert np.isnan(read(plain(a=[float("inf"), *range(59)])).X).sum() == 1


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (plain(label=[0] * 60), "0 rows are labelled 1"),
        (plain(label=[2, *[i % 2 for i in range(59)]]), r"row 1: label is '2'"),
        (plain(label=["spam"] * 60), r"row 1: label is 'spam'"),
        (plain(user_id=["u1"] * 60), "'u1' stands in two rows"),
        (plain(user_id=["", *(f"u{i}" for i in range(59))]), "1 rows have no user_id"),
        (plain().drop("user_id"), "'user_id'.* is missing"),
        (plain().drop("a", "b"), "no column of numbers"),
        (plain().head(0), "a header but no rows"),
    ],
)
def test_bad_tables_get_one_clear_error(frame: pl.DataFrame, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read(frame)


def test_negative_counts_are_refused(gig_frame: pl.DataFrame) -> None:
    bad = gig_frame.with_columns(X1=pl.lit(-1))
    with pytest.raises(InputError, match=r"row 1: X1 \(MessagesSent_Total\) is -1"):
        to_table(bad, GIG)


def test_a_missing_column_is_named(gig_frame: pl.DataFrame) -> None:
    with pytest.raises(InputError, match=r"the column 'X7'.*is missing"):
        to_table(gig_frame.drop("X7"), GIG)


def test_a_column_of_words_is_refused(gig_frame: pl.DataFrame) -> None:
    with pytest.raises(InputError, match="column 'X3': 3,000 cells are no numbers, first row 1"):
        to_table(gig_frame.with_columns(X3=pl.lit("many")), GIG)


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unknown ending"):
        read_table(tmp_path / "table.xlsx", GIG)


def test_broken_lines_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("user_id,label,a\nu1,0,1\nu2,1\n")
    with pytest.raises(InputError, match=r"broken lines, first row 2"):
        read_table(path, PLAIN)


def test_align_puts_columns_in_the_order_of_the_model(gig: Table) -> None:
    X = align(gig, ("X2", "X1"))
    np.testing.assert_array_equal(X, gig.X[:, [1, 0]])
    with pytest.raises(InputError, match="'X99'"):
        align(gig, ("X99",))


def test_a_table_without_labels_is_told_so() -> None:
    frame = pl.DataFrame({"user_id": ["a", "b"], "x": [1.0, 2.0]})
    with pytest.raises(InputError, match="no row has a label"):
        labelled(to_table(frame, load_preset("plain")))
