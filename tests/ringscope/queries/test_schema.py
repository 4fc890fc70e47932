from __future__ import annotations

import pytest
from pydantic import ValidationError

from ringscope.queries import Parameter, Query


def fields(**changes: object) -> dict[str, object]:
    return {
        "id": "ring-all",
        "title": "All rings",
        "question": "Which rings are there?",
        "category": "ring",
        "description": "Every ring of the run.",
        "cypher": "MATCH (r:Ring) RETURN r.ring_id AS ring_id LIMIT 5",
        "columns": {"ring_id": "Id of the ring."},
        "reading": "A list of names, nothing more.",
        "limit": 5,
        "graph": False,
        "revision": 1,
    } | changes


def parameter(kind: str, default: object = None) -> Parameter:
    return Parameter.model_validate(
        {"name": "value", "type": kind, "default": default, "meaning": "Something to look for."}
    )


def test_a_question_of_all_fields_is_read() -> None:
    assert Query.model_validate(fields()).sql is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"platform": "x"}, "Extra inputs are not permitted"),
        ({"category": "gossip"}, "Input should be 'triage'"),
        ({"id": "account-all"}, "the id must begin with ring-"),
        ({"id": "Ring All"}, "should match pattern"),
        ({"question": "Rings, please."}, "should match pattern"),
        ({"limit": 0}, "greater than or equal to 1"),
        ({"limit": "5"}, "valid integer"),
        ({"columns": {}}, "at least 1 item"),
        ({"reading": ""}, "at least 12 characters"),
        (
            {"parameters": [{"name": "ab", "type": "text", "meaning": "Something twice."}] * 2},
            "a parameter is there twice",
        ),
        (
            {"parameters": [{"name": "ab", "type": "list", "meaning": "Something else."}]},
            "Input should be 'text'",
        ),
    ],
)
def test_what_is_no_question_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Query.model_validate(fields(**changes))


@pytest.mark.parametrize("name", fields())
def test_a_question_without_a_field_is_refused(name: str) -> None:
    lacking = fields()
    del lacking[name]
    with pytest.raises(ValidationError, match=name):
        Query.model_validate(lacking)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "R-1", "R-1"),
        ("text", "", ""),
        ("integer", "50", 50),
        ("integer", "-3", -3),
        ("number", "0.5", 0.5),
        ("number", "1e-3", 0.001),
        ("time", "2026-03-01", "2026-03-01T00:00:00"),
        ("time", "2026-03-01T12:30:00+02:00", "2026-03-01T10:30:00"),
    ],
)
def test_values_are_read_by_type(kind: str, text: str, value: object) -> None:
    found = parameter(kind).read(text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("integer", "x"),
        ("integer", "1.5"),
        ("integer", ""),
        ("integer", "9" * 30),
        ("integer", "\u0663"),
        ("number", "nan"),
        ("number", "inf"),
        ("number", "0,5"),
        ("time", "yesterday"),
        ("time", "2026-13-01"),
        ("text", "x" * 4_097),
        ("text", "\ud800"),
    ],
)
def test_values_of_another_type_are_refused(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"^(a|an) \w+"):
        parameter(kind).read(text)


def test_a_default_is_of_its_type() -> None:
    assert parameter("integer", 5).default == 5
    with pytest.raises(ValidationError, match="an integer such as 50"):
        parameter("integer", "five")
