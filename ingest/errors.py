"""Every error that ringscope raises on purpose.

RingscopeError
├── InputError        a file, table, column or row that cannot be read as the contract asks
├── SettingsError     a setting that is unknown, of the wrong type or out of range
├── RunError          a run folder that is missing, incomplete or altered
├── NotFound          an id that the run does not hold; the message names near misses
├── StoreHeld         a store in which another job works; the message says which, since when
└── ServerError       a database server that is missing, refuses, holds other data or dies

Each message is one line: what is wrong, where (file, row or column), and what to do.
"""

from __future__ import annotations


class RingscopeError(Exception):
    """Base of all errors that a user can cause and mend."""


class InputError(RingscopeError):
    """Input that cannot be read as the contract asks."""


class SettingsError(RingscopeError):
    """A setting that is unknown, of the wrong type or out of range."""


class RunError(RingscopeError):
    """A run folder that is missing, incomplete or altered."""


class NotFound(RingscopeError):
    """An id that the run does not hold."""


class ServerError(RingscopeError):
    """A database server that is missing, refuses, holds other data or dies."""


class StoreHeld(RingscopeError):
    """A store in which another job works."""
