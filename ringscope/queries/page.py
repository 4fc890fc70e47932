"""The manual's page of questions, made from the library.

`python -m ringscope.queries.page` prints it; a test compares `docs/queries.md` with it.
"""

from __future__ import annotations

import sys
from itertools import groupby

from .library import library
from .schema import Query

_HEADER = """\
# Questions

Made from the files of `queries/` by `python -m ringscope.queries.page > docs/queries.md`.

Each question is one file: what it asks, the query, its parameters, and how to read the answer.
`ringscope query list` prints this list, `ringscope query show ID` all of one question.

```sh
ringscope query run triage-top-rings --run out
ringscope query run ring-members ring_id=R-1a2b3c4d --run out --format csv
ringscope query run ring-picture ring_id=R-1a2b3c4d
```

With `--run` (or `--store`) a question is asked of the run folder itself, by DuckDB, and needs no
server: those marked *run*. Without, it is asked of Neo4j; see [neo4j.md](neo4j.md). Those marked
*drawn* are for Neo4j Browser: `ringscope query browser` opens them there. Parameters in brackets
have a default.

## What holds for all of them

- Values are parameters and never part of the text: fifty texts that have broken out of queries
  elsewhere come back as what they are (`tests/integration/test_guards.py`).
- They read only: the files are refused if they hold a word that writes, the session to Neo4j is
  one that may only read, and DuckDB sees the tables of the run and no file.
- They end in a LIMIT, and pass over identifiers of more than `hub_limit` accounts before they go
  from an identifier back to accounts; on a graph with two hubs of 10,000 accounts a question
  about one ring or account reads less than 2,000 records.
- Each is run in CI against a real server on a small graph made by hand, with the rows that it has
  to give (`tests/integration/expected.yaml`); those marked *run* have to give the same on the run
  folder.
- They are written in what Cypher 5 and Cypher 25 have in common.

## A question of your own

Put a file beside the others; its name is its id. Unknown fields, unknown names of labels and
properties, unused parameters and the like are refused with one line that says what is wrong.

```yaml
id: ring-countries
title: Countries
question: Which countries do the members of this ring come from?
category: ring
description: >-
  Members counted by country.
cypher: |
  MATCH (r:Ring {ring_id: $ring_id})<-[:MEMBER_OF]-(a:Account)
  RETURN a.country AS country, count(a) AS members
  ORDER BY members DESC, country
  LIMIT 50
sql: |
  SELECT a.country AS country, count(*) AS members
  FROM ring_members m JOIN accounts a ON a.account_id = m.account_id
  WHERE m.ring_id = $ring_id
  GROUP BY a.country
  ORDER BY members DESC, country
  LIMIT 50
parameters:
  - name: ring_id
    type: text
    meaning: Id of the ring, as in the list of rings.
columns:
  country: Two letters, as it came in.
  members: Members from there.
reading: >-
  One country is a household or a team; many are proxies, or a platform for travellers.
limit: 50
graph: false
revision: 1
```

Types of parameters: text, integer, number, time (ISO 8601, UTC where it says no zone). `revision`
counts up whenever the answer of a question changes.

## What they expect of a store

Questions about the last night read `ring_events` of a store's run; in Neo4j the same stands at
the ring: `events` and `causes` (lists, one entry for each thing that happened) and `size_before`.
Questions about verdicts read `(:Account)-[:DECIDED {verdict, who, when, why}]->()`, an arrow from
each account that a verdict was about to the ring, account or identifier that it was about; a load
of a store's run brings those that are in force ([Neo4j](neo4j.md#verdicts)). Where these are absent
the answers are empty.
"""


def page() -> str:
    """Return the page as Markdown: one table per category."""
    parts = [_HEADER]
    for category, found in groupby(library().values(), key=lambda query: query.category):
        rows = "\n".join(map(_row, found))
        head = "| id | question | parameters | asked of |\n| --- | --- | --- | --- |"
        parts.append(f"## {category.capitalize()}\n\n{head}\n{rows}\n")
    return "\n".join(parts)


def _row(query: Query) -> str:
    names = [p.name if p.default is None else f"[{p.name}]" for p in query.parameters]
    kind = "graph, drawn" if query.graph else "graph, run" if query.sql else "graph"
    return f"| `{query.id}` | {query.question} | {' '.join(names)} | {kind} |"


if __name__ == "__main__":
    sys.stdout.write(page())
