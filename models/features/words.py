"""Words for people: how the value of a feature is said in a sentence.

A template is a `str.format` string. It may use

- `{value}`: the value of the feature as it is stored;
- `{count}`: the count behind a value that is stored as log(1 + count);
- `{span}`: the same for a time stored as log(1 + seconds), with a fitting unit ("3.2 hours");
- `{name}`: the varying part of a column that is named after data (see `words_for`).

A flag has two sentences, for 1 and for 0, separated by " | ".
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

LONGEST_NAME = 48
SPANS = ((86_400.0, "days"), (3_600.0, "hours"), (60.0, "minutes"))


def safe_name(text: str) -> str:
    """Turn any text (a column header, a category level) into part of a column name.

    Only letters, digits, `_` and `-` stay; a text that had to be changed gets a short hash, so
    that two texts never share a name.
    """
    cut = text[:LONGEST_NAME]
    name = re.sub(r"[^\w-]", "_", cut)
    if name == text:
        return name
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=3).hexdigest()
    return f"{name.strip('_')}_{digest}" if name.strip("_") else digest


def words_for(columns: Iterable[str], words: Mapping[str, str]) -> dict[str, str]:
    """Find the template of each column.

    Parameters
    ----------
    columns
        Names of feature columns.
    words
        Column name to template. A name with one `*` speaks for all columns that fit it; what the
        star stands for takes the place of `{name}` in the template.

    Raises
    ------
    KeyError
        If a column has no words.
    """
    patterns = sorted((key for key in words if "*" in key), key=lambda key: (-len(key), key))
    found = {}
    for column in columns:
        if column in words:
            found[column] = words[column]
            continue
        pattern = next((key for key in patterns if _fits(column, key)), None)
        if pattern is None:
            raise KeyError(f"feature {column!r} has no words: add a sentence to WORDS")
        before, _, after = pattern.partition("*")
        name = column[len(before) : len(column) - len(after)]
        found[column] = words[pattern].replace("{name}", name.replace("{", "").replace("}", ""))
    return found


def say(template: str, values: NDArray[np.floating]) -> list[str]:
    """Write one sentence per value; the values are finite."""
    yes, _, no = template.partition(" | ")
    if no:
        return [yes if value >= 0.5 else no for value in values.tolist()]
    if "{span" in template:
        return [template.format(span=span(value)) for value in np.expm1(values).tolist()]
    if "{count" in template:
        return [template.format(count=value) for value in np.expm1(values).tolist()]
    return [template.format(value=value) for value in values.tolist()]


def span(seconds: float) -> str:
    """Say a time in the largest unit that gives at least 1, for example "3.2 hours"."""
    for size, unit in SPANS:
        if round(seconds) >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} seconds"


def _fits(column: str, pattern: str) -> bool:
    before, _, after = pattern.partition("*")
    longer = len(column) > len(before) + len(after)
    return longer and column.startswith(before) and column.endswith(after)
