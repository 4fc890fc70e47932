from __future__ import annotations

import io
import zipfile
from pathlib import Path

import polars as pl
import pytest
from fastapi.testclient import TestClient

from ingest.errors import RunError, SettingsError
from ringscope import Run, analysis
from ringscope.store import Store
from ringscope.web import Place, make_app
from ringscope.web.reading import Reading

RING = "R-00000001"
PAGES = (
    "/",
    f"/rings/{RING}",
    f"/rings/{RING}/members",
    "/accounts/a1",
    "/accounts/%3DHYPERLINK(1)",
    "/why",
    "/why?a=a0&b=b0",
    "/compare",
    f"/compare?a={RING}&b={RING}",
    "/hubs",
    "/hubs?kind=device&value=d4",
    "/journal",
    "/search?q=a",
    "/search?q=d1",
    "/identifiers?kind=device&value=d1",
    "/quality",
    "/model",
)


@pytest.mark.parametrize("url", PAGES)
def test_every_page_opens_and_allows_only_its_own_files(client: TestClient, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 200, answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "https://" not in answer.text


@pytest.mark.parametrize(
    "url",
    [
        "/nothing",
        "/rings/R-0000000",
        "/rings/..%2f..%2fetc%2fpasswd",
        "/rings/%00",
        "/accounts/nobody",
        "/accounts/../../etc/passwd",
        "/why?a=a0&b=nobody",
        f"/compare?a={RING}&b=x",
        "/rings/x/case.zip",
        "/static/web/static/..%2fapp.py",
        "/static/web/static/../../app.py",
        "/identifiers?kind=device&value=none",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(client: TestClient, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text
    assert "import" not in answer.text


def test_an_unknown_ring_names_near_ones(client: TestClient) -> None:
    assert f"did you mean {RING}" in client.get("/rings/R-0000000").text


def test_files_of_the_app_are_served_with_the_licences(client: TestClient) -> None:
    for name in (
        "web/static/app.css", "web/static/app.js", "web/static/ring.js", "web/vendor/htmx.min.js",
        "web/vendor/htmx.LICENSE.txt", "report/vendor/cytoscape.min.js",
        "report/vendor/cytoscape.LICENSE.txt", "report/static/report.css",
    ):  # fmt: skip
        assert client.get(f"/static/{name}").status_code == 200, name


def test_the_queue_is_filtered_by_words_members_and_status(client: TestClient) -> None:
    def rows(url: str) -> bool:
        return RING in client.get(url, headers={"hx-request": "true"}).text

    assert rows("/?q=device+FARM")
    assert rows("/?q=a2")
    assert not rows("/?q=zzz")
    assert rows("/?status=ring")
    assert not rows("/?status=suspected")
    assert "No ring fits" in client.get("/?q=zzz").text


def test_the_search_finds_accounts_identifiers_and_rings(client: TestClient) -> None:
    found = client.get("/search?q=d1", headers={"hx-request": "true"}).text
    assert "<html" not in found
    assert "value=d1" in found
    assert "/accounts/a3" in client.get("/search?q=a3").text
    assert f"/rings/{RING}" in client.get("/search?q=device").text
    assert "T-1" in client.get("/search?q=%2Bbuy").text
    assert "Type two characters" in client.get("/search?q=x").text
    assert "Nothing contains" in client.get("/search?q=.*").text


def test_the_packet_is_downloaded(client: TestClient) -> None:
    answer = client.get(f"/rings/{RING}/case.zip")
    assert answer.headers["content-disposition"] == f'attachment; filename="case-{RING}.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert "case.html" in packed.namelist()
    counts = client.get(f"/rings/{RING}/case.zip?redact=counts")
    with zipfile.ZipFile(io.BytesIO(counts.content)) as packed:
        assert "members.csv" not in packed.namelist()
    assert client.get(f"/rings/{RING}/case.zip?redact=keyed").status_code == 422


def test_an_account_shows_parts_path_and_reasons(client: TestClient) -> None:
    text = client.get("/accounts/b0").text
    assert "Score by part" in text
    assert "a0 is labelled spam and linked over 1 account." in text
    assert client.get("/why?a=c0&b=a0").text.count("none in common") == 1


def test_a_run_is_looked_at_only(finished: Run) -> None:
    client = TestClient(
        make_app(Place(run=finished.folder)), base_url="http://localhost", follow_redirects=False
    )
    page = client.get(f"/rings/{RING}").text
    assert "shows a single run" in page
    assert "/decide" not in page
    answer = client.post(
        f"/rings/{RING}/decide", data={"act": "confirm", "who": "x", "why": "y"},
        headers={"origin": "http://localhost"},
    )  # fmt: skip
    assert answer.status_code == 400
    assert "start it with --store" in answer.text
    assert "has no journal" in client.get("/journal").text


def test_the_store_shows_its_current_run(client: TestClient, store: Store) -> None:
    assert "2026-03-04" in client.get("/").text
    (store.runs / "2026-03-04").rename(store.runs / "2026-03-05")
    store.promote("2026-03-05")
    assert "2026-03-05" in client.get("/").text


def looking_at(finished: Run, **frames: pl.DataFrame) -> TestClient:
    """The app over the small run with some tables replaced."""
    run = Run(finished.folder, finished.manifest)
    run._frames.update(frames)
    place = Place(run=finished.folder)
    place._reading = Reading(run)
    return TestClient(make_app(place), base_url="http://localhost")


def test_an_orphan_stays_as_sure_as_its_sign_up_says(orphaned: Path, tmp_path: Path) -> None:
    run = analysis.analyze(orphaned, out=tmp_path / "out")
    text = looking_at(run).get(f"/rings/{RING}").text
    assert '<td data-l="Stays" class="n">62% sure</td>' in text
    assert '<td data-l="Stays" class="n">90%</td>' in text


def test_a_run_without_rings_says_so(finished: Run) -> None:
    none = {name: finished.frame(name).clear() for name in ("rings", "ring_members")}
    client = looking_at(finished, **none)
    assert "No ring was found" in client.get("/").text
    for url in ("/model", "/compare", "/search?q=R-", "/hubs", "/accounts/a0", "/quality"):
        assert client.get(url).status_code == 200, url


def test_an_empty_run_has_pages_too(finished: Run) -> None:
    every = ("scores", "accounts", "rings", "ring_members", "links", "evidence", "sightings",
             "identifiers", "templates", "hubs", "quarantine")  # fmt: skip
    client = looking_at(finished, **{name: finished.frame(name).clear() for name in every})
    for url in ("/", "/model", "/compare", "/search?q=ab", "/hubs", "/quality", "/score"):
        assert client.get(url).status_code == 200, url
    assert client.get("/accounts/a0").status_code == 404


def test_200_rings_are_shown_by_the_hundred(finished: Run) -> None:
    names = pl.DataFrame({"ring_id": [f"R-{n:08x}" for n in range(200)]})
    rings, members = finished.frame("rings"), finished.frame("ring_members")
    many = {
        "rings": names.join(rings.drop("ring_id"), how="cross").select(rings.columns),
        "ring_members": names.join(members.drop("ring_id"), how="cross").select(members.columns),
    }
    client = looking_at(finished, **many)
    text = client.get("/").text
    assert text.count("data-href=") == 100
    assert "The first 100 of 200" in text
    assert client.get("/?all=1", headers={"hx-request": "true"}).text.count("data-href=") == 200


def test_a_store_that_lost_its_run_says_so(client: TestClient, store: Store) -> None:
    (store.runs / "2026-03-04").rename(store.folder / "elsewhere")
    answer = client.get("/")
    assert answer.status_code == 400
    assert "which is no run" in answer.text
    assert "Traceback" not in answer.text


def test_a_place_is_a_store_or_a_run(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="one of"):
        Place()
    with pytest.raises(RunError, match="no store"):
        Place(store=tmp_path)
