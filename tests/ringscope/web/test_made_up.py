"""Requests made up from the pages' own forms: no error of ours, no stack trace, nothing hangs."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error

from ringscope.api import Rate
from ringscope.store import Store
from ringscope.web import Place, make_app

CASES = 6
pytestmark = pytest.mark.timeout(500)
OWN = {"host": "localhost:8000", "origin": "http://localhost:8000"}


@pytest.mark.parametrize("local", [True, False], ids=["this machine", "strangers"])
def test_nothing_that_fits_or_breaks_a_form_breaks_a_page(store: Store, *, local: bool) -> None:
    app = make_app(Place(store=store.folder), local=local, rate=Rate(1e6, 1e6))
    schema = schemathesis.openapi.from_dict(app.openapi())
    schema.app = app
    quick = settings(
        max_examples=CASES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    asked: dict[str, int] = {}
    for result in schema.get_all_operations():
        operation = result.ok()
        modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        cases = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in modes))

        @quick
        @given(case=cases)
        def ask(case: Any) -> None:
            answer = case.call(headers=OWN, allow_redirects=False)
            asked[case.path] = asked.get(case.path, 0) + 1
            case.validate_response(answer, checks=[not_a_server_error])
            assert "Traceback" not in answer.text
            assert local or answer.status_code != 200 or case.path == "/sign-in"

        ask()
    assert len(asked) >= 20
    assert sum(asked.values()) > 100
