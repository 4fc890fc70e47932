"""Where others can call, pages are for people who signed in, and keys say what each may do."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from ringscope.api import Keyring, Rate
from ringscope.api.limits import GUESSES
from ringscope.store import Store
from ringscope.verdicts.decide import verdicts_of
from ringscope.web import Place, make_app, people
from ringscope.web.pages import ROUTERS
from ringscope.web.people import SESSION, needed

BASE = "http://localhost:8000"
OWN = {"origin": BASE}
RING = "R-00000001"
DECIDE = f"/rings/{RING}/decide"
FORM = {"act": "confirm", "who": "Mallory", "why": "same kit"}
WRITES = {"/rings/{ring_id}/decide", "/apart", "/journal/undo", "/hubs"}
ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
PAGES = sorted(
    (method, re.sub(r"\{[^}]*\}", "a0", route.path))
    for route in ROUTES
    for method in route.methods
    if not route.path.startswith("/sign-in")
)

Key = Callable[..., str]
Browser = Callable[..., TestClient]


@pytest.fixture
def key(store: Store) -> Key:
    """Make a key; gives its text."""

    def make(*scopes: str, owner: str = "anna") -> str:
        until = datetime.now(UTC).date() + timedelta(days=30)
        return Keyring(store).create(owner, scopes, expiry=until, by="root")[1]

    return make


@pytest.fixture
def browser(store: Store) -> Browser:
    """Somebody who signed in with a key, if one is given, to an app that others can reach."""

    def start(said: str | None = None, **options: Any) -> TestClient:
        app = make_app(Place(store=store.folder), **{"local": False, **options})
        client = TestClient(
            app, base_url=BASE, raise_server_exceptions=False, follow_redirects=False
        )
        if said is not None:
            answer = client.post("/sign-in", data={"key": said, "to": "/"}, headers=OWN)
            assert answer.status_code == 303, answer.text
        return client

    return start


def audit(store: Store) -> list[dict[str, Any]]:
    files = sorted((store.folder / "audit").glob("*.jsonl"))
    return [json.loads(line) for path in files for line in path.read_text().splitlines()]


@pytest.mark.parametrize(("method", "path"), PAGES)
def test_no_page_is_for_strangers(browser: Browser, store: Store, method: str, path: str) -> None:
    answer = browser().request(method, path, headers=OWN, data=FORM if method == "POST" else None)
    assert answer.status_code == (303 if method == "GET" else 401)
    if method == "GET":
        assert answer.headers["location"].startswith("/sign-in?to=")
    assert RING not in answer.text
    assert store.current() not in answer.text
    assert verdicts_of(store) == ()


@pytest.mark.parametrize(
    "path", ["/nope", "/rings/x/y", "/sign-in/nope", "/sign-inx", "//", "/%2e"]
)
def test_errors_tell_strangers_nothing(browser: Browser, store: Store, path: str) -> None:
    answer = browser().get(path, follow_redirects=True)
    assert store.current() not in answer.text
    assert "run <code>" not in answer.text


def test_what_may_change_something_is_a_decision() -> None:
    assert {r.path for r in ROUTES for m in r.methods if needed(m, r.path) == "decide"} == {
        *WRITES, "/sign-in", "/sign-in/out",
    }  # fmt: skip
    scored = {r.path for r in ROUTES for m in r.methods if needed(m, r.path) == "score"}
    assert all(path.startswith("/score") for path in scored)


def test_whoever_signs_in_reads_and_decides_under_the_name_of_the_key(
    browser: Browser, store: Store, key: Key
) -> None:
    client = browser(key("read", "decide", owner="anna"))
    page = client.get(f"/rings/{RING}").text
    assert "Signed in as" in page
    assert 'name="who"' not in page
    answer = client.post(DECIDE, data=FORM, headers=OWN)
    assert answer.status_code == 303
    assert people.NAME not in answer.headers.get("set-cookie", "")
    (verdict,) = verdicts_of(store)
    assert verdict.who == "anna"
    line = audit(store)[-1]
    assert (line["who"], line["did"], line["status"]) == ("anna", f"v1 confirm {RING}", 303)
    assert len(line["key"]) == 8


@pytest.mark.parametrize("local", [True, False])
def test_a_key_that_may_read_decides_nothing(
    browser: Browser, store: Store, key: Key, caplog: pytest.LogCaptureFixture, *, local: bool
) -> None:
    client = browser(key("read"), local=local)
    page = client.get(f"/rings/{RING}")
    assert page.status_code == 200
    assert "Your key may not decide" in page.text
    assert "<form" not in page.text.split('id="decide"')[1].split("</section>")[0]
    with caplog.at_level(logging.WARNING, "ringscope.api"):
        for path in WRITES:
            answer = client.post(path.replace("{ring_id}", RING), data=FORM, headers=OWN)
            assert answer.status_code == 403, path
            assert "may not decide" in answer.text
    assert caplog.text.count("this key may not decide") == len(WRITES)
    assert [line["status"] for line in audit(store)[-len(WRITES) :]] == [403] * len(WRITES)
    assert verdicts_of(store) == ()
    assert client.get("/score").status_code == 403


def test_scopes_do_not_hold_each_other(browser: Browser, key: Key) -> None:
    client = browser(key("decide", "score"))
    assert client.get("/").status_code == 403
    assert client.get(f"/rings/{RING}/case.zip").status_code == 403
    assert client.post("/hubs/preview", data={}, headers=OWN).status_code == 403
    assert RING not in client.get(f"/rings/{RING}").text


@pytest.mark.parametrize("said", ["", "rs_x_y", "x" * 300, "\u00e9", "Bearer rs_x"])
def test_wrong_keys_open_nothing(browser: Browser, store: Store, said: str) -> None:
    client = browser()
    answer = client.post("/sign-in", data={"key": said, "to": "/"}, headers=OWN)
    assert answer.status_code == 401
    assert "no such key" in answer.text
    assert SESSION not in client.cookies
    assert said == "" or said not in answer.text
    assert "key=" not in str(audit(store)[-1])


def test_expired_and_revoked_keys_open_nothing_and_end_what_they_opened(
    browser: Browser, store: Store, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = key("read", "decide")
    client = browser(said)
    assert client.get("/").status_code == 200
    (made,) = Keyring(store).keys().values()
    Keyring(store).revoke(made.id, by="boss")
    assert client.get("/").status_code == 303
    assert client.post(DECIDE, data=FORM, headers=OWN).status_code == 401
    answer = client.post("/sign-in", data={"key": said}, headers=OWN)
    assert (answer.status_code, "the key is revoked" in answer.text) == (401, True)
    later = browser(key("read"))
    monkeypatch.setattr(type(made), "state", lambda *_: "expired")
    assert later.get("/").status_code == 303
    assert verdicts_of(store) == ()


def test_a_session_ends_by_itself_and_by_signing_out(
    browser: Browser, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browser(key("read"))
    token = client.cookies[SESSION]
    assert client.post("/sign-in/out", headers=OWN).headers["location"] == "/sign-in"
    client.cookies.set(SESSION, token)
    assert client.get("/").status_code == 303
    monkeypatch.setattr(people, "HOURS", 0)
    assert browser(key("read")).get("/").status_code == 303


def test_guessing_is_stopped_and_logged(
    browser: Browser, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    client = browser()
    with caplog.at_level(logging.WARNING, "ringscope.api"):
        codes = [
            client.post("/sign-in", data={"key": f"rs_1a2b3c4d_{n}"}, headers=OWN).status_code
            for n in range(GUESSES + 4)
        ]
    assert codes == [401] * GUESSES + [429] * 4
    assert caplog.text.count("refused testclient") == GUESSES + 4
    assert [line["status"] for line in audit(store)] == codes
    token = {"cookie": f"{SESSION}=guess"}
    assert client.get("/", headers=token).status_code == 303


@pytest.mark.parametrize(
    "marks", [{}, {"origin": "https://evil.example"}, {**OWN, "sec-fetch-site": "cross-site"}]
)
def test_another_site_cannot_sign_anybody_in_or_out_or_decide(
    browser: Browser, store: Store, key: Key, marks: dict[str, str]
) -> None:
    said = key("read", "decide")
    client = browser(said)
    assert client.post("/sign-in", data={"key": said}, headers=marks).status_code == 403
    assert client.post("/sign-in/out", headers=marks).status_code == 403
    assert client.post(DECIDE, data=FORM, headers=marks).status_code == 403
    assert client.get("/").status_code == 200
    assert verdicts_of(store) == ()


def test_the_cookie_is_kept_from_scripts_other_sites_and_the_api(
    browser: Browser, key: Key
) -> None:
    said = key("read", "score", "decide")
    client = browser()
    answer = client.post("/sign-in", data={"key": said}, headers=OWN)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert said not in cookie
    assert "max-age" not in cookie
    assert "secure" not in cookie
    assert client.get("/v1/rings").status_code == 401
    sealed = TestClient(client.app, base_url="https://localhost:8000", follow_redirects=False)
    own = {"origin": "https://localhost:8000"}
    answer = sealed.post("/sign-in", data={"key": said}, headers=own)
    assert "secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    ("to", "leads"),
    [("/rings/x?a=1", "/rings/x?a=1"), ("https://evil.example", "/"), ("//evil.example/x", "/"),
     ("/\\evil.example", "/"), ("javascript:alert(1)", "/"), ("", "/"), ("/\n/evil.example", "/")],
)  # fmt: skip
def test_signing_in_leads_to_pages_of_this_app_alone(
    browser: Browser, key: Key, to: str, leads: str
) -> None:
    answer = browser().post("/sign-in", data={"key": key("read"), "to": to}, headers=OWN)
    assert answer.headers["location"] == leads
    page = browser().get("/sign-in", params={"to": to}).text
    assert "evil" not in page
    assert "javascript" not in page


def test_a_part_of_a_page_leads_the_browser_to_the_form(browser: Browser) -> None:
    answer = browser().get("/search?q=a", headers={"hx-request": "true"})
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/sign-in?to=%2Fsearch%3Fq%3Da"


def test_on_this_machine_alone_a_name_is_enough(browser: Browser, store: Store) -> None:
    client = browser(local=True)
    assert client.get("/").status_code == 200
    assert client.post(DECIDE, data=FORM, headers=OWN).status_code == 303
    assert verdicts_of(store)[0].who == "Mallory"
    assert client.get("/")
    assert [line["who"] for line in audit(store)] == ["page", "page", "page Mallory"]


def test_a_key_that_asks_too_often_waits(browser: Browser, key: Key) -> None:
    client = browser(key("read"), rate=Rate(per_second=0.01, burst=3))
    assert [client.get("/journal").status_code for _ in range(5)] == [200] * 3 + [429] * 2
