from __future__ import annotations

import polars as pl
import pytest

from ringscope.report.frames import conform
from ringscope.report.messages import masked, template_rows


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see https://x.example/a?b=1 now", "see [link] now"),
        ("WWW.X.EXAMPLE/1", "[link]"),
        ("mail A.b+c@mail.example.com", "mail [mail]"),
        ("ask @some_one", "ask [handle]"),
        ("@some_one there", "[handle] there"),
        ("+49 (151) 234-567", "[number]"),
        ("1,200 a week, 5 days", "1,200 a week, 5 days"),
        ("", ""),
        (None, None),
    ],
)
def test_what_points_at_a_person_is_masked(text: str | None, shown: str | None) -> None:
    frame = pl.DataFrame({"t": [text]}, schema={"t": pl.String})
    assert frame.select(masked("t")).item() == shown


def test_a_long_example_is_cut() -> None:
    shown = pl.DataFrame({"t": ["é" * 100_000]}).select(masked("t")).item()
    assert len(shown) == 281
    assert shown.endswith("…")


def test_templates_stand_by_senders_and_name_their_rings() -> None:
    frames = conform(
        {
            "templates": pl.DataFrame(
                {
                    "template": ["T-1", "T-2"],
                    "example": ["a", "b"],
                    "messages": [50, 9],
                    "accounts": [3, 8],
                }
            ),
            "sightings": pl.DataFrame(
                {"account_id": ["a", "b", "c"], "kind": ["template"] * 3, "value": ["T-1"] * 3}
            ),
        }
    )
    members = pl.DataFrame({"ring_id": ["R", "R", "S"], "account_id": ["a", "b", "c"]})
    rows = template_rows(frames, members)
    assert [row["template"] for row in rows] == ["T-2", "T-1"]
    assert rows[1]["rings"] == ["R"], "one member alone does not make it the ring's text"
