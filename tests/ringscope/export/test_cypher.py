from __future__ import annotations

import re
from datetime import datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringscope import Run, neo4j
from ringscope.export import cypher_script, selection
from ringscope.export.cypher import literal

RING = "R-00000001"
NASTY = [
    "it's",
    "\\",
    "\\'",
    "\\u0027",
    "\\\\u0027",
    "a\nb",
    "\u202e",
    "\U0001f600",
    "'}) //",
    "\x00",
]

PLAIN = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def read(text: str) -> str:
    """Read a literal back the way an old parser does: first all \\uXXXX, then the quotes."""
    early = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: f"\\x{int(found[1], 16):08x}", text)
    pieces = []
    for piece in re.fullmatch(r"'(.*)'", early, re.DOTALL)[1].split("' + '"):  # type: ignore[index]
        assert re.fullmatch(r"(?:[^'\\]|\\[\\'nrtbf]|\\x[0-9a-f]{8})*", piece), piece
        pieces.append(
            re.sub(
                r"\\(?:x([0-9a-f]{8})|(.))",
                lambda f: chr(int(f[1], 16)) if f[1] else PLAIN.get(f[2], f[2]),
                piece,
            )
        )
    joined = "".join(pieces)
    return joined.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


@given(st.one_of(st.sampled_from(NASTY), st.text(alphabet="\\u'027 +a\n\u2028é", max_size=12)))
def test_no_text_ends_its_literal(text: str) -> None:
    if "' + '" not in text:
        assert read(literal(text)) == text


def test_values_of_each_type() -> None:
    when = datetime(2026, 3, 1, 4, 5)
    row = {"a": 1, "b": 0.5, "c": None, "d": True, "e": ["x", None], "f": when, "g": float("nan")}
    assert literal(row) == (
        "{a: 1, b: 0.5, d: true, e: ['x', null], f: datetime('2026-03-01T04:05:00Z'), g: null}"
    )


def test_a_ring_as_a_script(finished: Run) -> None:
    script = cypher_script(selection(finished, [RING]), title="one\nring")
    assert script.startswith("// one ring\n")
    assert f"ring_id: '{RING}'" in script
    assert "MERGE (a)-[n:MEMBER_OF]->(b)" in script
    assert "MERGE (a)-[n:LINKED]->(b)" in script
    assert "'a3'" in script
    assert "'b0'" not in script
    statements = [line for line in script.splitlines() if line.endswith(";")]
    assert all(line.startswith(("CREATE CONSTRAINT", "] AS row")) for line in statements)


@pytest.mark.neo4j
@pytest.mark.timeout(300)  # The server plans each of these statements anew.
def test_a_script_builds_the_graph_of_hostile_text(
    neo4j_empty: neo4j.Target, hostile_run: Run, payloads: list[str]
) -> None:
    names = [f"{NASTY[n % len(NASTY)]}{payload}" for n, payload in enumerate(payloads)]
    accounts = hostile_run.frame("accounts").with_columns(username=pl.Series(names))
    hostile_run._frames["accounts"] = accounts
    script = cypher_script(selection(hostile_run, [RING]), title="x")
    with neo4j.connect(neo4j_empty) as driver, driver.session() as session:
        for _ in range(2):  # run twice, it changes nothing
            for statement in script.split(";\n"):
                if statement.strip():
                    session.run(statement).consume()  # type: ignore[arg-type]
        found = session.run("MATCH (a:Account) RETURN a.account_id AS id, a.username AS name")
        back = {row["id"]: row["name"] for row in found}
        links = session.run("MATCH ()-[l:LINKED]->() RETURN count(l) AS n").single(strict=True)["n"]
        others = session.run("MATCH (x) WHERE x:Owned RETURN count(x) AS n").single(strict=True)
    expected = dict(accounts.select("account_id", "username").iter_rows())
    assert back == expected
    assert links == hostile_run.frame("links").height
    assert others["n"] == 0
