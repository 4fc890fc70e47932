from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from graph import kinds
from ingest import InputError, NotFound, SettingsError
from ringscope.queries import bind, folder, get, library, pairs
from ringscope.queries.library import read
from ringscope.queries.names import IDENTIFIERS

CATEGORIES = {
    "triage", "ring", "account", "identifier", "template", "time", "quality", "feedback", "export",
}  # fmt: skip


def write(where: Path, name: str = "ring-members", **changes: object) -> Path:
    fields = yaml.safe_load((folder() / "ring-members.yaml").read_bytes()) | changes
    path = where / f"{name}.yaml"
    path.write_text(yaml.safe_dump(fields), encoding="utf-8")
    return path


def test_there_are_thirty_questions_and_more_in_every_category() -> None:
    assert len(library()) >= 30
    assert {query.category for query in library().values()} == CATEGORIES


def test_titles_and_questions_are_unique() -> None:
    for texts in (
        [query.title for query in library().values()],
        [query.question for query in library().values()],
        [query.cypher for query in library().values()],
    ):
        assert len(set(texts)) == len(texts)


def test_lists_of_labels_name_every_kind() -> None:
    assert set(IDENTIFIERS) == {kind.label for kind in kinds().values()}
    for query in library().values():
        if "|IP|" in query.cypher:
            assert "|".join(IDENTIFIERS) in query.cypher, query.id


def test_a_word_that_looks_like_a_question_in_a_reading_is_one() -> None:
    words = {
        word.strip(".,;:()")
        for query in library().values()
        for word in query.reading.split()
        if word.partition("-")[0] in CATEGORIES and "-" in word
    }
    assert words <= {*library(), "sign-up"}


def test_drawn_questions_need_the_graph_and_tables_mostly_do_not() -> None:
    assert [query.id for query in library().values() if query.graph and query.sql] == []
    tables = [query for query in library().values() if not query.graph]
    assert {query.id for query in tables if not query.sql} == {
        "identifier-subnets", "feedback-verdicts", "feedback-conflicts", "feedback-undecided",
    }  # fmt: skip


def test_a_folder_of_questions_is_read(tmp_path: Path) -> None:
    write(tmp_path)
    assert list(read(tmp_path)) == ["ring-members"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": "ring-other"}, "it must be the file's name, ring-members"),
        ({"colour": "red"}, "colour: Extra inputs are not permitted"),
        ({"cypher": "MATCH (a:Account) DETACH DELETE a"}, "cypher: DETACH writes or steers"),
        ({"limit": 7}, "must end in LIMIT 7"),
    ],
)
def test_a_broken_question_is_one_clear_error(
    tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    path = write(tmp_path, **changes)
    with pytest.raises(InputError) as caught:
        read(tmp_path)
    assert str(path) in str(caught.value)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["id: [", "- 1", "\x00", ""])
def test_what_is_no_yaml_mapping_is_one_clear_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "ring-x.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="ring-x"):
        read(tmp_path)


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no questions"):
        read(tmp_path)


def test_an_unknown_question_names_near_misses() -> None:
    with pytest.raises(NotFound, match="did you mean ring-members"):
        get("ring-member")
    with pytest.raises(NotFound, match="query list shows all"):
        get("zzz")


def test_values_are_bound_with_defaults() -> None:
    assert bind(get("ring-picture"), {"ring_id": "R-1"}) == {"ring_id": "R-1", "hub_limit": 500}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, r"ring-picture: needs ring_id=… \(Id of the ring"),
        ({"ring": "R-1"}, "no parameter 'ring'; did you mean ring_id"),
        ({"zzz": "1"}, "no parameter 'zzz'; it takes ring_id, hub_limit"),
        ({"ring_id": "R-1", "hub_limit": "many"}, "hub_limit='many' is not an integer such as 50"),
    ],
)
def test_a_missing_or_wrong_value_is_one_clear_error(given: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        bind(get("ring-picture"), given)


def test_pairs_are_taken_apart_at_the_first_equals_sign() -> None:
    assert pairs(["a=1", "b=x=y", "c="]) == {"a": "1", "b": "x=y", "c": ""}
    with pytest.raises(SettingsError, match="name=value"):
        pairs(["R-1"])
    with pytest.raises(SettingsError, match="given twice"):
        pairs(["a=1", "a=2"])
