from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from ingest import NotFound, RunError, SettingsError
from ringscope.api import Keyring
from ringscope.store import Store

SOON = datetime.now(UTC).date() + timedelta(days=5)


def test_a_key_is_found_again_and_its_text_is_kept_nowhere(store: Store) -> None:
    ring = Keyring(store)
    made, said = ring.create(" anna ", ("decide", "read"), expiry=SOON, by="root")
    assert made.owner == "anna"
    assert made.scopes == ("read", "decide")
    assert Keyring(store).find(said) == made
    secret = said.split("_", 2)[2]
    held = b"".join(path.read_bytes() for path in store.folder.rglob("*") if path.is_file())
    assert secret.encode() not in held
    assert made.digest.encode() in held
    assert (store.folder / "keys.jsonl").stat().st_mode & 0o777 == 0o600


def test_what_is_not_a_key_is_none(store: Store) -> None:
    ring = Keyring(store)
    made, said = ring.create("anna", ("read",), expiry=SOON, by="root")
    wrong = ("", "rs", "rs__", f"rs_{made.id}_", said[:-1], said + "x", said.upper(), f" {said}",
             made.digest, "é" * 40, "rs_" + "a" * 5000, said.replace("rs_", "xx_"))  # fmt: skip
    assert [text for text in wrong if ring.find(text) is not None] == []


def test_two_keys_are_never_the_same(store: Store) -> None:
    ring = Keyring(store)
    said = {ring.create("anna", ("read",), expiry=SOON, by="root")[1] for _ in range(20)}
    assert len(said) == 20
    assert all(len(text) > 50 for text in said)


def test_a_revoked_key_is_seen_by_who_read_the_file_before(store: Store) -> None:
    running = Keyring(store)
    made, said = running.create("anna", ("read",), expiry=SOON, by="root")
    Keyring(store).revoke(made.id, by="boss", why="lost")
    found = running.find(said)
    assert found is not None
    assert found.state(date.today()) == "revoked"
    assert found.revoked.endswith("by boss")
    with pytest.raises(NotFound, match="revoked already"):
        running.revoke(made.id, by="boss")
    with pytest.raises(NotFound, match="no key 'nope'"):
        running.revoke("nope", by="boss")


def test_a_key_ends_with_the_day_before_its_expiry(store: Store) -> None:
    made, _ = Keyring(store).create("anna", ("read",), expiry=SOON, by="root")
    assert made.state(SOON - timedelta(days=1)) == "holds"
    assert made.state(SOON) == made.state(SOON + timedelta(days=1)) == "expired"


@pytest.mark.parametrize(
    ("owner", "scopes", "expiry", "says"),
    [
        ("anna", ("write",), SOON, "no scope 'write'"),
        ("anna", (), SOON, "name what the key may do"),
        (" ", ("read",), SOON, "give a name"),
        ("anna", ("read",), date(2020, 1, 1), "in the past"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused(
    store: Store, owner: str, scopes: tuple[str, ...], expiry: date, says: str
) -> None:
    with pytest.raises(SettingsError, match=says):
        Keyring(store).create(owner, scopes, expiry=expiry, by="root")
    assert Keyring(store).keys() == {}


def test_an_altered_file_is_refused(store: Store) -> None:
    ring = Keyring(store)
    ring.create("anna", ("read",), expiry=SOON, by="root")
    path = store.folder / "keys.jsonl"
    path.write_text(path.read_text().replace('"read"', '"decide"'))
    with pytest.raises(RunError, match="was altered"):
        Keyring(store).keys()
