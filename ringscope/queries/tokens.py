"""Cypher and SQL taken apart as far as the lint needs: words and marks, without quoted text."""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<comment>//[^\n]*|/\*.*?\*/)
      | (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
      | (?P<quoted>`[^`]*`)
      | (?P<parameter>\$\w+)
      | (?P<word>[A-Za-z_]\w*)
      | (?P<number>\d+(?:\.\d+)?)
      | (?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A piece of a query: its sort (word, parameter, number, text, quoted, mark, comment)."""

    sort: str
    text: str


def tokens(query: str) -> list[Token]:
    """Return the pieces of a query, without white space.

    Examples
    --------
    >>> [token.text for token in tokens("MATCH (a {x: $x})")]
    ['MATCH', '(', 'a', '{', 'x', ':', '$x', '}', ')']
    """
    found = ((match.lastgroup or "", match[0]) for match in _TOKEN.finditer(query))
    return [Token(sort, text) for sort, text in found if sort != "space"]


def parameters(query: str) -> set[str]:
    """Names of the parameters that a query uses."""
    return {token.text[1:] for token in tokens(query) if token.sort == "parameter"}
