from __future__ import annotations

import re
from pathlib import Path

import pytest

from ringscope import Run
from ringscope.queries import ask_run, bind, library
from ringscope.queries.library import read
from ringscope.queries.page import page

ROOT = Path(__file__).parents[3]


def test_the_page_of_questions_is_fresh() -> None:
    text = (ROOT / "docs" / "queries.md").read_text(encoding="utf-8")
    assert text == page(), "run: python -m ringscope.queries.page > docs/queries.md"


def test_every_question_stands_on_it_once() -> None:
    assert re.findall(r"^\| `([a-z-]+)`", page(), re.MULTILINE) == list(library())


def test_the_example_of_an_own_question_works(tmp_path: Path, finished: Run) -> None:
    found = re.search(r"```yaml\n(.*?)```", page(), re.DOTALL)
    assert found
    (tmp_path / "ring-countries.yaml").write_text(found[1], encoding="utf-8")
    query = read(tmp_path)["ring-countries"]
    answer = ask_run(query, bind(query, {"ring_id": "R-00000001"}), finished)
    assert answer["members"].to_list() == [4]


@pytest.mark.parametrize("query", library().values(), ids=lambda query: query.id)
def test_readings_speak_to_people(query) -> None:  # type: ignore[no-untyped-def]
    assert len(query.reading.split()) >= 10
    assert query.reading.strip().endswith(".")
