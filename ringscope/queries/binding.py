"""The values of a question's parameters: given, or the defaults; checked by type."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from ingest.errors import SettingsError

from .schema import Query, Value


def bind(query: Query, given: Mapping[str, str]) -> dict[str, Value]:
    """Return a value for each parameter of a question.

    Parameters
    ----------
    query
        The question.
    given
        What the user typed, by name of the parameter.

    Raises
    ------
    SettingsError
        A parameter is missing, unknown or of the wrong type.
    """
    known = {parameter.name: parameter for parameter in query.parameters}
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else _takes(query)
            raise SettingsError(f"{query.id}: no parameter {name!r}; {hint}")
    missing = [p.name for p in query.parameters if p.default is None and p.name not in given]
    if missing:
        words = ", ".join(f"{name}=…" for name in missing)
        raise SettingsError(f"{query.id}: needs {words} ({known[missing[0]].meaning})")
    values: dict[str, Value] = {}
    for name, parameter in known.items():
        try:
            values[name] = parameter.read(given.get(name, str(parameter.default)))
        except ValueError as error:
            raise SettingsError(f"{query.id}: {name}={given[name][:80]!r} is not {error}") from None
    return values


def pairs(words: Sequence[str]) -> dict[str, str]:
    """Take words such as `ring_id=R-1` apart.

    Raises
    ------
    SettingsError
        A word has no `=`, or a name is there twice.
    """
    found: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise SettingsError(f"{word[:80]!r}: write a parameter as name=value")
        if name in found:
            raise SettingsError(f"parameter {name} is given twice")
        found[name] = value
    return found


def _takes(query: Query) -> str:
    names = ", ".join(parameter.name for parameter in query.parameters)
    return f"it takes {names}" if names else "it takes none"
