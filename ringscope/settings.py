"""Settings of a run, read from `ringscope.toml`; `docs/settings.md` has the table of all."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from ingest.errors import SettingsError

# `[columns.accounts] user_id = "account_id"`: column of the file -> column of the contract.
Columns = dict[str, dict[str, str]]


class IngestSettings(BaseModel):
    """How input is read and when it is too broken to go on.

    Attributes
    ----------
    max_bad_share
        Share of a table's rows, in [0, 1], that may be refused before a run stops.
    phone_region
        Two-letter country of phone numbers that come without one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_bad_share: Annotated[float, Field(ge=0, le=1)] = 0.2
    phone_region: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None


class RingSettings(BaseModel):
    """How certain a ring has to be.

    Attributes
    ----------
    max_innocents_per_1000
        Honest accounts per 1,000 honest ones that may be expected in rings by mistake; groups
        beyond that are suspected and not called rings.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_innocents_per_1000: Annotated[float, Field(ge=0, le=1000)] = 2.0


class ActionSettings(BaseModel):
    """What is recommended for an account; ringscope itself never acts.

    Attributes
    ----------
    block, flag, monitor
        Risk, in [0, 1], from which an account is recommended for blocking, for review, for
        monitoring; monitor <= flag <= block.
    policy
        Who decides: risk and the points of rules combined, the risk alone, or the rules alone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    block: Annotated[float, Field(ge=0, le=1)] = 0.9
    flag: Annotated[float, Field(ge=0, le=1)] = 0.5
    monitor: Annotated[float, Field(ge=0, le=1)] = 0.2
    policy: Literal["combined", "risk", "rules"] = "combined"

    @model_validator(mode="after")
    def _rise(self) -> Self:
        if not self.monitor <= self.flag <= self.block:
            raise ValueError("give monitor <= flag <= block")
        return self


class RuleSettings(BaseModel):
    """Rules, and the lists that they use.

    Attributes
    ----------
    file
        Rules in place of those that ship with ringscope.
    networks
        Files that list networks (VPN, hosting), one a line.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Path | None = None
    networks: tuple[Path, ...] = ()

    def beside(self, folder: Path) -> Self:
        """The same with paths taken from a folder: that of the settings file."""
        file = folder / self.file if self.file else None
        return self.model_copy(
            update={"file": file, "networks": tuple(folder / path for path in self.networks)}
        )


class VerdictSettings(BaseModel):
    """How far people's decisions go.

    Attributes
    ----------
    new_evidence
        Share of a rejected ring's evidence, in [0, 1], that must be new since the rejection for
        the ring to come back as contested.
    learn
        Whether members of confirmed rings count as labelled spam; their orphans do not.
    learn_rejected
        Whether members of rejected rings count as labelled honest.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    new_evidence: Annotated[float, Field(ge=0, le=1)] = 0.5
    learn: bool = True
    learn_rejected: bool = False


class Neo4jSettings(BaseModel):
    """Which Neo4j server to use; the environment's NEO4J_... comes before, passwords only there.

    Attributes
    ----------
    uri
        E.g. neo4j://graph.example:7687; none: the server of `ringscope neo4j up`.
    user, database
        Whose login, and which database.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    uri: str | None = None
    user: str = "neo4j"
    database: str = "neo4j"


class SignalSettings(BaseModel):
    """Which signals the models see.

    Attributes
    ----------
    families
        Families of signals that count: engagement, freelance, scrapers, tweets. Leaving one out
        shows its worth.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    families: tuple[Literal["engagement", "freelance", "scrapers", "tweets"], ...] = (
        "engagement",
        "freelance",
        "scrapers",
        "tweets",
    )


class Settings(BaseModel):
    """Everything that a run can be told, with defaults that suit most platforms.

    Attributes
    ----------
    seed
        Seed of all randomness.
    threads
        Threads for the heavy steps; 0 takes all cores.
    preset
        Name of a column mapping that ships with ringscope.
    columns
        Per table: column in the file -> column of the input contract.
    ingest
        Reading of the input.
    rings
        How certain a ring has to be.
    actions
        What is recommended at which risk.
    signals
        Which signals the models see.
    rules
        Rules, and the lists that they use; in a settings file, paths start from its folder.
    verdicts
        How far people's decisions go.
    neo4j
        Which Neo4j server the run is loaded into; no part of the run.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: Annotated[int, Field(ge=0, lt=2**31)] = 7
    threads: Annotated[int, Field(ge=0)] = 0
    preset: str | None = None
    columns: Columns = {}
    ingest: IngestSettings = IngestSettings()
    rings: RingSettings = RingSettings()
    actions: ActionSettings = ActionSettings()
    signals: SignalSettings = SignalSettings()
    rules: RuleSettings = RuleSettings()
    verdicts: VerdictSettings = VerdictSettings()
    neo4j: Neo4jSettings = Neo4jSettings()

    def deciding(self) -> dict[str, object]:
        """Return the settings that a result depends on: not threads, nor where a server is."""
        return self.model_dump(mode="json", exclude={"threads", "neo4j"})

    @classmethod
    def load(cls, path: Path, **changes: object) -> Self:
        """Read a settings file; `changes` (None = not given) override what it says.

        Raises
        ------
        SettingsError
            The file cannot be read, or a setting is unknown or out of range.
        """
        try:
            found = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise SettingsError(f"{path}: cannot be read ({error.strerror})") from error
        except ValueError as error:
            raise SettingsError(f"{path}: not valid TOML: {error}") from error
        read = cls.of(found, where=str(path), **changes)
        return read.model_copy(update={"rules": read.rules.beside(path.parent)})

    @classmethod
    def of(
        cls, values: Mapping[str, object], *, where: str = "settings", **changes: object
    ) -> Self:
        """Check values, e.g. `Settings.of({"seed": 3})`.

        Parameters
        ----------
        values
            Sections and settings, as in the file.
        where
            Where they are from; named in errors.
        changes
            Top-level settings that override, None = leave as is.

        Raises
        ------
        SettingsError
            A setting is unknown, of the wrong type or out of range.
        """
        given = {name: value for name, value in changes.items() if value is not None}
        try:
            return cls.model_validate({**values, **given})
        except ValidationError as error:
            raise SettingsError(_sentence(where, error)) from None


def defaults(model: type[Any] = Settings, prefix: str = "") -> Iterator[tuple[str, object]]:
    """All settings as (dotted name, default), in the order of the file."""
    shown = Settings() if model is Settings else model()
    names = [f.name for f in fields(model)] if is_dataclass(model) else list(model.model_fields)
    for name in names:
        value = getattr(shown, name)
        if isinstance(value, BaseModel) or is_dataclass(value):
            yield from defaults(type(value), f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _sentence(where: str, error: ValidationError) -> str:
    """One line for the first thing that is wrong, and how many more there are."""
    first = error.errors(include_url=False)[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
        text = f"{where}: unknown setting {name}{_near(name)}; docs/settings.md lists all"
    else:
        text = f"{where}: {name} = {first['input']!r}: {first['msg']}"
    more = error.error_count() - 1
    return f"{text} (and {more} more)" if more else text


def _near(name: str) -> str:
    known = [known for known, _ in defaults()]
    known += sorted({key.split(".")[0] for key in known if "." in key})
    found = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"; did you mean {found[0]}?" if found else ""
