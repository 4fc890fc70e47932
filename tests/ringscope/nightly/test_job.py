from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from ingest.errors import InputError, RunError, SettingsError, StoreHeld
from ringscope import Run, Settings, analysis, manifest
from ringscope.cli import app
from ringscope.hubs import ignore
from ringscope.nightly import job
from ringscope.nightly.job import nightly
from ringscope.nightly.notes import read_note
from ringscope.nightly.replay import replay
from ringscope.store import Store, held
from ringscope.store.health import read_health
from ringscope.verdicts import confirm, not_linked, reject, undo

RING = "R-00000001"
# Canaries take time; they have tests of their own.
Night = partial(job.Night, canaries=False)
DAY = date(2026, 5, 1)


@pytest.fixture
def store(platform: Path, tmp_path: Path) -> Store:
    """A store with one night of the small platform."""
    nightly(tmp_path / "store", Night(platform, date=DAY))
    return Store.open(tmp_path / "store")


def night(store: Store, data: Path, day: int, **more: object) -> Run:
    return nightly(store.folder, Night(data, date=date(2026, 5, day), **more)).run  # type: ignore[arg-type]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a run but the timings."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(p.relative_to(folder)): p.read_bytes() for p in paths if p.name != manifest.TIMINGS}


def later(platform: Path, tmp_path: Path) -> Path:
    """The platform a day later: another account uses the third device."""
    data = tmp_path / "later"
    shutil.copytree(platform, data)
    logins = pl.read_csv(data / "logins.csv", infer_schema=False)
    row = {"account_id": "a0", "device_id": "d3", "ts": "2026-03-04T00:00:00"}
    pl.concat([logins, pl.DataFrame(row).select(logins.columns)]).write_csv(data / "logins.csv")
    return data


def test_a_night_makes_the_current_run(store: Store) -> None:
    assert store.current() == "2026-05-01"
    run = Run.open(store.folder)
    facts = run.manifest["night"]
    assert (facts["date"], facts["previous"], facts["model"]) == ("2026-05-01", None, None)
    assert facts["verdicts"]["count"] == facts["hub_policy"]["count"] == 0
    assert read_health(store.health).state == "ok"
    assert read_health(store.health).good_run == "2026-05-01"
    assert "nightly done: run=2026-05-01 accounts=" in (store.logs / "2026-05-01.log").read_text()


def test_the_same_night_repeated_computes_nothing(
    store: Store, platform: Path, fails: Callable[[Exception], None]
) -> None:
    before = contents(store.folder / "runs")
    fails(AssertionError("computed again"))
    done = nightly(store.folder, Night(platform, date=DAY))
    assert not done.made
    assert contents(store.folder / "runs") == before


def test_the_same_nights_in_another_store_give_the_same_bytes(
    store: Store, platform: Path, tmp_path: Path
) -> None:
    data = later(platform, tmp_path)
    night(store, data, 2)
    other = Store.make(tmp_path / "other")
    night(other, platform, 1)
    night(other, data, 2)
    assert contents(store.runs) == contents(other.runs)


def test_the_next_night_has_the_one_before(store: Store, platform: Path, tmp_path: Path) -> None:
    run = night(store, later(platform, tmp_path), 2)
    assert store.current() == "2026-05-02"
    assert run.manifest["night"]["previous"] == "2026-05-01"
    assert run.frame("rings")["ring_id"].to_list() == [RING]
    found = json.loads((run.folder / "changes.json").read_bytes())
    assert (found["since"], found["run"]) == ("2026-05-01", "2026-05-02")
    assert "<html" in (run.folder / "changes.html").read_text()


def test_another_run_in_the_same_night_stands_beside_the_first(
    store: Store, platform: Path, tmp_path: Path
) -> None:
    night(store, later(platform, tmp_path), 1)
    assert store.names() == ["2026-05-01", "2026-05-01-02"]
    assert store.current() == "2026-05-01-02"


def test_a_clock_that_moved_backwards_is_not_believed(
    store: Store, platform: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    night(store, later(platform, tmp_path), 3)
    done = nightly(store.folder, Night(platform, date=date(2026, 4, 1)))
    assert done.run.folder.name == "2026-05-03-02"
    assert "the night of 2026-04-01 comes after that of 2026-05-03" in caplog.text


def test_the_next_run_obeys(store: Store, platform: Path) -> None:
    reject(store, RING, who="ann")
    run = night(store, platform, 1)
    assert run.folder.name == "2026-05-01-02"
    assert run.frame("rings")["status"].to_list() == ["rejected"]
    assert run.frame("scores")["ring_id"].null_count() == run.frame("scores").height
    told = json.loads((run.folder / "verdicts.json").read_bytes())
    assert told["effects"] == [{"ring_id": RING, "verdict": "v1", "status": "rejected"}]
    undo(store, "v1", who="ann")
    confirm(store, RING, who="bob")
    run = night(store, platform, 2)
    assert run.frame("rings")["status"].to_list() == ["confirmed"]
    assert run.manifest["night"]["verdicts"]["count"] == 1
    assert run.manifest["night"]["journals"]["verdicts"]["records"] == 3


def test_a_verdict_that_was_taken_back_makes_no_new_run(store: Store, platform: Path) -> None:
    reject(store, RING, who="ann")
    undo(store, "v1", who="ann")
    assert night(store, platform, 1).folder.name == "2026-05-01"


def test_the_hub_policy_reaches_linking(
    store: Store, platform: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    link = analysis.link
    monkeypatch.setattr(analysis, "link", lambda *given: seen.append(given[2]) or link(*given))
    ignore(store, "device", "d1", who="ann", reason="a kiosk")
    run = night(store, platform, 2)
    assert seen[0].select("kind", "value", "treatment").rows() == [("device", "d1", "ignore")]
    assert run.manifest["night"]["hub_policy"]["count"] == 1


def test_who_stays_apart_and_what_stood_before_reaches_scoring(
    store: Store, platform: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    score = analysis.score
    monkeypatch.setattr(analysis, "score", lambda *given: seen.append(given) or score(*given))
    not_linked(store, "a0", "a1", who="ann")
    confirm(store, RING, who="ann")
    run = night(store, platform, 2)
    tables, *_, apart, stood, lasting = seen[0]
    assert lasting
    ids = tables.accounts["account_id"]
    assert sorted(ids.gather(stood["account"])) == ["a0", "a1", "a2", "a3"]
    assert set(stood["ring"]) == {RING}
    assert apart.height == 2
    labels = dict(tables.accounts.select("account_id", "label").iter_rows())
    assert [labels[f"a{n}"] for n in range(4)] == [1, 1, 1, 1]
    assert run.frame("accounts")["label"].sum() == 1
    assert run.frame("rings")["labelled_spam"].to_list() == [1]
    settings = Settings.of({"verdicts": {"learn": False}})
    nightly(store.folder, Night(platform, date=date(2026, 5, 3)), settings)
    assert seen[1][0].accounts["label"].sum() == 1


def test_a_night_that_fails_leaves_everything_as_it_was(
    store: Store, platform: Path, tmp_path: Path, fails: Callable[[Exception], None]
) -> None:
    before = contents(store.runs)
    fails(RunError("no models today"))
    with pytest.raises(RunError, match="no models today"):
        night(store, later(platform, tmp_path), 2)
    assert store.current() == "2026-05-01"
    assert contents(store.runs) == before
    health = read_health(store.health)
    assert (health.state, health.line, health.good_run) == (
        "failed",
        "no models today",
        "2026-05-01",
    )


def test_warnings_hold_a_run_back_if_they_are_to(
    store: Store, platform: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = later(platform, tmp_path)
    monkeypatch.setattr(job, "warnings_of", lambda *_: ("logins: no row tonight",))
    done = nightly(store.folder, Night(data, date=date(2026, 5, 2), strict=True))
    assert (done.held_back, store.current()) == (True, "2026-05-01")
    assert store.names() == ["2026-05-01", "2026-05-02"]
    health = read_health(store.health)
    assert (health.state, health.good_run) == ("held back", "2026-05-01")
    assert health.warnings == ("logins: no row tonight",)
    again = nightly(store.folder, Night(data, date=date(2026, 5, 2), strict=True))
    assert (again.made, again.held_back) == (False, True)
    accepted = nightly(store.folder, Night(data, date=date(2026, 5, 2)))
    assert (accepted.made, store.current()) == (False, "2026-05-02")
    assert read_note(store, "2026-05-02")["warnings"] == ["logins: no row tonight"]


def test_canaries_are_reported_and_leave_the_run_as_it_is(
    store: Store, platform: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = {"planted": 21, "found": 12, "sentence": "12 of 21 would have been found."}
    monkeypatch.setattr(job, "canaries", lambda *_: report)
    data = later(platform, tmp_path)
    done = nightly(store.folder, Night(data, date=date(2026, 5, 2), canaries=True))
    assert done.canaries == report
    assert read_note(store, "2026-05-02")["canaries"] == report
    assert "canaries=12/21" in read_health(store.health).line
    other = tmp_path / "other"
    nightly(other, Night(platform, date=DAY))
    nightly(other, Night(data, date=date(2026, 5, 2)))
    assert contents(other / "runs") == contents(store.runs)


def test_bad_input_leaves_everything_as_it_was(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        night(store, tmp_path / "nowhere", 2)
    assert store.current() == "2026-05-01"
    assert store.names() == ["2026-05-01"]


def test_two_nights_at_once(store: Store, platform: Path) -> None:
    with held(store.lock, "the other night"):
        with pytest.raises(StoreHeld, match="held by the other night"):
            night(store, platform, 2)
        words = ["nightly", str(platform), "--store", str(store.folder)]
        result = CliRunner().invoke(app, words)
    assert result.exit_code == 75
    assert "held by the other night (process " in result.stderr
    assert read_health(store.health).state == "ok"


def test_a_run_that_was_made_but_not_promoted_is_taken(
    store: Store, platform: Path, fails: Callable[[Exception], None]
) -> None:
    night(store, platform, 2)
    store.promote("2026-05-01")
    fails(AssertionError("computed again"))
    assert night(store, platform, 2).folder.name == "2026-05-02"
    assert store.current() == "2026-05-02"


def test_a_journal_that_lost_verdicts_stops_the_night(store: Store, platform: Path) -> None:
    reject(store, RING, who="ann")
    confirm(store, RING, who="ann")
    night(store, platform, 2)
    path = store.verdicts.path
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    with pytest.raises(RunError, match="holds 1 records, but 2026-05-02 saw 2"):
        night(store, platform, 3)


def test_nights_that_bring_only_what_is_new(platform: Path, tmp_path: Path) -> None:
    store = Store.make(tmp_path / "grown")
    whole = later(platform, tmp_path)
    nightly(store.folder, Night(platform, append=True, date=DAY))
    done = nightly(store.folder, Night(whole, append=True, date=date(2026, 5, 2)))
    other = Store.make(tmp_path / "whole")
    night(other, platform, 1)
    night(other, whole, 2)
    for name in ("scores.csv", "rings.csv", "sightings.parquet", "ring_events.parquet"):
        ours, theirs = (s.run().folder / name for s in (store, other))
        assert ours.read_bytes() == theirs.read_bytes(), name
    assert not nightly(store.folder, Night(whole, append=True, date=date(2026, 5, 2))).made
    assert not nightly(store.folder, Night(date=date(2026, 5, 2))).made
    reject(store, RING, who="ann")
    done = nightly(store.folder, Night(date=date(2026, 5, 3)))
    assert done.run.frame("rings")["status"].to_list() == ["rejected"]


def test_old_runs_are_removed(store: Store, platform: Path) -> None:
    for day in range(2, 6):
        night(store, platform, day, keep=2)
    assert store.names() == ["2026-05-04", "2026-05-05"]
    with pytest.raises(SettingsError, match="keep one run at least"):
        night(store, platform, 6, keep=0)


def test_replay_gives_the_same_bytes_and_shows_what_verdicts_changed(
    store: Store, platform: Path, tmp_path: Path
) -> None:
    night(store, platform, 2)
    reject(store, RING, who="ann")
    night(store, platform, 3)
    confirm(store, RING, who="bob")
    again = replay(store, tmp_path / "again", data=platform)
    assert again.files == ()
    assert again.rings.is_empty()
    assert contents(again.again.folder) == contents(store.run().folder)
    free = replay(store, tmp_path / "free", data=platform, verdicts=False)
    assert free.rings.rows() == [(RING, 4, 4, "rejected", "ring")]
    with pytest.raises(InputError, match="not what 2026-05-03 was made of"):
        replay(store, tmp_path / "x", data=later(platform, tmp_path))
    with pytest.raises(RunError, match="keeps no tables"):
        replay(store, tmp_path / "x")


def test_the_settings_of_the_store_count_unless_others_are_given(
    store: Store, platform: Path
) -> None:
    store.settings.write_text("seed = 5\n")
    assert night(store, platform, 2).manifest["seed"] == 5
    done = nightly(store.folder, Night(platform, date=date(2026, 5, 3)), Settings(seed=6))
    assert done.run.manifest["seed"] == 6


def test_a_saved_model_scores(
    store: Store, platform: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    score = analysis.score
    monkeypatch.setattr(analysis, "score", lambda *given: seen.append(given[3]) or score(*given))
    night(store, platform, 2, saved_model=True)
    assert seen == [store.runs / "2026-05-01" / "models"]
    digest = store.run().manifest["night"]["model"]
    assert len(digest) == 64
    assert not nightly(store.folder, Night(platform, date=date(2026, 5, 2), saved_model=True)).made
    own = store.models / "kept"
    own.mkdir()
    (own / "model.txt").write_text("other")
    (store.models / "current").symlink_to("kept")
    night(store, platform, 3, saved_model=True)
    assert seen[-1] == own
    assert store.run().manifest["night"]["model"] != digest


def test_no_saved_model_is_an_error(platform: Path, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="run a night without --saved-model first"):
        nightly(tmp_path / "new", Night(platform, saved_model=True))


def test_the_command_prints_one_line_and_health_its_age(platform: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"

    def call(*words: object) -> tuple[int, str]:
        result = CliRunner().invoke(app, [*map(str, words), "--store", str(store)])
        return result.exit_code, result.stdout

    code, out = call("nightly", platform, "--night", "2026-05-01", "--no-canaries")
    assert code == 0
    assert out.startswith("nightly done: run=2026-05-01 accounts=")
    assert out.count("\n") == 1
    code, out = call("health", "--max-age", 1, "--format", "json")
    facts = json.loads(out)
    assert (code, facts["state"], facts["current"]) == (0, "ok", "2026-05-01")
    assert 0 <= facts["age_hours"] < 1
    path = store / "health.json"
    path.write_text(path.read_text().replace('"good_at": "2', '"good_at": "1'))
    assert call("health", "--max-age", 26)[0] == 1
    assert call("ring", RING)[0] == 0
    code, out = call("replay", platform, "--out", tmp_path / "again", "--without-verdicts")
    assert (code, out) == (0, "Rings that differ (0)\nevery file is the same, byte for byte\n")
    code, _ = call("nightly", tmp_path / "nowhere", "--no-canaries")
    assert code == 1
