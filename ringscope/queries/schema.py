"""What a question of the library is: the fields of its YAML file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Type = Literal["text", "integer", "number", "time"]
Value = str | int | float
Category = Literal[
    "triage",
    "ring",
    "account",
    "identifier",
    "template",
    "time",
    "quality",
    "feedback",
    "export",
]

_LONGEST_TEXT = 4_096
_LARGEST = 2**53
_Sentence = Annotated[str, Field(min_length=12)]


class Parameter(BaseModel):
    """One value that a question asks for.

    Attributes
    ----------
    name
        As it stands in the query behind a dollar sign.
    type
        text (up to 4,096 characters), integer, number, or time (ISO 8601; UTC where it says no
        zone).
    default
        Taken where nothing is given; without one the parameter must be given.
    meaning
        Words for people.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,30}$")]
    type: Type
    default: Value | None = None
    meaning: _Sentence

    @model_validator(mode="after")
    def _default_is_of_its_type(self) -> Self:
        if self.default is not None and self.read(str(self.default)) != self.default:
            raise ValueError(f"{self.name}: the default is not a {self.type}")
        return self

    def read(self, text: str) -> Value:
        """Return the value that a text stands for.

        Raises
        ------
        ValueError
            It is not of the type; the message says what was expected.
        """
        return _READERS[self.type](text)


class Query(BaseModel):
    """One question.

    Attributes
    ----------
    id
        The file's name without its ending; begins with the category.
    title, question
        A few words, and the question in full as an investigator would ask it.
    category
        Where it stands in lists.
    description
        What it looks at, and what it leaves out.
    cypher
        The question to Neo4j.
    sql
        The same question to the tables of a run folder; None where it needs a graph pattern.
    parameters
        What it asks for.
    columns
        Name and meaning of each column of the result.
    reading
        How to understand the result, and what to do next.
    limit
        Rows at most.
    graph
        Whether Neo4j Browser draws the result.
    revision
        Counts up whenever the result of the question changes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)+$")]
    title: Annotated[str, Field(min_length=4, max_length=60)]
    question: Annotated[str, Field(min_length=12, pattern=r"\?$")]
    category: Category
    description: _Sentence
    cypher: Annotated[str, Field(min_length=12)]
    sql: str | None = None
    parameters: list[Parameter] = []
    columns: Annotated[dict[str, _Sentence], Field(min_length=1)]
    reading: _Sentence
    limit: Annotated[int, Field(ge=1, le=1_000_000)]
    graph: bool
    revision: Annotated[int, Field(ge=1)]

    @field_validator("parameters")
    @classmethod
    def _names_are_unique(cls, found: list[Parameter]) -> list[Parameter]:
        names = [parameter.name for parameter in found]
        if len(set(names)) < len(names):
            raise ValueError("a parameter is there twice")
        return found

    @model_validator(mode="after")
    def _id_begins_with_its_category(self) -> Self:
        if not self.id.startswith(f"{self.category}-"):
            raise ValueError(f"the id must begin with {self.category}-")
        return self


def _text(text: str) -> str:
    if len(text) > _LONGEST_TEXT:
        raise ValueError(f"a text of at most {_LONGEST_TEXT:,} characters")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("a text in Unicode") from None
    return text


def _integer(text: str) -> int:
    try:
        value = int(text) if text.isascii() and len(text) <= 20 else _LARGEST + 1
    except ValueError:
        value = _LARGEST + 1
    if abs(value) > _LARGEST:
        raise ValueError("an integer such as 50")
    return value


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not abs(value) <= _LARGEST:
        raise ValueError("a number such as 0.5")
    return value


def _time(text: str) -> str:
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("a time such as 2025-01-31 or 2025-01-31T18:30") from None
    if value.tzinfo:
        value = value.astimezone(UTC).replace(tzinfo=None)
    return value.isoformat(timespec="seconds")


_READERS: dict[Type, Callable[[str], Value]] = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "time": _time,
}
