"""The sorts of identifier, read from `kinds.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

import yaml


@dataclass(frozen=True)
class Kind:
    """One sort of identifier.

    Attributes
    ----------
    name
        Key in `kinds.yaml`, used in every table.
    label, relationship
        Node label and relationship type in Neo4j.
    table, column
        Table and column that sightings come from.
    weight
        Prior worth of sharing one rare identifier of this kind, in (0, 1].
    tell
        How much sharing tells of one hand rather than of one roof, in [0, 1]; used where no labels
        say what spam is.
    half_life_days
        Days between two accounts' use that halve a link; None: time says nothing.
    signup_half_life_days
        Days between two accounts' sign-ups that halve a link; None: they do not matter.
    hub_cap
        Accounts at the same time above which an identifier is a hub.
    rarity
        What lowers the weight: the identifier's popularity, or how common a template's wording is.
    one, many
        Words for people, singular and plural.
    roof
        Whether sharing it means being at one place, as families and offices are.
    always
        Whether models have columns of the kind also where nobody was seen with one.
    """

    name: str
    label: str
    relationship: str
    table: str
    column: str
    weight: float
    tell: float
    half_life_days: float | None
    signup_half_life_days: float | None
    hub_cap: int
    rarity: Literal["popularity", "wording"]
    one: str
    many: str
    roof: bool = False
    always: bool = True


@cache
def kinds() -> MappingProxyType[str, Kind]:
    """All kinds by name, in the order of the file.

    Examples
    --------
    >>> kinds()["device"].label
    'Device'
    """
    text = files(__package__).joinpath("kinds.yaml").read_text(encoding="utf-8")
    entries = yaml.safe_load(text)
    return MappingProxyType({name: Kind(name=name, **entry) for name, entry in entries.items()})
