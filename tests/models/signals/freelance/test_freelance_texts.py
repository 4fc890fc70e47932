from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from polars.testing import assert_frame_equal

from ingest import Tables
from models.signals import FAMILIES
from models.signals.freelance import FREELANCE
from models.signals.freelance.style import EACH_SIDE
from models.signals.freelance.text_facts import text_facts

START = datetime(2026, 1, 1, 9)
Make = Callable[..., Tables]
PROFESSIONAL = [
    "Dear client, I have reviewed the description of the project and would be glad to help.",
    "Thank you for the details. The first draft of the report will be ready on Monday.",
    "I have completed the changes to the layout. Please let me know what you think of it.",
    "Kindly find the invoice attached. It covers the work of the last two weeks.",
]
BROKEN = [
    "hi bro i do work fast u pay now",
    "ok send money pls i finish file",
    "u want more pages i make cheap k",
    "bro why no answer i need pay",
]


def value(tables: Tables, name: str) -> list[float | None]:
    assert FREELANCE.lacking(tables, name) == []
    return FREELANCE.values(tables, [name])[name].to_list()


def said(account: int, *texts: str, to: str | None = None) -> list[dict[str, Any]]:
    return [
        {"account": account, "ts": START + timedelta(hours=place), "text": text, "recipient_id": to}
        for place, text in enumerate(texts)
    ]


def test_copies_with_other_names_numbers_and_links_are_copies(make_tables: Make) -> None:
    template = "hi {} I read your job and can start today for {} dollars see {}"
    filled = [template.format(name, 10 + len(name), f"x{name}.example/a") for name in
              ("Ann", "Bob", "Caroline", "Dee", "Eve")]  # fmt: skip
    own = [
        "the blue layout works better on phones I think",
        "shall we talk about fonts tomorrow after lunch then",
        "my invoice follows by mail before the weekend",
        "sorry for being late our power was out",
        "photos are cropped and uploaded to your folder",
    ]
    rows = said(0, *filled) + said(1, *own) + said(2, *filled[:4]) + said(3, *["ok thanks"] * 9)
    assert value(make_tables(4, messages=rows), "template_messages") == pytest.approx(
        [0.8, 0.0, None, None]
    )


def test_answers_within_ten_seconds(make_tables: Make) -> None:
    def seconds(count: float) -> timedelta:
        return timedelta(seconds=count)

    def turn(number: int, wait: float, who: int) -> list[dict[str, Any]]:
        ask = START + timedelta(hours=number, minutes=who)
        return [
            {"account": 9, "ts": ask, "text": "job?", "recipient_id": f"a{who}"},
            {"account": who, "ts": ask + seconds(wait), "text": "yes", "recipient_id": "a9"},
            {"account": who, "ts": ask + seconds(wait + 1), "text": "!", "recipient_id": "a9"},
        ]

    rows = [row for number, wait in enumerate((2, 3, 9, 10, 500)) for row in turn(number, wait, 0)]
    rows += [row for number in range(4) for row in turn(number, 1, 1)]
    rows += [{"account": 2, "ts": START, "text": "hello", "recipient_id": "nobody"}]
    found = value(make_tables(10, messages=rows), "immediate_replies")
    assert found[0] == pytest.approx(0.6)
    assert found[1:9] == [None] * 8
    # the one who asks follows the last answer by an hour less a few seconds
    assert found[9] == 0.0


def test_the_language_of_a_message(make_tables: Make) -> None:
    texts = {
        "the work is ready for you": "english",
        "hola el trabajo está muy bien": "spanish",
        "ich habe das nicht, danke": "german",
        "работа готова завтра": "cyrillic",
        "ok": None,
        "42": None,
    }
    tables = make_tables(1, messages=said(0, *texts))
    found = text_facts(tables.messages).languages["language"].to_list()
    assert found == [language for text, language in texts.items() if text != "42"]


def test_a_change_of_language(make_tables: Make) -> None:
    english, spanish = "the work is ready for you", "hola el trabajo está muy bien"
    rows = said(0, *[english] * 5, *[spanish] * 5) + said(1, *[english, spanish] * 6)
    rows += said(2, *[english] * 9) + said(3, *[english] * 6, *[spanish] * 2, *[english] * 4)
    found = value(make_tables(4, messages=rows), "language_change")
    assert found == pytest.approx([1.0, 0.0, None, 1 / 3])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_change_of_style_stands_out_from_people_who_write_as_ever(
    make_tables: Make, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    steady = {
        account: [str(rng.choice(PROFESSIONAL if account % 4 else BROKEN)) for _ in range(24)]
        for account in range(1, 9)
    }
    turned = [str(rng.choice(PROFESSIONAL)) for _ in range(12)]
    turned += [str(rng.choice(BROKEN)) for _ in range(12)]
    rows = said(0, *turned) + [
        row for account, texts in steady.items() for row in said(account, *texts)
    ]
    found = value(make_tables(10, messages=rows), "style_change")
    assert found[9] is None
    others = [number for number in found[1:9] if number is not None]
    assert len(others) == 8
    assert found[0] is not None
    assert found[0] > 2 > 1.6 > max(others), f"seed {seed}"


def test_few_messages_or_no_variation_show_no_change(make_tables: Make) -> None:
    rows = said(0, *[BROKEN[0]] * (2 * EACH_SIDE)) + said(1, *BROKEN * 3)
    assert value(make_tables(2, messages=rows), "style_change") == [0.0, None]


def test_every_signal_has_words_and_a_text_for_people() -> None:
    assert FAMILIES["freelance"] is FREELANCE
    assert len(FREELANCE.signals) == 19
    for signal in FREELANCE.signals.values():
        assert signal.text.endswith(".")
        assert signal.words


def test_texts_read_in_blocks_say_the_same(make_tables: Make) -> None:
    rows = [row for account in range(5) for row in said(account, *PROFESSIONAL, *BROKEN, "!")]
    messages = make_tables(5, messages=rows).messages
    whole, parts = text_facts(messages), text_facts(messages, block=100)
    for name in ("copied", "languages", "measures"):
        assert_frame_equal(getattr(whole, name), getattr(parts, name))
    assert whole.measures.height == 40
