"""Keys of the scoring API: made once, kept as hashes, never changed, only revoked.

A key is 256 random bits, so a plain hash keeps it secret: nobody can try them all. The part that
names it is public and is what lists and logs show.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ingest.errors import NotFound, SettingsError

from ..store import Journal, Store
from ..verdicts.words import named, now, text

SCOPES = ("read", "score", "decide")
DAYS = 90
"""Days for which a key holds if nobody says otherwise."""
LONGEST = 200
_NOBODY = hashlib.sha256(b"nobody").hexdigest()


@dataclass(frozen=True)
class Key:
    """What is known of a key; the key itself is not.

    Attributes
    ----------
    id
        Its public part.
    owner
        Who uses it; decisions are written down under this name.
    scopes
        What it may do, out of `SCOPES`.
    created, expiry
        ISO 8601; it holds until the end of the day before `expiry`.
    by
        Who made it.
    digest
        SHA-256 of the whole key.
    revoked
        When it was revoked and by whom; blank if it was not.
    """

    id: str
    owner: str
    scopes: tuple[str, ...]
    created: str
    expiry: str
    by: str
    digest: str
    revoked: str = ""

    def state(self, today: date) -> str:
        """holds, expired or revoked."""
        if self.revoked:
            return "revoked"
        return "expired" if today.isoformat() >= self.expiry else "holds"


class Keyring:
    """The keys of a store, read again whenever their file has changed.

    Parameters
    ----------
    store
        The store.
    """

    def __init__(self, store: Store) -> None:
        self._journal = Journal(store.folder / "keys.jsonl")
        self._seen: tuple[int, ...] = ()
        self._keys: dict[str, Key] = {}

    def keys(self) -> dict[str, Key]:
        """All keys by their id, in the order in which they were made.

        Raises
        ------
        RunError
            The file was altered.
        """
        seen = _stamp(self._journal.path)
        if seen != self._seen:
            self._keys = _read(self._journal.read().records)
            self._seen = seen
        return self._keys

    def find(self, said: str) -> Key | None:
        """The key that somebody shows, whatever its state; None if it is none of ours.

        Takes the same time whether the id is known or not.
        """
        if len(said) > LONGEST or not said.isascii():
            return None
        parts = said.split("_", 2)
        found = self.keys().get(parts[1]) if len(parts) == 3 and parts[0] == "rs" else None
        same = hmac.compare_digest(_digest(said), found.digest if found else _NOBODY)
        return found if same else None

    def create(
        self, owner: str, scopes: tuple[str, ...], *, expiry: date, by: str
    ) -> tuple[Key, str]:
        """Make a key; the text of it is returned once and kept nowhere.

        Raises
        ------
        SettingsError
            A scope is unknown or none is given, the owner is blank, or the expiry is past.
        """
        if unknown := [scope for scope in scopes if scope not in SCOPES]:
            raise SettingsError(f"no scope {unknown[0]!r}; there are: {', '.join(SCOPES)}")
        if not scopes:
            raise SettingsError(f"name what the key may do: {', '.join(SCOPES)}")
        if expiry <= datetime.now(UTC).date():
            raise SettingsError(f"expiry {expiry}: in the past; give a later day")
        name = secrets.token_hex(4)
        said = f"rs_{name}_{secrets.token_urlsafe(32)}"
        record = {
            "act": "create",
            "id": name,
            "owner": named(owner),
            "scopes": [scope for scope in SCOPES if scope in scopes],
            "when": now(),
            "expiry": expiry.isoformat(),
            "by": named(by),
            "digest": _digest(said),
        }
        self._journal.append(record)
        self._journal.path.chmod(0o600)
        return self.keys()[name], said

    def revoke(self, name: str, *, by: str, why: str = "") -> Key:
        """Revoke a key at once and for good.

        Raises
        ------
        NotFound
            There is no such key, or it is revoked already.
        """
        known = self.keys()
        if name not in known:
            raise NotFound(f"no key {name!r}; see: ringscope key list")
        if known[name].revoked:
            raise NotFound(f"{name} was revoked already ({known[name].revoked})")
        record = {"act": "revoke", "id": name, "when": now(), "by": named(by), "why": text(why)}
        self._journal.append(record)
        return self.keys()[name]


def _digest(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except FileNotFoundError:
        return ()
    return found.st_ino, found.st_mtime_ns, found.st_size


def _read(records: tuple[dict[str, Any], ...]) -> dict[str, Key]:
    keys: dict[str, Key] = {}
    for record in records:
        name = record["id"]
        if record["act"] == "create":
            keys[name] = Key(
                id=name,
                owner=record["owner"],
                scopes=tuple(record["scopes"]),
                created=record["when"],
                expiry=record["expiry"],
                by=record["by"],
                digest=record["digest"],
            )
        else:
            ended = f"{record['when'][:10]} by {record['by']}"
            keys[name] = Key(**{**vars(keys[name]), "revoked": ended})
    return keys
