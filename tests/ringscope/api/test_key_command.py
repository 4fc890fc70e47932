from __future__ import annotations

import json

from typer.testing import CliRunner, Result

from ringscope.api import Keyring
from ringscope.cli import app
from ringscope.store import Store


def call(*words: object) -> Result:
    return CliRunner().invoke(app, ["key", *(str(word) for word in words)])


def test_a_key_is_made_listed_and_revoked(store: Store) -> None:
    scopes = ("--scope", "score", "--scope", "read")
    made = call("create", "sign-up", *scopes, "--store", store.folder, "--who", "root")
    assert made.exit_code == 0, made.output
    (said,) = made.stdout.split()
    found = Keyring(store).find(said)
    assert found is not None
    assert (found.owner, found.scopes, found.by) == ("sign-up", ("read", "score"), "root")
    assert "not shown again" in made.stderr
    listed = call("list", "--store", store.folder, "--format", "json")
    (row,) = json.loads(listed.stdout)
    assert (row["key"], row["state"]) == (found.id, "holds")
    assert said not in listed.stdout
    ended = call("revoke", found.id, "--store", store.folder, "--who", "root")
    assert "is revoked" in ended.stdout
    (row,) = json.loads(call("list", "--store", store.folder, "--format", "json").stdout)
    assert row["state"] == "revoked"


def test_what_makes_no_sense_is_one_line(store: Store) -> None:
    past = call(
        "create", "x", "--scope", "read", "--store", store.folder, "--expires", "2020-01-01"
    )
    assert (past.exit_code, past.stdout) == (1, "") or past.exit_code == 2
    assert "in the past" in past.stderr
    assert call("create", "x", "--scope", "write", "--store", store.folder).exit_code == 2
    assert "no key 'zz'" in call("revoke", "zz", "--store", store.folder).stderr
    assert "no store" in call("list", "--store", store.folder.parent).stderr
