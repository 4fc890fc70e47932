"""Tables in: read, check against the contract, refuse with reasons, clean."""

from __future__ import annotations

from .addresses import clean_addresses
from .contract import TABLES
from .emails import clean_emails
from .errors import InputError, NotFound, RingscopeError, RunError, ServerError, SettingsError
from .mapping import presets
from .networks import mark_networks, read_networks
from .pseudonyms import pseudonymise
from .quarantine import ROW_KEPT, refused_rows
from .read import read_tables
from .schema import DTYPES, check_tables, empty_table
from .slices import in_slices
from .tables import Tables
from .texts import normalise_text
from .timestamps import parse_times
from .usernames import username_pattern, username_skeleton

__all__ = [
    "DTYPES",
    "ROW_KEPT",
    "TABLES",
    "InputError",
    "NotFound",
    "RingscopeError",
    "RunError",
    "ServerError",
    "SettingsError",
    "Tables",
    "check_tables",
    "clean_addresses",
    "clean_emails",
    "empty_table",
    "in_slices",
    "mark_networks",
    "normalise_text",
    "parse_times",
    "presets",
    "pseudonymise",
    "read_networks",
    "read_tables",
    "refused_rows",
    "username_pattern",
    "username_skeleton",
]
