from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from ringscope.store import Store
from ringscope.verdicts.decide import verdicts_of
from ringscope.web.security import MOST_BYTES

DECIDE = "/rings/R-00000001/decide"
FORM = {"act": "confirm", "who": "x", "why": "y"}
OWN = {"origin": "http://localhost:8000"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:8001"},
        {"origin": "http://localhost:8000.evil.example"},
        {**OWN, "sec-fetch-site": "cross-site"},
        {**OWN, "sec-fetch-site": "same-site"},
        {**OWN, "sec-fetch-site": "none"},
    ],
)
def test_a_post_from_another_site_decides_nothing(
    client: TestClient, store: Store, headers: dict[str, str]
) -> None:
    assert client.post(DECIDE, data=FORM, headers=headers).status_code == 403
    assert verdicts_of(store) == ()


def test_our_own_page_may_decide(client: TestClient, store: Store) -> None:
    headers = {**OWN, "sec-fetch-site": "same-origin"}
    answer = client.post(DECIDE, data=FORM, headers=headers, follow_redirects=False)
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert len(verdicts_of(store)) == 1


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "",
        "127.0.0.1@x.y",
        "localhost/v1/x?",
        "localhost?",
        "localhost#/static/",
    ],
)
def test_a_name_that_points_here_from_elsewhere_is_refused(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 400


def test_huge_and_endless_bodies_are_refused(client: TestClient) -> None:
    huge = {**OWN, "content-length": str(MOST_BYTES + 1)}
    assert client.post(DECIDE, headers=huge, content=b"").status_code == 413
    endless = (b"x" for _ in range(3))
    assert client.post(DECIDE, headers=OWN, content=endless).status_code == 413
    assert client.post(DECIDE, headers={**OWN, "content-length": "-1"}).status_code == 413


def test_wrong_types_are_no_error_of_ours(client: TestClient) -> None:
    for url in ("/rings/R-00000001/members?start=x", "/?all=x"):
        assert client.get(url).status_code == 422
    assert client.post(DECIDE, data={"act": "\x00" * 50}, headers=OWN).status_code == 400
    assert client.put("/", headers=OWN).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "../../etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e/x",
        "%00",
        "R-1/../R-2",
        "C:\\x",
        "a" * 5000,
        "\u202e",
        "%ff",
        "'",
        "{{1}}",
    ],
)
@pytest.mark.parametrize("url", ["/rings/{}", "/rings/{}/case.zip", "/rings/{}/members",
                                 "/accounts/{}", "/score/batch/{}", "/score/batch/{}/scores.csv",
                                 "/static/{}", "/compare?a={}&b={}", "/why?a={}&b={}",
                                 "/identifiers?kind=device&value={}", "/search?q={}"])  # fmt: skip
def test_paths_as_ids_lead_nowhere(client: TestClient, url: str, path: str) -> None:
    answer = client.get(url.replace("{}", path))
    assert answer.status_code < 500
    assert "root:" not in answer.text
    assert "Traceback" not in answer.text
    assert url.startswith("/search") or answer.status_code != 200
    if answer.status_code == 200:
        assert "Nothing contains" in answer.text or "two characters" in answer.text
