"""What a user gives for rules besides the tables: a file of rules, lists of networks."""

from __future__ import annotations

from dataclasses import replace

from ingest import SettingsError, Tables, mark_networks, read_networks
from ingest.filebytes import file_hash

from .settings import RuleSettings


def with_rule_inputs(tables: Tables, settings: RuleSettings) -> Tables:
    """Check the rules, mark logins from listed networks, and name both among the sources.

    Raises
    ------
    SettingsError
        A file cannot be read or is not what it should be, or two files have one name.
    """
    given = [*([settings.file] if settings.file else []), *settings.networks]
    if not given:
        return tables
    from models.rules import load_rules

    load_rules(settings.file)
    names = [path.name for path in given]
    if doubled := [name for name in names if names.count(name) > 1 or name in tables.sources]:
        raise SettingsError(f"rules: two input files are called {doubled[0]!r}; rename one of them")
    if settings.networks:
        listed = [network for path in settings.networks for network in read_networks(path)]
        tables = mark_networks(tables, listed)
    hashes = {path.name: file_hash(path) for path in given}
    return replace(tables, sources={**tables.sources, **hashes})
