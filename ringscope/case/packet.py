"""A case packet: one ring as a page that works offline, JSON, CSV and Cypher in a zip file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .. import __version__
from ..evidence import RingEvidence, ring_evidence
from ..evidence.source import Part, Source
from ..export import archive, cypher_script, selection, table_bytes
from ..export.tables import json_bytes
from ..report.data import run_facts
from .content import case_json, kind_counts
from .page import case_page
from .redact import redacted

TABLES = {
    "members.csv": "ring_members",
    "scores.csv": "scores",
    "accounts.csv": "accounts",
    "links.csv": "links",
    "evidence.csv": "evidence",
    "sightings.csv": "sightings",
    "identifiers.csv": "identifiers",
    "templates.csv": "templates",
}


@dataclass(frozen=True)
class Packet:
    """A case packet.

    Attributes
    ----------
    files
        Name -> content.
    content_hash
        SHA-256 over the files that hold the facts (all but the page and about.json).
    """

    files: Mapping[str, bytes]
    content_hash: str

    def zipped(self) -> bytes:
        """The packet as one file; equal packets give equal bytes."""
        return archive(self.files)


def case_packet(
    source: Source, ring_id: str, *, redact: str = "full", key: bytes | None = None
) -> Packet:
    """Put the case of one ring together.

    Parameters
    ----------
    source
        The run.
    ring_id
        The ring.
    redact
        full, keyed or counts; see `redact.LEVELS`.
    key
        For keyed: a secret of 16 to 64 bytes.

    Raises
    ------
    NotFound
        The run has no such ring.
    SettingsError
        The level of redaction is unknown, or its key is missing or of the wrong length.
    """
    part = redacted(Part(selection(source, [ring_id]), source.manifest), redact, key)
    evidence = ring_evidence(part, ring_id)
    counts = redact == "counts"
    run_id = run_facts(source.manifest)["fingerprint"]
    about: dict[str, Any] = {
        "ring_id": ring_id, "run": run_id, "redaction": redact, "ringscope": __version__,
    }  # fmt: skip
    facts = _facts(part, evidence, run_id, counts=counts)
    about["content_sha256"] = content_hash(facts)
    facts["case.json"] = json_bytes(case_json(evidence, about, counts=counts))
    page = case_page(part, evidence, about, cypher=_query(ring_id), counts=counts)
    files = {"case.html": page.encode(), **facts}
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    files["about.json"] = json_bytes(about | {"files": hashes})
    return Packet(files, about["content_sha256"])


def content_hash(files: Mapping[str, bytes]) -> str:
    """SHA-256 over names and contents, in the order of names."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\n{hashlib.sha256(files[name]).hexdigest()}\n".encode())
    return digest.hexdigest()


def _facts(part: Part, evidence: RingEvidence, run_id: str, *, counts: bool) -> dict[str, bytes]:
    if counts:
        return {"kinds.csv": table_bytes(kind_counts(evidence.shared), "csv")}
    files = {name: table_bytes(part.frame(table), "csv") for name, table in TABLES.items()}
    files["timeline.csv"] = table_bytes(evidence.moments, "csv")
    title = f"ring {evidence.facts['ring_id']} of run {run_id}"
    files["case.cypher"] = cypher_script(part.frames, title=title).encode()
    return files


def _query(ring_id: str) -> str:
    """The query that shows the ring in a Neo4j into which the run was loaded."""
    return (
        f":param ring_id => '{_harmless(ring_id)}'\n"
        "MATCH (r:Ring {ring_id: $ring_id})<-[m:MEMBER_OF]-(a:Account)\n"
        "OPTIONAL MATCH (a)-[s]->(i)<-[t]-(b:Account)-[:MEMBER_OF]->(r)\n"
        "WHERE NOT i:Ring AND NOT i:Hub\n"
        "RETURN r, m, a, s, i, t, b LIMIT 2000"
    )


def _harmless(ring_id: str) -> str:
    """A ring id as it may stand inside a literal; ids of a run hold nothing else."""
    return "".join(char for char in ring_id if char.isalnum() or char in "-_")
