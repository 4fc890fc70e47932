from __future__ import annotations

import re
from pathlib import Path

import pytest

from ingest import TABLES, presets
from ingest import limits as caps
from ingest.accounts import DOUBLE
from ingest.activity import LOOP
from ingest.blanks import WORDS
from ingest.cells import BLANK, REASONS
from ingest.contract import DERIVED
from ingest.discover import READERS
from ingest.labels import HONEST, SPAM
from ingest.rows import DUPLICATE

PAGE = (Path(__file__).parents[2] / "docs" / "input.md").read_text(encoding="utf-8")


def row(first: str) -> str:
    found = re.findall(rf"^\| `{re.escape(first)}` \| (.*) \|$", PAGE, re.MULTILINE)
    assert found, f"docs/input.md has no row for {first}"
    return str(found[0])


@pytest.mark.parametrize("name", TABLES)
def test_the_columns_of_a_table(name: str) -> None:
    columns = row(name).split(" | ")[0].split(", ")
    assert tuple(column.strip("*") for column in columns) == TABLES[name].names
    bold = tuple(column.strip("*") for column in columns if column.startswith("**"))
    assert bold == TABLES[name].required


def test_every_reason_is_on_the_page() -> None:
    said = {reason for kind, reason in REASONS.items() if kind not in ("account", "text", "agent")}
    for reason in {*said, DUPLICATE, DOUBLE, BLANK, LOOP, REASONS["account"]}:
        row(reason)
    for kind in ("text", "agent"):
        row(f"{REASONS[kind]}; cut")


def test_presets_endings_and_words() -> None:
    for name in presets():
        row(name)
    assert [ending for ending in READERS if f".{ending}`" not in PAGE] == []
    assert [name for name in DERIVED if f"`{name}`" not in PAGE] == []
    plain = [word for word in (*SPAM, *HONEST) if "." not in word]
    assert [word for word in plain if f"`{word}`" not in PAGE] == []
    lower = PAGE.lower()
    assert [word for word in WORDS if word not in ("", "#n/a") and f"`{word}`" not in lower] == []


@pytest.mark.parametrize(
    "words",
    [
        f"longer than {caps.MAX_LINE_BYTES // 2**20} MiB",
        f"more than {caps.MAX_COLUMNS:,} columns",
        f"more than {caps.MAX_RATIO} times its size (from {caps.RATIO_FREE_BYTES // 2**20} MiB on)",
        f"more than {caps.MAX_ROWS_PER_BYTE} rows per byte (from {caps.FREE_ROWS:,} rows on)",
        f"at most {caps.MAX_QUOTED_LINES:,} lines",
        f"is longer than {caps.MAX_NAME_CHARS} characters",
        f"the first {caps.MAX_VALUE_CHARS} characters",
        f"at most {caps.MAX_LEVELS} different values",
        f"at least {caps.NUMERIC_SHARE * 100:.0f} % of the filled cells",
    ],
)
def test_limits(words: str) -> None:
    assert words in PAGE
