from __future__ import annotations

import dataclasses
import gc
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

import ringscope
from ingest import InputError, NotFound, RunError
from ringscope import Run, Settings, analysis, analyze
from ringscope.evidence.paths import Paths
from ringscope.output import Scores
from ringscope.run_folder import MANIFEST

RING = "R-00000001"
# The contract with everything that reads a run.
COLUMNS = {
    "scores": "account_id risk risk_tabular risk_graph risk_propagated ring_id ring_role action "
    "reasons",
    "rings": "ring_id size core_size risk reading surprise link_kinds first_seen last_seen "
    "labelled_spam labelled_honest status innocent_reading expected_honest why",
    "ring_members": "ring_id account_id role stability joined confidence",
    "links": "account_a account_b weight kinds",
    "evidence": "account_a account_b kind value shared_by weight first_seen last_seen",
    "sightings": "account_id kind value first_seen last_seen count",
    "identifiers": "kind value accounts first_seen last_seen treatment",
    "templates": "template example messages accounts first_seen last_seen",
    "accounts": "account_id created_at username email phone country label",
    "hubs": "kind value accounts treatment reason share who when expiry",
    "quarantine": "table row column value reason",
    "contributions": "account_id fact family contribution says",
    "profile": "part table column rows missing levels shares quantiles",
}
FILES = {
    *(f"{name}.parquet" for name in COLUMNS if name not in {"ring_members", "hubs"}),
    *("scores.csv", "rings.csv", "ring_members.csv", "hubs.csv"),
    *("metrics.json", "manifest.json", "timings.json", "report.html", "models/model.txt"),
}


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def shuffle(folder: Path, seed: int) -> None:
    for path in folder.glob("*.csv"):
        table = pl.read_csv(path, infer_schema=False)
        table.sample(fraction=1, shuffle=True, seed=seed).write_csv(path)


def test_a_run_folder_holds_the_files_and_columns_of_the_contract(finished: Run) -> None:
    assert set(files(finished.folder)) == FILES
    found = {name: " ".join(finished.frame(name).columns) for name in COLUMNS}
    assert found == COLUMNS


def test_the_same_again_gives_the_same_bytes_but_for_timings(
    platform: Path, finished: Run, tmp_path: Path
) -> None:
    again = analyze(platform, Settings(threads=1), out=tmp_path / "again")
    first, second = files(finished.folder), files(again.folder)
    assert {name for name in first if first[name] != second[name]} <= {"timings.json"}


def test_shuffled_rows_give_the_same_scores_and_rings(
    platform: Path, finished: Run, tmp_path: Path
) -> None:
    seed = 5
    shuffle(platform, seed)
    again = analyze(platform, out=tmp_path / "again")
    first, second = files(finished.folder), files(again.folder)
    assert {name for name in first if first[name] != second[name]} == {
        *("manifest.json", "report.html", "timings.json")
    }, seed


def test_the_manifest_says_what_went_in_and_what_came_out(finished: Run) -> None:
    found = finished.manifest
    assert set(found["inputs"]) == {"accounts.csv", "logins.csv"}
    assert found["counts"]["input"]["accounts"] == found["counts"]["output"]["scores"] == 8
    assert found["counts"]["rings"] == {"ring": 1}
    assert found["seed"] == found["settings"]["seed"] == 7
    assert set(found["files"]) == FILES - {"manifest.json", "timings.json"}


def test_timings_name_each_step(finished: Run) -> None:
    steps = json.loads((finished.folder / "timings.json").read_text())["steps"]
    assert [step["name"] for step in steps] == ["read", "link", "score", "write", "report"]


def test_tables_come_as_pandas_or_as_polars(finished: Run) -> None:
    assert isinstance(finished.scores(), pd.DataFrame)
    assert isinstance(finished.ring(RING).members, pd.DataFrame)
    assert isinstance(finished.rings(native=True), pl.DataFrame)
    assert finished.members().shape == (4, 6)
    assert finished.links().shape == (8, 4)
    assert finished.evidence().shape == (8, 8)


def test_the_confidence_of_an_orphan_is_kept(orphaned: Path, tmp_path: Path) -> None:
    run = Run.open(analyze(orphaned, out=tmp_path / "out").folder)
    kept = run.frame("ring_members").select("account_id", "confidence").rows()
    assert kept == [("a0", None), ("a1", None), ("a2", None), ("a3", 0.625)]


def test_a_run_of_a_version_without_confidence_still_opens(finished: Run) -> None:
    members = finished.frame("ring_members")
    path = finished.folder / "ring_members.csv"
    pl.read_csv(path).drop("confidence").write_csv(path)
    old = Run(finished.folder, {**finished.manifest, "files": {}})
    assert old.frame("ring_members").equals(members)
    assert old.ring(RING, native=True).members["confidence"].null_count() == 4


def test_scores_are_ranked_and_rounded(finished: Run) -> None:
    scores = finished.frame("scores")
    assert scores["account_id"].to_list()[0] == "=HYPERLINK(1)"
    assert scores["risk"].is_sorted(descending=True)
    assert set(finished.frame("links")["weight"]) == {0.333333, 0.25}
    text = (finished.folder / "scores.csv").read_text(encoding="utf-8")
    assert text.splitlines()[1].startswith("'=HYPERLINK(1),1")


def test_only_accounts_of_rings_that_count_carry_a_ring_id(finished: Run) -> None:
    placed = finished.frame("scores").drop_nulls("ring_id").sort("account_id")
    assert placed.select("account_id", "ring_role").rows() == [
        *(("a0", "core"), ("a1", "core"), ("a2", "core"), ("a3", "fringe"))
    ]


def test_one_ring(finished: Run) -> None:
    ring = finished.ring(RING, native=True)
    assert ring.facts["reading"] == "device farm"
    assert list(ring.members["account_id"]) == ["a0", "a1", "a2", "a3"]
    assert ring.identifiers.rows()[0][:4] == ("device", "d1", 4, 4)
    assert ring.identifiers["example"].to_list() == [None]
    assert len(ring.links) == 6


def test_a_run_without_rings(
    platform: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = analysis.score

    def none(*args: Any) -> Scores:
        scores: Any = small(*args)
        return dataclasses.replace(scores, rings=scores.rings[:0], members=scores.members[:0])

    monkeypatch.setattr(analysis, "score", none)
    run = analyze(platform, out=tmp_path / "out")
    assert len(run.rings()) == len(run.members()) == 0
    assert run.frame("scores")["ring_id"].null_count() == 8
    assert len(run.account("a0").links) == 3
    with pytest.raises(NotFound, match="it has none"):
        run.ring("R-1")


def test_one_account(finished: Run) -> None:
    account = finished.account("a3", native=True)
    assert account.facts["ring_id"] == RING
    assert account.identifiers["value"].to_list() == ["d1", "d2"]
    assert account.links["account_id"].to_list() == ["a0", "a1", "a2", "b0"]


def test_what_is_not_there_names_what_is(finished: Run) -> None:
    with pytest.raises(NotFound, match=r"no account 'a9'.*did you mean a"):
        finished.account("a9")
    with pytest.raises(NotFound, match=f"did you mean {RING}"):
        finished.ring("R-0000001")
    with pytest.raises(NotFound, match="ids look like"):
        finished.account("zzzzzzzzzzzzzz")


def test_why_two_accounts_are_linked(finished: Run) -> None:
    why = finished.why("a1", "a0", native=True)
    assert why.sentence == "a1 and a0 are linked directly by 1 shared device."
    assert why.path == ("a1", "a0")
    assert why.shared.select("value", "accounts", "weight", "days_apart").rows() == [
        ("d1", 4, 0.333333, 0.0)
    ]
    assert why.steps.select("account_a", "account_b", "value").rows() == [("a0", "a1", "d1")]


def test_why_two_accounts_are_linked_over_others(finished: Run) -> None:
    why = finished.why("b0", "a0", native=True)
    assert why.path == ("b0", "a3", "a0")
    assert why.sentence == "b0 and a0 are linked over 1 account: b0 - a3 - a0."
    assert why.steps["value"].to_list() == ["d2", "d1"]
    assert len(why.shared) == 0


def test_a_shared_hub_is_shown_and_does_not_link(finished: Run) -> None:
    why = finished.why("c0", "=HYPERLINK(1)", native=True)
    assert why.path == ()
    assert why.shared.select("value", "treatment", "weight").rows() == [("d4", "cap", None)]
    assert why.sentence.startswith("Both used 1 identifier")
    assert why.sentence.endswith("Nothing links c0 and =HYPERLINK(1).")


def test_a_relation_of_the_input_links_without_an_identifier(finished: Run) -> None:
    why = finished.why("=HYPERLINK(1)", "z\u202e9", native=True)
    assert why.sentence.endswith("are linked directly by a relation of the input (co_work).")
    assert len(why.shared) == 0
    assert why.steps.select("kind", "value", "shared_by").rows() == [("co_work", None, None)]


def test_why_needs_two_accounts(finished: Run) -> None:
    with pytest.raises(NotFound, match="is one account"):
        finished.why("a0", "a0")


def test_of_equally_short_paths_the_strongest_is_taken() -> None:
    links = pl.DataFrame(
        {
            "account_a": ["a", "a", "b", "c", "a", "d", "e"],
            "account_b": ["b", "c", "z", "z", "d", "e", "z"],
            "weight": [1.0, 2.0, 1.0, 2.0, 99.0, 99.0, 99.0],
        }
    )
    assert Paths(links).between("a", "z") == ("a", "c", "z")
    assert Paths(links).between("a", "nobody") == ()
    assert Paths(links[2:4]).between("b", "c") == ("b", "z", "c")


def test_the_graph_as_networkx(finished: Run) -> None:
    whole = finished.to_networkx()
    assert (whole.number_of_nodes(), whole.number_of_edges()) == (8, 8)
    assert whole.edges["a3", "b0"] == {"weight": 0.333333, "kinds": "device"}
    ring = finished.to_networkx(RING)
    assert sorted(ring) == ["a0", "a1", "a2", "a3"]
    assert ring.nodes["a0"]["risk"] == 0.875


def test_frames_go_in_and_a_run_without_a_folder_lives_as_long_as_it_is_held(
    platform: Path,
) -> None:
    frames = {name: pd.read_csv(platform / f"{name}.csv") for name in ("accounts", "logins")}
    run = analyze(frames, Settings(seed=3))
    folder = run.folder
    assert run.manifest["seed"] == 3
    assert len(run.scores()) == 8
    del run
    gc.collect()
    assert not folder.exists()


def test_opening_what_is_no_run(finished: Run, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no such run folder"):
        Run.open(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(RunError, match="no finished run"):
        Run.open(tmp_path / "empty")
    (finished.folder / MANIFEST).write_text("[")
    with pytest.raises(RunError, match=MANIFEST):
        Run.open(finished.folder)
    (finished.folder / MANIFEST).write_text('{"format": 0}')
    with pytest.raises(RunError, match="not a manifest of format"):
        Run.open(finished.folder)


def test_a_file_that_was_removed_or_changed_is_noticed(finished: Run) -> None:
    path = finished.folder / "rings.parquet"
    data = bytearray(path.read_bytes())
    data[40] ^= 1
    path.write_bytes(data)
    with pytest.raises(RunError, match=r"rings\.parquet: changed"):
        Run.open(finished.folder).rings()
    path.write_bytes(data + b"0")
    with pytest.raises(RunError, match=r"rings\.parquet: missing or changed"):
        Run.open(finished.folder)


def test_a_run_that_fails_leaves_the_old_one(
    platform: Path, finished: Run, fails: Callable[[Exception], None]
) -> None:
    before = files(finished.folder)
    fails(InputError("accounts.csv: broken"))
    with pytest.raises(InputError, match="broken"):
        analyze(platform, out=finished.folder, force=True)
    assert files(finished.folder) == before
    assert sorted(path.name for path in finished.folder.parent.iterdir()) == ["out", "platform"]


def test_the_public_names_load_at_first_use() -> None:
    assert {"Run", "Settings", "analyze"} <= set(dir(ringscope))
    assert callable(ringscope.analyze)
    with pytest.raises(AttributeError, match="nothing_such"):
        _ = ringscope.nothing_such
