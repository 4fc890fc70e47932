from __future__ import annotations

import pytest

from ringscope.queries import Parameter, Query, faults, library

GOOD = """MATCH (r:Ring {ring_id: $ring_id})<-[:MEMBER_OF]-(a:Account)
RETURN a.account_id AS account_id LIMIT 5"""
SQL = "SELECT account_id FROM ring_members WHERE ring_id = $ring_id LIMIT 5"
THING = "[:!(LINKED|MEMBER_OF|DECIDED)]"


def question(cypher: str = GOOD, sql: str | None = None, *names: str) -> Query:
    parameters = [
        Parameter(name=name, type="text", meaning="Something to look for.")
        for name in names or ("ring_id",)
    ]
    return Query(
        id="ring-test",
        title="A test",
        question="Is this a question?",
        category="ring",
        description="Nothing but a test.",
        cypher=cypher,
        sql=sql,
        parameters=parameters,
        columns={"account_id": "Id of the account."},
        reading="There is nothing to read.",
        limit=5,
        graph=False,
        revision=1,
    )


def test_the_library_has_no_faults() -> None:
    assert {name: faults(query) for name, query in library().items() if faults(query)} == {}


def test_a_plain_question_has_none() -> None:
    assert faults(question(GOOD, SQL)) == []


@pytest.mark.parametrize(
    "word",
    [
        "CREATE (x:Ring)",
        "MERGE (x:Ring)",
        "SET a.risk = 0",
        "set a.risk = 0",
        "DETACH DELETE a",
        "DELETE a",
        "REMOVE a.risk",
        "FOREACH (x IN [1] | SET a.risk = x)",
        "LOAD CSV FROM 'x' AS row",
        "DROP INDEX x",
        "USE system",
        "CALL { MATCH (x) DELETE x } IN TRANSACTIONS",
    ],
)
def test_a_question_that_writes_is_refused(word: str) -> None:
    found = faults(question(GOOD.replace("RETURN", f"{word} RETURN")))
    assert any("writes or steers" in fault for fault in found), found


@pytest.mark.parametrize(
    ("cypher", "fault"),
    [
        (GOOD.replace("LIMIT 5", ""), "must end in LIMIT 5"),
        (GOOD.replace("LIMIT 5", "LIMIT 6"), "must end in LIMIT 5"),
        (GOOD.replace("LIMIT 5", "LIMIT $ring_id"), "must end in LIMIT 5"),
        (GOOD.replace("$ring_id", "'R-1'"), "$ring_id is not used"),
        (GOOD.replace("$ring_id", "$ring"), "$ring is not declared"),
        (GOOD.replace("Ring {", "Rings {"), "no label or relationship Rings"),
        (GOOD.replace("MEMBER_OF", "MEMBER"), "no label or relationship MEMBER"),
        (GOOD.replace("a.account_id", "a.id"), "no property id"),
        (GOOD.replace("{ring_id:", "{id:"), "no property id"),
        (GOOD.replace(" LIMIT", " // all\nLIMIT"), "holds a comment"),
        (GOOD.replace("a:Account", "`a`:Account"), "a name in backticks"),
        ("MATCH (n) RETURN n; " + GOOD, "one statement only"),
        (GOOD.replace("RETURN", "CALL db.labels() RETURN"), "procedures are not for questions"),
        (GOOD.replace("RETURN", "WHERE a:Account&Ring RETURN"), "& cuts the Browser's address"),
        (GOOD.replace("[:MEMBER_OF]", "[:MEMBER_OF*]"), "a path needs a largest length"),
        (GOOD.replace("[:MEMBER_OF]", "[:MEMBER_OF*2..]"), "a path needs a largest length"),
        (GOOD.replace("-[:MEMBER_OF]-", "-[:MEMBER_OF]-+"), "a path needs a largest length"),
        (GOOD.replace("-[:MEMBER_OF]-", "-[:LINKED]-{1,}"), "a path needs a largest length"),
        (GOOD.replace("RETURN", f"MATCH (a)-->(i)<-{THING}-(b) RETURN"), "without $hub_limit"),
        (GOOD.replace("RETURN", "MATCH (i:IP)<-[s:USED_IP]-(b) RETURN"), "without $hub_limit"),
        (GOOD.replace("RETURN", "WHERE a.name = 'a\\\\'b' RETURN"), "plain texts only"),
    ],
)  # fmt: skip
def test_what_a_question_may_not_do(cypher: str, fault: str) -> None:
    found = faults(question(cypher))
    assert any(fault in one for one in found), found


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        (SQL.replace("ring_members", "'secrets.csv'"), "which is no table of a run"),
        (SQL.replace("ring_members", "read_csv('x')"), "only tables of a run may be read"),
        (SQL.replace("ring_members", "other.rings"), "only tables of a run may be read"),
        ("COPY rings TO 'x'; " + SQL, "COPY writes or steers"),
        ("ATTACH 'x' AS y; " + SQL, "ATTACH writes or steers"),
        (SQL.replace(" LIMIT 5", ""), "must end in LIMIT 5"),
        (SQL.replace("LIMIT", "-- all\nLIMIT"), "holds a comment"),
        (SQL.replace("$ring_id", "'x'"), "$ring_id is not used"),
    ],
)
def test_what_sql_may_not_do(sql: str, fault: str) -> None:
    found = faults(question(GOOD, sql))
    assert any(fault in one for one in found), found


def test_words_that_write_may_be_names_of_properties() -> None:
    query = question(GOOD.replace("RETURN", "WHERE a.count > 1 RETURN"))
    assert faults(query) == []
