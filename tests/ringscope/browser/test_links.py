from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, unquote, urlsplit

import hypothesis
import hypothesis.strategies as st
import pytest

from ringscope.browser import command_link, deep_link
from ringscope.browser.links import editor_text, filled, params_command
from ringscope.queries import library

BROWSER = "http://localhost:7474/browser/"


def as_the_browser_reads(link: str) -> str:
    """What Neo4j Browser 5.24 puts into its editor: decoded as a whole, then cut at & and #."""
    decoded = unquote(link.replace("+", " "))
    found = re.findall(r"[?&]arg=([^&#]*)", decoded)
    return "\n".join(found)


@pytest.mark.parametrize("query", library().values(), ids=lambda query: query.id)
def test_the_browser_reads_every_question_as_it_stands(query) -> None:  # type: ignore[no-untyped-def]
    values = {p.name: p.default if p.default is not None else "R-1" for p in query.parameters}
    link = deep_link(query.cypher, values, BROWSER, bolt="bolt://localhost:7687")
    text = as_the_browser_reads(link)
    assert text == filled(query.cypher.strip(), values)
    assert "$" not in text
    assert parse_qs(urlsplit(link).query)["dbms"] == ["neo4j://neo4j@localhost:7687"]


@hypothesis.given(st.text(max_size=40))
def test_a_value_of_a_stranger_arrives_as_data(value: str) -> None:
    text = as_the_browser_reads(deep_link("RETURN $x", {"x": value, "n": 1}, BROWSER))
    if text.startswith(":params "):
        command, _, query = text.partition(";\n")
        assert query == "RETURN $x"
        assert json.loads(command.removeprefix(":params ")) == {"x": value, "n": 1}
    else:
        assert text == f"RETURN '{value}'"
        assert re.fullmatch(r"[A-Za-z0-9_.:@/+ -]*", value)


@pytest.mark.parametrize("value", ["'", "\\", "`", "$y", "a;b", "a\nb", "}", "=>", "&", "#", "ü"])
def test_what_is_not_harmless_never_stands_in_the_query(value: str) -> None:
    assert editor_text("RETURN $x", {"x": value}).startswith(":params ")
    written = params_command({"x": value}).removeprefix(':params {"x": "').removesuffix('"}')
    assert re.fullmatch(r"([a-z]|\\u[0-9a-f]{4})+", written)
    with pytest.raises(ValueError, match="harmless"):
        filled("RETURN $x", {"x": value})


def test_numbers_and_blanks_stand_as_cypher() -> None:
    assert editor_text("RETURN $a, $b, $c", {"a": 5, "b": 0.5, "c": None}) == "RETURN 5, 0.5, null"


def test_a_command_link() -> None:
    link = command_link("play", "http://localhost:7480/guide.html", BROWSER)
    assert parse_qs(urlsplit(link).query) == {
        "cmd": ["play"],
        "arg": ["http://localhost:7480/guide.html"],
    }
