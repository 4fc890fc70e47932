"""How values are said."""

from __future__ import annotations

import numpy as np
import pytest

from models.features.words import safe_name, say, span, words_for


def test_safe_names_stay_apart() -> None:
    texts = ["plan", "pl an", "pl:an", "pl\u202ean", "{plan}", "", " ", "x" * 60, "x" * 61, "größe"]
    names = [safe_name(text) for text in texts]
    assert len(set(names)) == len(texts)
    assert names[0] == "plan"
    assert names[-1] == "größe"
    assert not any(set(name) & set('{}":,[]. \u202e') for name in names), names


def test_exact_words_win_over_patterns() -> None:
    words = {"a_*": "{name} is {value:.1f}", "a_*_missing": "no {name} | {name}", "a_b": "b"}
    found = words_for(["a_b", "a_c", "a_c_missing"], words)
    assert found == {"a_b": "b", "a_c": "c is {value:.1f}", "a_c_missing": "no c | c"}


def test_column_without_words_is_refused() -> None:
    with pytest.raises(KeyError, match="'z' has no words"):
        words_for(["z"], {"a": "a"})


@pytest.mark.parametrize(
    ("template", "value", "sentence"),
    [
        ("sends {value:.1f} a day", 2.25, "sends 2.2 a day"),
        ("logins: {count:,.0f}", np.log1p(1234), "logins: 1,234"),
        ("paused for {span}", np.log1p(7200), "paused for 2.0 hours"),
        ("has one | has none", 1.0, "has one"),
        ("has one | has none", 0.0, "has none"),
    ],
)
def test_values_are_said_in_their_units(template: str, value: float, sentence: str) -> None:
    assert say(template, np.array([value])) == [sentence]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 seconds"), (59, "59 seconds"), (90, "1.5 minutes"), (86_400 * 3, "3.0 days")],
)
def test_span_uses_the_largest_unit(seconds: float, text: str) -> None:
    assert span(seconds) == text
