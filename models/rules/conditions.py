"""Conditions of rules: a small language of comparisons, read from data and never executed.

A condition is `{signal: NAME, op: OP, value: NUMBER}`, or `{all: [...]}`, or `{any: [...]}` of
conditions. A comparison with a value that is not known is not known; `all` is false where one part
is false, `any` true where one part is true, whatever is not known of the others (Kleene's logic).
"""

from __future__ import annotations

import difflib
import operator
from collections.abc import Callable, Iterator
from functools import reduce
from typing import Annotated, Any, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, field_validator

from ..signals import FAMILIES

OWN = "accounts."
"""Before the name of a numeric column of the accounts table, which any rule may use."""
MOST_PARTS = 20
SEE = "`ringscope rules signals` lists all"

Operator = Literal[">", ">=", "<", "<=", "==", "!="]
_OPERATORS: dict[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Compare(_Part):
    """A signal beside a number."""

    signal: str
    op: Operator
    value: Annotated[float, Field(allow_inf_nan=False)]

    @field_validator("signal")
    @classmethod
    def _is_known(cls, name: str) -> str:
        if name not in signal_names() and not (name.startswith(OWN) and name != OWN):
            near = difflib.get_close_matches(name, signal_names(), n=1)
            hint = f"did you mean {near[0]!r}?" if near else SEE
            raise ValueError(f"unknown signal {name!r}; {hint}")
        return name


class AllOf(_Part):
    """Every part has to hold."""

    all: Annotated[tuple[Condition, ...], Field(min_length=1, max_length=MOST_PARTS)]


class AnyOf(_Part):
    """One part has to hold."""

    any: Annotated[tuple[Condition, ...], Field(min_length=1, max_length=MOST_PARTS)]


def _sort_of(part: Any) -> str:
    keys = part if isinstance(part, dict) else vars(part) if isinstance(part, BaseModel) else {}
    return next((name for name in ("all", "any") if name in keys), "compare")


Condition = Annotated[
    Annotated[Compare, Tag("compare")]
    | Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")],
    Discriminator(_sort_of),
]
AllOf.model_rebuild()
AnyOf.model_rebuild()


def signal_names() -> list[str]:
    """Names that a comparison may use, besides numeric columns of accounts."""
    return [name for family in FAMILIES.values() for name in family.signals]


def compared(condition: Compare | AllOf | AnyOf) -> Iterator[Compare]:
    """Every comparison in a condition, in its order."""
    if isinstance(condition, Compare):
        yield condition
    else:
        for part in _parts(condition):
            yield from compared(part)


def holds(condition: Compare | AllOf | AnyOf) -> pl.Expr:
    """The condition as an expression over columns named as signals; null = not known.

    Signals are Float32, so numbers are compared as such: a share of 0.9 is not below 0.9.
    """
    if isinstance(condition, Compare):
        number = pl.lit(condition.value, dtype=pl.Float32)
        return _OPERATORS[condition.op](pl.col(condition.signal), number)
    joined = operator.and_ if isinstance(condition, AllOf) else operator.or_
    return reduce(joined, [holds(part) for part in _parts(condition)])


def in_words(condition: Compare | AllOf | AnyOf) -> str:
    """The condition as people write it: `a > 3 and (b < 1 or c >= 2)`."""
    if isinstance(condition, Compare):
        return f"{condition.signal} {condition.op} {condition.value:g}"
    word = " and " if isinstance(condition, AllOf) else " or "
    parts = _parts(condition)
    inner = [
        in_words(part) if isinstance(part, Compare) else f"({in_words(part)})" for part in parts
    ]
    return word.join(inner)


def _parts(condition: AllOf | AnyOf) -> tuple[Compare | AllOf | AnyOf, ...]:
    return condition.all if isinstance(condition, AllOf) else condition.any
