from __future__ import annotations

from fastapi.testclient import TestClient

from ringscope import Run
from ringscope.store import Store
from ringscope.store.layout import replace_json
from ringscope.web import Place
from ringscope.web.pages.notes import note_of

WARNING = "logins: <b>device_id</b> has drifted (PSI 0.61)"


def test_what_the_night_said_is_shown(client: TestClient, store: Store) -> None:
    assert "Nothing drifted" not in client.get("/model").text
    canaries = {
        "planted": 4, "found": 3, "sentence": "3 of 4 canaries were found.",
        "curve": [{"rotation": 0.5, "rings": 4, "found": 3}],
    }  # fmt: skip
    store.nights.mkdir(exist_ok=True)
    note = {"line": "", "held_back": False, "warnings": [WARNING], "canaries": canaries}
    replace_json(note, store.nights / "2026-03-04.json")
    for url in ("/", "/model"):
        assert "&lt;b&gt;device_id&lt;/b&gt; has drifted" in client.get(url).text
    text = client.get("/model").text
    assert "3 of 4 canaries were found." in text
    assert "50%" in text
    replace_json(note | {"warnings": [], "canaries": {}}, store.nights / "2026-03-04.json")
    assert "Nothing drifted" in client.get("/model").text


def test_a_single_run_has_no_notes(finished: Run) -> None:
    assert not note_of(Place(run=finished.folder))["known"]
