"""The library: every question of the folder `queries`, read and checked."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml
from pydantic import ValidationError

from ingest.errors import InputError, NotFound

from .lint import faults
from .schema import Query

_BESIDE = Path(__file__).parents[2] / "queries"
_INSTALLED = Path(sys.prefix) / "share" / "ringscope" / "queries"


def folder() -> Path:
    """Where the questions are: beside the packages, or where the wheel put them."""
    return _BESIDE if _BESIDE.is_dir() else _INSTALLED


@cache
def library() -> Mapping[str, Query]:
    """All questions by id: category by category, those that are drawn first.

    Raises
    ------
    InputError
        A file is no question, or there is none.
    """
    return read(folder())


def read(where: Path) -> Mapping[str, Query]:
    """Read a folder of questions.

    Raises
    ------
    InputError
        The folder is empty, or a file is not a question as the schema and the lint want it.
    """
    found = [_read(path) for path in sorted(where.glob("*.yaml"))]
    if not found:
        raise InputError(f"{where}: holds no questions (*.yaml)")
    order = list(Query.model_fields["category"].annotation.__args__)  # type: ignore[union-attr]
    found.sort(key=lambda query: (order.index(query.category), not query.graph, query.id))
    return MappingProxyType({query.id: query for query in found})


def get(name: str) -> Query:
    """Return one question.

    Raises
    ------
    NotFound
        There is none of this id; the message names near misses.
    """
    known = library()
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else "ringscope query list shows all"
    raise NotFound(f"no question {name!r}; {hint}")


def _read(path: Path) -> Query:
    try:
        entries = yaml.safe_load(path.read_bytes())
        query = Query.model_validate(entries)
    except (OSError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{path}: cannot be read ({reason})") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "file"
        raise InputError(f"{path}: {place}: {first['msg']}") from error
    if query.id != path.stem:
        raise InputError(f"{path}: id is {query.id}; it must be the file's name, {path.stem}")
    wrong = faults(query)
    if wrong:
        raise InputError(f"{path}: {wrong[0]}")
    return query
