from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

import polars as pl
import pytest

from ingest.errors import NotFound, SettingsError
from ringscope import Run, analysis
from ringscope.case import case_packet
from ringscope.case.packet import content_hash

RING = "R-00000001"
KEY = b"k" * 32


def texts(run: Run) -> set[str]:
    """Everything in a run that names an account or a value."""
    found: set[str] = set()
    for name in ("accounts", "sightings", "identifiers", "templates", "hubs"):
        frame = run.frame(name)
        kept = {"account_id", "username", "email", "phone", "value", "example", "template"}
        for column in kept & set(frame.columns):
            found |= set(frame[column].drop_nulls())
    return {text for text in found if len(text) > 3}


def test_a_packet_holds_page_facts_and_hashes(finished: Run) -> None:
    packet = case_packet(finished, RING)
    with zipfile.ZipFile(io.BytesIO(packet.zipped())) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    assert files == packet.files
    about = json.loads(files["about.json"])
    assert about["content_sha256"] == packet.content_hash
    for name, digest in about["files"].items():
        assert hashlib.sha256(files[name]).hexdigest() == digest, name
    facts = {n: d for n, d in files.items() if n not in {"case.html", "case.json", "about.json"}}
    assert content_hash(facts) == packet.content_hash
    case = json.loads(files["case.json"])
    assert [member["account_id"] for member in case["members"]] == ["a0", "a1", "a2", "a3"]
    assert case["without"][0]["sizes"] == [1, 1, 1, 1]
    page = files["case.html"].decode()
    assert packet.content_hash in page
    assert f"ring_id =&gt; &#39;{RING}&#39;" in page
    assert "b0" not in files["members.csv"].decode()


def test_the_confidence_of_an_orphan_is_told(orphaned: Path, tmp_path: Path) -> None:
    packet = case_packet(analysis.analyze(orphaned, out=tmp_path / "out"), RING)
    assert '<td data-l="Stays" class="n">62% sure</td>' in packet.files["case.html"].decode()
    members = json.loads(packet.files["case.json"])["members"]
    assert [member["confidence"] for member in members] == [None, None, None, 0.625]
    assert packet.files["members.csv"].decode().splitlines()[-1].endswith(",0.625")


def test_the_same_ring_gives_the_same_bytes(finished: Run) -> None:
    again = Run.open(finished.folder)
    assert case_packet(finished, RING).zipped() == case_packet(again, RING).zipped()


@pytest.mark.parametrize("level", ["keyed", "counts"])
def test_nothing_that_was_taken_away_is_left(finished: Run, level: str) -> None:
    planted = with_names(finished)
    secret = {text for text in texts(planted) if text.startswith("secret")}
    full = b"\n".join(case_packet(planted, RING).files.values())
    assert sum(text.encode() in full for text in secret) > 8
    packet = case_packet(planted, RING, redact=level, key=KEY)
    everything = b"\n".join(packet.files.values())
    assert [text for text in sorted(secret) if text.encode() in everything] == []
    assert b"4 accounts share 1 identifier" in packet.files["case.html"]


def with_names(run: Run) -> Run:
    """The run with long names that can be searched for."""
    planted = Run(run.folder, run.manifest)
    for name in ("scores", "ring_members", "accounts", "links", "evidence", "sightings",
                 "identifiers", "templates", "hubs", "rings"):  # fmt: skip
        planted._frames[name] = _called(run.frame(name))
    return planted


def _called(frame: pl.DataFrame) -> pl.DataFrame:
    columns = {"account_id", "account_a", "account_b", "value"} & set(frame.columns)
    changed = frame.with_columns(
        pl.concat_str(pl.lit("secret-"), column).alias(column) for column in sorted(columns)
    )
    for column in {"username", "email", "phone", "reasons", "why", "example"} & set(frame.columns):
        changed = changed.with_columns(pl.lit(f"secret words of {column}").alias(column))
    return changed


def test_keyed_tokens_are_the_same_in_all_tables_and_need_the_key(finished: Run) -> None:
    files = case_packet(finished, RING, redact="keyed", key=KEY).files
    members = pl.read_csv(files["members.csv"])["account_id"]
    links = pl.read_csv(files["links.csv"])
    assert set(links["account_a"]) | set(links["account_b"]) == set(members)
    assert (links["account_a"] < links["account_b"]).all()
    assert members[0].startswith("k1-")
    other = case_packet(finished, RING, redact="keyed", key=b"x" * 32).files
    assert not set(pl.read_csv(other["members.csv"])["account_id"]) & set(members)
    with pytest.raises(SettingsError, match="--key-file"):
        case_packet(finished, RING, redact="keyed")
    with pytest.raises(SettingsError, match="3 bytes"):
        case_packet(finished, RING, redact="keyed", key=b"abc")
    with pytest.raises(SettingsError, match="unknown level"):
        case_packet(finished, RING, redact="none")


def test_counts_hold_no_row_per_account(finished: Run) -> None:
    packet = case_packet(finished, RING, redact="counts")
    assert set(packet.files) == {"case.html", "case.json", "about.json", "kinds.csv"}
    assert "members" not in json.loads(packet.files["case.json"])
    assert b"<script" not in packet.files["case.html"]


@pytest.mark.parametrize("ring", ["../../etc/passwd", "R-0\x00", "/", "..", ""])
def test_a_path_is_no_ring(finished: Run, ring: str) -> None:
    with pytest.raises(NotFound):
        case_packet(finished, ring)


def test_every_name_in_the_packet_is_a_plain_file_name(finished: Run) -> None:
    for name in case_packet(finished, RING).files:
        assert Path(name).name == name
