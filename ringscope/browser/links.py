"""Deep links: addresses that open Neo4j Browser with a question ready to run."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit

BROWSER = "http://localhost:7474/browser/"
"""Where Neo4j Browser is served unless the server was told otherwise."""

_PARAMETER = re.compile(r"\$([a-z]\w*)")
_HARMLESS = re.compile(r"[A-Za-z0-9_.:@/+ -]{0,100}")


def deep_link(
    query: str, parameters: Mapping[str, object], base_url: str = BROWSER, *, bolt: str = ""
) -> str:
    """Return the address that opens Neo4j Browser with a question ready to run.

    Nothing runs until the reader presses play.

    Parameters
    ----------
    query
        Cypher of the query library: without `&` and `#`, at which the Browser cuts an address.
    parameters
        Values by name: texts, numbers, booleans or None. They may come from strangers.
    base_url
        The Browser's own address, ending in `/browser/`.
    bolt
        Where the Browser connects, e.g. `bolt://localhost:7687`; the login form then asks for the
        password alone. Empty: what the server says of itself.

    Examples
    --------
    >>> deep_link("MATCH (n {x: $x}) RETURN n", {"x": "R-1"}, "http://localhost:7474/browser/")
    'http://localhost:7474/browser/?cmd=edit&arg=MATCH%20%28n%20%7Bx%3A%20%27R-1%27%7D%29%20RETURN%20n'
    """
    return _address(base_url, "edit", editor_text(query, parameters), bolt)


def command_link(command: str, argument: str, base_url: str = BROWSER, *, bolt: str = "") -> str:
    """Return the address that gives Neo4j Browser a command: play, guide, edit, param or params.

    `play` runs at once, all others wait in the editor.

    Examples
    --------
    >>> command_link("play", "http://localhost:7480/guide.html", "http://localhost:7474/browser/")
    'http://localhost:7474/browser/?cmd=play&arg=http%3A%2F%2Flocalhost%3A7480%2Fguide.html'
    """
    return _address(base_url, command, argument, bolt)


def _address(base_url: str, command: str, argument: str, bolt: str) -> str:
    words = {"cmd": command, "arg": argument}
    if bolt:
        words = {"dbms": f"neo4j://neo4j@{urlsplit(bolt).netloc}"} | words
    return f"{base_url}?{urlencode(words, quote_via=quote, safe='')}"


def editor_text(query: str, parameters: Mapping[str, object]) -> str:
    r"""Return what the Browser's editor has to hold.

    The Browser draws the result of one statement, never that of a statement behind a `:params`
    line. So values that hold nothing but letters, digits and a few harmless marks stand in the
    query itself; as soon as one value holds more, all are set by `:params`, as data, and the
    reader presses play on the query again to see it drawn.

    Examples
    --------
    >>> print(editor_text("RETURN $x", {"x": "R-1"}))
    RETURN 'R-1'
    >>> print(editor_text("RETURN $x", {"x": "it's"}))
    :params {"x": "it\u0027s"};
    RETURN $x
    """
    query = query.strip()
    if all(map(_is_harmless, parameters.values())):
        return filled(query, parameters)
    return f"{params_command(parameters)};\n{query}"


def filled(query: str, values: Mapping[str, object]) -> str:
    """Return a query with harmless values in the place of some of its parameters.

    Raises
    ------
    ValueError
        A value is not harmless: it has to stay a parameter.

    Examples
    --------
    >>> filled("MATCH (a {x: $x}) WHERE a.y < $y RETURN a", {"y": 3})
    'MATCH (a {x: $x}) WHERE a.y < 3 RETURN a'
    """
    if not all(map(_is_harmless, values.values())):
        raise ValueError("only harmless values stand in a query")
    return _PARAMETER.sub(
        lambda found: _literal(values[found[1]]) if found[1] in values else found[0], query
    )


def params_command(parameters: Mapping[str, object]) -> str:
    r"""Return the Browser's command that sets parameters.

    The Browser takes a line apart at semicolons, arrows and more before it reads it as JSON, and a
    value may hold any of them; so all but letters, digits and harmless marks is escaped.

    Examples
    --------
    >>> print(params_command({"n": 1, "x": "a;b"}))
    :params {"n": 1, "x": "a\u003bb"}
    """
    fields = (f'"{name}": {_json(value)}' for name, value in parameters.items())
    return ":params {" + ", ".join(fields) + "}"


def _is_harmless(value: object) -> bool:
    return not isinstance(value, str) or _HARMLESS.fullmatch(value) is not None


def _literal(value: object) -> str:
    """A harmless value as Cypher."""
    return f"'{value}'" if isinstance(value, str) else json.dumps(value, allow_nan=False)


def _json(value: object) -> str:
    if not isinstance(value, str):
        return json.dumps(value, allow_nan=False)
    units = value.encode("utf-16-be", "surrogatepass")
    codes = (int.from_bytes(units[at : at + 2]) for at in range(0, len(units), 2))
    return '"' + "".join(_unit(code) for code in codes) + '"'


def _unit(code: int) -> str:
    return char if _HARMLESS.fullmatch(char := chr(code)) else f"\\u{code:04x}"
