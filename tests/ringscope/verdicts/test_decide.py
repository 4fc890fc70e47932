from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from ingest.errors import InputError, NotFound, RunError, SettingsError
from ringscope.cli import app
from ringscope.nightly import job
from ringscope.nightly.job import nightly
from ringscope.store import Store
from ringscope.verdicts import (
    confirm,
    export_csv,
    import_csv,
    in_force,
    labels_of,
    not_linked,
    reject,
    shared_place,
    split,
    undo,
    verdicts_of,
)

RING = "R-00000001"
# Canaries take time; they have tests of their own.
Night = partial(job.Night, canaries=False)


@pytest.fixture
def store(platform: Path, tmp_path: Path) -> Store:
    """A store with one night of the small platform: its ring has a0 to a3, on device d1."""
    nightly(tmp_path / "store", Night(platform, date=date(2026, 5, 1)))
    return Store.open(tmp_path / "store")


def test_a_verdict_keeps_what_was_known(store: Store) -> None:
    verdict = confirm(store, RING, who=" ann  lee ", why="same\nkit")
    assert verdict.accounts == ("a0", "a1", "a2", "a3")
    assert verdict.identifiers == (("device", "d1"),)
    assert (verdict.name, verdict.who, verdict.why) == ("v1", "ann lee", "same kit")
    assert (verdict.ring_id, verdict.run) == (RING, "2026-05-01")
    assert verdicts_of(store) == (verdict,)


def test_who_confirms_a_ring_says_nothing_of_its_orphans(
    orphaned: Path, store: Store, tmp_path: Path
) -> None:
    assert confirm(store, RING, who="ann").accounts == ("a0", "a1", "a2")
    assert labels_of(verdicts_of(store)) == {"a0": 1, "a1": 1, "a2": 1}
    assert reject(store, RING, who="ann").accounts == ("a0", "a1", "a2", "a3")
    assert labels_of(verdicts_of(store)) == dict.fromkeys(("a0", "a1", "a2", "a3"), 0)
    assert split(store, RING, [["a0"]], who="ann").groups == (("a0",), ("a1", "a2", "a3"))
    file = tmp_path / "list.csv"
    file.write_text(f"act,who,when,ring_id\nconfirm,bob,2026-05-01T08:00:00,{RING}\n")
    import_csv(store, file)
    assert verdicts_of(store)[-1].accounts == ("a0", "a1", "a2")


def test_the_command_says_that_orphans_are_left_out(orphaned: Path, store: Store) -> None:
    words = ["verdict", "confirm", RING, "--store", str(store.folder)]
    result = CliRunner().invoke(app, words)
    assert result.stdout == (
        f"v1: confirm {RING}; the next run obeys\nleft out, to be decided on one by one: 1 orphan\n"
    )


def test_what_is_not_there_cannot_be_decided_on(store: Store) -> None:
    with pytest.raises(NotFound, match="did you mean R-00000001"):
        reject(store, "R-00000002", who="ann")
    with pytest.raises(NotFound, match="no account 'nobody'"):
        not_linked(store, "a0", "nobody", who="ann")
    with pytest.raises(SettingsError, match="who decides"):
        confirm(store, RING, who="  ")
    with pytest.raises(SettingsError, match="use at most"):
        confirm(store, RING, who="ann", why="x" * 5000)
    assert verdicts_of(store) == ()


def test_a_ring_is_split_into_groups_of_its_members(store: Store) -> None:
    verdict = split(store, RING, [["a1", "a0"]], who="ann")
    assert verdict.groups == (("a0", "a1"), ("a2", "a3"))
    with pytest.raises(NotFound, match="'b0' is not in"):
        split(store, RING, [["b0"]], who="ann")
    with pytest.raises(SettingsError, match="in two groups"):
        split(store, RING, [["a0", "a1"], ["a1"]], who="ann")
    with pytest.raises(SettingsError, match="two groups or more"):
        split(store, RING, [["a0", "a1", "a2", "a3"]], who="ann")


def test_a_shared_place_is_what_half_of_the_ring_shares(store: Store) -> None:
    verdict = shared_place(store, RING, who="ann", why="the office")
    assert verdict.identifiers == (("device", "d1"),)
    assert verdict.expiry == (datetime.now(UTC).date() + timedelta(days=180)).isoformat()


def test_a_place_may_be_named(store: Store) -> None:
    until = datetime.now(UTC).date() + timedelta(days=9)
    verdict = shared_place(store, places=[("device", "d2")], who="ann", expiry=until)
    assert (verdict.identifiers, verdict.ring_id) == ((("device", "d2"),), "")
    with pytest.raises(NotFound, match="no device 'd22' in the current run; did you mean 'd2'"):
        shared_place(store, places=[("device", "d22")], who="ann")
    with pytest.raises(NotFound, match="no kind 'divice'"):
        shared_place(store, places=[("divice", "d2")], who="ann")
    with pytest.raises(SettingsError, match="in the past"):
        shared_place(store, places=[("device", "d2")], who="ann", expiry=date(2020, 1, 1))
    with pytest.raises(SettingsError, match="name a ring, or an identifier"):
        shared_place(store, who="ann")


def test_undo(store: Store) -> None:
    reject(store, RING, who="ann")
    assert undo(store, "v1", who="bob").undoes == 1
    assert in_force(verdicts_of(store)) == ()
    with pytest.raises(NotFound, match="taken back already"):
        undo(store, "v1", who="bob")
    undo(store, "v2", who="ann", why="it was right")
    assert [v.act for v in in_force(verdicts_of(store))] == ["reject"]
    for wrong in ("v9", "3", "v", "x1"):
        with pytest.raises(NotFound, match="no verdict"):
            undo(store, wrong, who="ann")


def test_an_altered_journal_is_not_written_to(store: Store) -> None:
    reject(store, RING, who="ann")
    path = store.verdicts.path
    path.write_bytes(path.read_bytes().replace(b"ann", b"eve"))
    with pytest.raises(RunError, match="line 1 was altered"):
        confirm(store, RING, who="ann")


def test_verdicts_move_to_another_store_as_csv(
    store: Store, platform: Path, tmp_path: Path
) -> None:
    confirm(store, RING, who="ann", why="=1+1")
    split(store, RING, [["a0"], ["a1"]], who="ann")
    shared_place(store, RING, who="ann")
    not_linked(store, "a0", "c0", who="ann")
    undo(store, "v2", who="bob")
    file = tmp_path / "verdicts.csv"
    file.write_text(export_csv(verdicts_of(store)))
    assert "'=1+1" in file.read_text()
    nightly(tmp_path / "other", Night(platform, date=date(2026, 5, 1)))
    other = Store.open(tmp_path / "other")
    assert import_csv(other, file) == (5, 0)
    assert verdicts_of(other) == verdicts_of(store)
    assert import_csv(other, file) == (0, 5)


def test_undos_keep_their_target_in_a_store_that_has_verdicts(
    store: Store, platform: Path, tmp_path: Path
) -> None:
    reject(store, RING, who="ann")
    undo(store, "v1", who="ann")
    file = tmp_path / "verdicts.csv"
    file.write_text(export_csv(verdicts_of(store)))
    nightly(tmp_path / "other", Night(platform, date=date(2026, 5, 1)))
    other = Store.open(tmp_path / "other")
    confirm(other, RING, who="bob")
    import_csv(other, file)
    assert [(v.act, v.undoes) for v in verdicts_of(other)] == [
        ("confirm", 0), ("reject", 0), ("undo", 2),
    ]  # fmt: skip


def test_a_list_of_rings_is_enough_to_import(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(f"act,who,when,ring_id\nreject,ann,2026-05-01T08:00:00,{RING}\n")
    assert import_csv(store, file) == (1, 0)
    assert verdicts_of(store)[0].accounts == ("a0", "a1", "a2", "a3")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("act,who\nreject,ann\n", "no column when"),
        ("act,who,when\nburn,ann,x\n", "row 1: act 'burn'"),
        ("act,who,when\nreject,,x\n", "row 1: who and when must be filled"),
        ("act,who,when\nreject,a,yesterday\n", "row 1: when 'yesterday' is no time"),
        ("act,who,when,expiry\nreject,a,2026-05-01,soon\n", "row 1: expiry 'soon' is no time"),
        ("act,who,when,ring_id\nreject,a,2026-05-01,R-5\n", "row 1: no ring 'R-5'"),
        ("act,who,when,undoes\nundo,a,2026-05-01,v3\n", "row 1: undoes 'v3'"),
        ("act,who,when\nnot-linked,a,2026-05-01\n", "row 1: not-linked names no accounts"),
        ('act,who,when,accounts\nreject,a,2026-05-01,"{1"\n', "row 1: "),
    ],
)
def test_a_bad_file_adds_nothing(store: Store, tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(text)
    with pytest.raises(InputError, match=message):
        import_csv(store, file)
    assert verdicts_of(store) == ()


def test_the_commands_are_a_thin_layer(store: Store, tmp_path: Path) -> None:
    def call(*words: object) -> str:
        result = CliRunner().invoke(app, [*map(str, words), "--store", str(store.folder)])
        assert result.exit_code == 0, result.output
        return result.stdout

    assert (
        call("verdict", "reject", RING, "--why", "x") == f"v1: reject {RING}; the next run obeys\n"
    )
    call("verdict", "confirm", RING, "--who", "ann")
    call("verdict", "split", RING, "--group", "a0,a1", "--group", "a2")
    call("verdict", "not-linked", "a0", "c0")
    call("verdict", "shared-place", "--place", "device:d2", "--expiry", "2999-01-01")
    call("verdict", "undo", "v3")
    listed = call("verdict", "list", "--format", "json")
    assert [row["act"] for row in pl.read_json(listed.encode()).to_dicts()] == [
        "reject", "confirm", "not-linked", "shared-place",
    ]  # fmt: skip
    assert "v2 confirms what v1 rejects" in call("verdict", "conflicts", "--format", "csv")
    call("verdict", "export", "--out", tmp_path / "v.csv")
    assert call("verdict", "import", tmp_path / "v.csv").startswith(
        "added 0 verdicts; 6 were there"
    )


def test_a_wrong_place_is_wrong_use(store: Store) -> None:
    words = ["verdict", "shared-place", "--place", "d2", "--store", str(store.folder)]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 2
    assert "write KIND:VALUE" in result.stderr
