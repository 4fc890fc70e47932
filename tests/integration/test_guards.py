"""What a question may cost, what it may not do, and what strangers' text can do to it: nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import neo4j
import pytest

from ringscope import Run
from ringscope.neo4j import Target
from ringscope.queries import Query, ask_graph, ask_run, bind, get, library

pytestmark = pytest.mark.neo4j

Graph = tuple[neo4j.Driver, Target]
CROWD = 10_000
MEMBER = {
    "ring_id": "R-aaaaaaaa",
    "account_id": "a1",
    "other_id": "a4",
    "kind": "device",
    "value": "d1",
    "template": "T-00000001",
}
KEYS = set(MEMBER)
KEYED = [query for query in library().values() if KEYS & {p.name for p in query.parameters}]
# Texts that have broken out of queries, pages and shells elsewhere.
PAYLOADS = [
    "Robby' WITH true AS ignored MATCH (n) DETACH DELETE n //",
    "' OR 1=1 //", "' OR '1'='1", "\" OR \"1\"=\"1", "'; DROP TABLE accounts; --", "') //",
    "' RETURN 1 UNION MATCH (n) RETURN n //", "'}) DETACH DELETE n //", "`) DETACH DELETE n //",
    "\\' OR true //", "\\", "\\\\", "'", "\"", "`", "''", "$ring_id", "$$ring_id$$", "${jndi:ldap://x}",
    "{{7*7}}", "{ring_id}", "%s%n%x", "%27%20OR%201=1", "&cmd=play&arg=x", "?cmd=edit#x",
    ":param x => 1", ":server disconnect", "CALL dbms.shutdown()", "=1+1", "@SUM(A1)",
    "LOAD CSV FROM 'file:///etc/passwd' AS x RETURN x", "\\u0027 OR true //",
    "CALL { MATCH (n) DETACH DELETE n } IN TRANSACTIONS", "\u2019 OR true //",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)",
    "+4930 123", "-1", "null", "NULL", "true", "0", "1e999", "a\nb", "a\tb", "a\u202eb", "\u2028",
    "ﬀ\u200bx", "😀 ü ł 漢字", "x" * 4_000,
]  # fmt: skip


@pytest.fixture(scope="module")
def crowded(small_graph: Graph) -> Iterator[neo4j.Driver]:
    """The small graph, whose first member also uses two things that 10,000 others use."""
    driver, _ = small_graph
    driver.execute_query(
        "MATCH (a:Account {account_id: 'a1'}), (b:Account {account_id: 'a4'}) "
        "CREATE (d:Device {value: 'kiosk', kind: 'device', name: 'kiosk', treatment: '', "
        "accounts: $crowd + 2}), (i:IP:Hub {value: '192.0.2.1', kind: 'ip', name: 'carrier', "
        "treatment: 'cap', accounts: $crowd + 2}) "
        "WITH a, b, d, i UNWIND [a, b] AS member "
        "CREATE (member)-[:USED_DEVICE]->(d), (member)-[:USED_IP]->(i)",
        crowd=CROWD,
    )
    driver.execute_query(
        "MATCH (d:Device {value: 'kiosk'}), (i:IP {value: '192.0.2.1'}) "
        "UNWIND range(1, $crowd) AS number "
        "CREATE (a:Account {account_id: 'crowd-' + number, name: 'crowd', risk: 0.01}) "
        "CREATE (a)-[:USED_DEVICE]->(d), (a)-[:USED_IP]->(i)",
        crowd=CROWD,
    )
    # On a busy machine a plan may be older than the crowd and its indexes.
    driver.execute_query("CALL db.prepareForReplanning(60)")
    yield driver
    driver.execute_query("MATCH (n) WHERE n.name IN ['crowd', 'kiosk', 'carrier'] DETACH DELETE n")


def values(query: Query) -> dict[str, Any]:
    names = {parameter.name for parameter in query.parameters}
    return dict(bind(query, {name: MEMBER[name] for name in KEYS & names}))


def steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("children", []):
        yield from steps(child)


def hits(driver: neo4j.Driver, query: Query) -> int:
    summary = driver.execute_query(f"PROFILE {query.cypher}", values(query)).summary
    assert summary.profile
    return sum(step["args"].get("DbHits", 0) for step in steps(summary.profile))


@pytest.mark.parametrize("query", library().values(), ids=lambda query: query.id)
def test_no_question_looks_at_all_nodes(query: Query, crowded: neo4j.Driver) -> None:
    summary = crowded.execute_query(f"EXPLAIN {query.cypher}", values(query)).summary
    assert summary.plan
    names = {step["operatorType"].partition("@")[0] for step in steps(summary.plan)}
    assert "AllNodesScan" not in names
    if query in KEYED:
        assert names & {"NodeUniqueIndexSeek", "NodeIndexSeek"}, names
        assert not names & {"NodeByLabelScan", "UnionNodeByLabelsScan"}, names


@pytest.mark.parametrize("query", KEYED, ids=lambda query: query.id)
def test_a_hub_of_ten_thousand_accounts_is_not_walked_through(
    query: Query, crowded: neo4j.Driver
) -> None:
    assert hits(crowded, query) < 2_000


@pytest.mark.parametrize(
    "query", [q for q in library().values() if q not in KEYED], ids=lambda query: query.id
)
def test_a_question_to_the_whole_graph_reads_each_thing_a_few_times(
    query: Query, crowded: neo4j.Driver
) -> None:
    assert hits(crowded, query) < 20 * CROWD


@pytest.mark.parametrize(
    "cypher",
    [
        "CREATE (n:Account {account_id: 'new'}) RETURN n LIMIT 1",
        "MATCH (n:Account) SET n.risk = 0 RETURN n LIMIT 1",
        "MATCH (n:Account) DETACH DELETE n",
        "MERGE (n:Ring {ring_id: 'new'}) RETURN n LIMIT 1",
        "CREATE INDEX FOR (n:Account) ON (n.risk)",
    ],
)
def test_the_server_refuses_to_write(cypher: str, small_graph: Graph) -> None:
    driver, _ = small_graph
    forged = get("ring-members").model_copy(update={"cypher": cypher})
    count = "MATCH (n) RETURN count(n) AS nodes, sum(n.risk) AS risk"
    before = driver.execute_query(count).records
    with pytest.raises(neo4j.exceptions.ClientError, match=r"(?i)read access mode"):
        ask_graph(forged, {}, driver)
    assert driver.execute_query(count).records == before


def test_there_are_fifty_payloads() -> None:
    assert len(set(PAYLOADS)) >= 50


@pytest.mark.parametrize("query", KEYED, ids=lambda query: query.id)
def test_a_payload_is_data_to_every_question(query: Query, small_graph: Graph) -> None:
    keys = KEYS & {parameter.name for parameter in query.parameters}
    for payload in PAYLOADS[:10]:
        answer = ask_graph(query, bind(query, dict.fromkeys(keys, payload)), small_graph[0])
        assert answer.is_empty(), payload


def test_payloads_are_found_by_their_own_text(small_graph: Graph, small_run: Run) -> None:
    driver, _ = small_graph
    count = "MATCH (n) RETURN count(n) AS nodes"
    before = driver.execute_query(count).records
    driver.execute_query(
        "UNWIND $payloads AS text CREATE (a:Account {account_id: text, risk: 0.5})-[:USED_DEVICE]->"
        "(:Device {value: text, kind: 'device', accounts: 1})",
        payloads=PAYLOADS,
    )
    for payload in PAYLOADS:
        why = get("account-why")
        given = bind(why, {"account_id": payload})
        assert ask_graph(why, given, driver)["account_id"].to_list() == [payload]
        users = get("identifier-users")
        given = bind(users, {"kind": "device", "value": payload})
        assert ask_graph(users, given, driver)["account_id"].to_list() == [payload]
        assert ask_run(users, given, small_run).is_empty()
    driver.execute_query(
        "MATCH (n) WHERE n.account_id IN $payloads OR n.value IN $payloads DETACH DELETE n",
        payloads=PAYLOADS,
    )
    assert driver.execute_query(count).records == before
