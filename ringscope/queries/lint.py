"""What a question of the library may not do, and what it must have.

A question reads and never writes, takes values as parameters only, ends in a LIMIT, names only what
is there, and passes over hubs before it goes from an identifier back to accounts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from .names import EVENTS, LABELS, PROPERTIES, RELATIONSHIPS, TABLES
from .schema import Query
from .tokens import Token, parameters, tokens

HUB_LIMIT = "hub_limit"
"""The parameter that says how many accounts an identifier may have to be followed."""

_WRITES = frozenset({
    "CREATE", "MERGE", "SET", "DELETE", "DETACH", "REMOVE", "DROP", "FOREACH", "LOAD",
    "ALTER", "GRANT", "DENY", "REVOKE", "START", "STOP", "INSERT", "USE", "TERMINATE",
    "RENAME", "TRANSACTIONS", "EXPLAIN", "PROFILE", "CYPHER", "SHOW", "FINISH",
})  # fmt: skip
_SQL_WRITES = frozenset({
    "ALTER", "ATTACH", "CALL", "COPY", "CREATE", "DELETE", "DETACH", "DROP", "EXPORT",
    "IMPORT", "INSERT", "INSTALL", "LOAD", "PRAGMA", "SET", "TRUNCATE", "UPDATE", "VACUUM",
})  # fmt: skip
_UNITS = frozenset({"days", "hours"})
_FUNCTIONS = frozenset({"inSeconds", "seconds"})
_SIGHTING = r"!\(LINKED\|MEMBER_OF\|DECIDED\)"
_TO_ACCOUNTS = re.compile(rf"<-\[\w*:(?:{_SIGHTING}|(?!LINKED|MEMBER_OF|DECIDED)[A-Z_|]+)[^\]]*\]-")
_ENDLESS = re.compile(r"\*(?:\d*\.\.)?\]|\{\d*,\}|\)[*+]|\][-=>]*[+*]")
_LAST_LIMIT = re.compile(r"\bLIMIT\s+(\d+)\s*$")
_PATTERN_NAME = re.compile(r"[\[(]\w*:([^\]){]+)")


def faults(query: Query) -> list[str]:
    """Return what is wrong with a question; empty if nothing is."""
    found = [f"cypher: {fault}" for fault in _cypher_faults(query)]
    if query.sql is not None:
        found += [f"sql: {fault}" for fault in _sql_faults(query, query.sql)]
    return found


def _cypher_faults(query: Query) -> Iterator[str]:
    pieces = tokens(query.cypher)
    yield from (f"{word} writes or steers the server" for word in _forbidden(pieces, _WRITES))
    yield from _common_faults(query, query.cypher, pieces)
    for before, after in pairwise(pieces):
        if before.text.upper() == "CALL" and after.text not in {"(", "{"}:
            yield f"CALL {after.text}: procedures are not for questions"
    yield from (f"{mark} cuts the Browser's address" for mark in "&#" if mark in query.cypher)
    if _ENDLESS.search(query.cypher):
        yield "a path needs a largest length"
    if HUB_LIMIT not in parameters(query.cypher) and _TO_ACCOUNTS.search(query.cypher):
        yield f"goes from identifiers back to accounts without ${HUB_LIMIT}"
    yield from _unknown_names(query.cypher, pieces)


def _unknown_names(cypher: str, pieces: list[Token]) -> Iterator[str]:
    named = {
        name
        for found in _PATTERN_NAME.findall(cypher)
        for name in re.findall(r"[A-Za-z]\w*", found)
    }
    yield from (f"no label or relationship {name}" for name in sorted(_upper(named)))
    for first, second, third in zip(pieces, pieces[1:], pieces[2:], strict=False):
        is_property = first.text != "." == second.text and third.sort == "word"
        if is_property and third.text not in PROPERTIES | _FUNCTIONS:
            yield f"no property {third.text}"
        is_key = first.text in {"{", ","} and second.sort == "word" and third.text == ":"
        if is_key and second.text not in PROPERTIES | _UNITS:
            yield f"no property {second.text}"


def _upper(names: set[str]) -> set[str]:
    """Names that begin with a capital, as labels and types do, and are not known."""
    return {name for name in names if name[0].isupper()} - LABELS - RELATIONSHIPS - {"WHERE"}


def _sql_faults(query: Query, sql: str) -> Iterator[str]:
    pieces = tokens(sql)
    yield from (f"{word} writes or steers" for word in _forbidden(pieces, _SQL_WRITES))
    yield from _common_faults(query, sql, pieces)
    if "--" in sql:
        yield "holds a comment"
    for before, name, after in zip(pieces, pieces[1:], pieces[2:], strict=False):
        if before.text.upper() in {"FROM", "JOIN"} and name.sort != "word" and name.text != "(":
            yield f"reads {name.text}, which is no table of a run"
        elif before.text.upper() in {"FROM", "JOIN"} and after.text in {"(", "."}:
            yield f"{name.text}{after.text}: only tables of a run may be read"


def _common_faults(query: Query, text: str, pieces: list[Token]) -> Iterator[str]:
    declared = {parameter.name for parameter in query.parameters}
    used = parameters(text)
    yield from (f"${name} is not declared" for name in sorted(used - declared))
    yield from (f"${name} is not used" for name in sorted(declared - used))
    limit = _LAST_LIMIT.search(text)
    if not limit or int(limit[1]) != query.limit:
        yield f"must end in LIMIT {query.limit}"
    if any(piece.text == ";" for piece in pieces):
        yield "holds a semicolon: one statement only"
    if any(piece.sort in {"comment", "quoted"} for piece in pieces):
        yield "holds a comment or a name in backticks"
    for piece in pieces:
        if piece.sort == "text" and ("\\" in piece.text or "$" in piece.text):
            yield f"{piece.text}: plain texts only"


def _forbidden(pieces: list[Token], words: frozenset[str]) -> Iterator[str]:
    for before, piece in zip([Token("mark", ""), *pieces], pieces, strict=False):
        if piece.sort == "word" and before.text != "." and piece.text.upper() in words:
            yield piece.text.upper()


def tables(sql: str) -> set[str]:
    """Tables of a run folder that a question in SQL reads."""
    return {token.text for token in tokens(sql) if token.sort == "word"} & {*TABLES, EVENTS}
