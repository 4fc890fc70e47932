from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.dom import minidom

import pytest

DOCS = Path(__file__).parents[1] / "docs"
RUN: dict[str, Any] = {
    "average_precision": 0.8, "ring_f1": 0.7, "rings_found": 0.6, "innocents_per_1000": 1.5,
    "calibration_error": 0.02, "by_kind": {"alias_mail": [4, 0.5]},
    "missed": {"in part": [2, "2 of 5"]},
    "calibration": [[0.0, 90, 0.01, 0.02], [0.9, 10, 0.95, 1.0]], "review": [[5, 1.0, 4]],
    "harmed": {"household": [500, 1], "cafe": [100, 0]},
}  # fmt: skip
ATTACK = {"members_placed": [0.5, 0.4, 0.6], "ring_f1": [0.6, 0.6, 0.6],
          "average_precision": [0.7, 0.7, 0.7], "innocents_per_1000": [2.0, 1.0, 5.0]}  # fmt: skip
LOST = {name: [0.1, -0.02, 0.3] for name in ("average_precision", "ring_f1", "rings_found")}
CONTENT: dict[str, dict[str, Any]] = {
    "worlds": {
        "results": {
            "a, run seed 1": RUN, "a, run seed 2": RUN | {"average_precision": 0.9}, "a, naive": {},
            "seed 7, run seed 1": RUN,
        }
    },
    "evasion": {
        "mark": 4.0,
        "table": {
            "before": ATTACK, "rotation 50%": ATTACK | {"innocents_per_1000": [1.0, 1.0, 1.0]}
        },
    },
    "labels": {"mark": 2.0, "table": {"before": ATTACK, "no labels": ATTACK}},
    "labels-small": {"mark": 6.0, "table": {"before": ATTACK}},
    "ablation": {
        "table": {
            "everything": {"part": "", "figures": ATTACK | {"rings_found": [0.4, 0.3, 0.5]}},
            "time": {"part": "linkage", "figures": ATTACK, "lost": LOST},
        }
    },
    "chance": {
        "mark": 0.01,
        "table": {"most-linked": {"runs": 2, "median": 1.0, "highest": 7.0, "share_above": 0.5}},
    },
    "sms": {
        "largest": [{"example": "a | `b`", "messages": 7, "senders": 6, "spam": 1.0}],
    },
}  # fmt: skip
for name in ("large", "later", "latest"):
    CONTENT[f"ablation-{name}"] = CONTENT["ablation"]


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The writer of tables, in a folder of its own with figures of every benchmark."""
    spec = importlib.util.spec_from_file_location("evaluation_tables", DOCS / "evaluation.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for folder in ("figures", "images"):
        (tmp_path / folder).mkdir()
    for name, content in CONTENT.items():
        text = json.dumps({"about": {"accounts": 1000}, **content})
        (tmp_path / "figures" / f"{name}.json").write_text(text)
    (tmp_path / "evaluation.md").write_text((DOCS / "evaluation.md").read_text("utf-8"))
    monkeypatch.setattr(module, "DOCS", tmp_path)
    return module


def test_every_table_has_its_place(tables: ModuleType) -> None:
    text = (DOCS / "evaluation.md").read_text("utf-8")
    places = re.findall(r"<!-- ([a-z ]+) -->\n.*?<!-- end -->", text, re.DOTALL)
    assert sorted(places) == sorted(tables.TABLES)


def test_the_tables_are_written_from_the_figures(tables: ModuleType, tmp_path: Path) -> None:
    tables.main()
    text = (tmp_path / "evaluation.md").read_text()
    assert tables.NOT_YET not in text
    for row in (
        "| a | 2 | 0.85 (0.80 to 0.90) | 0.70 | 0.60 | 1.5 | 0.020 |",
        "| alias mail | 0.50 of 4 | 0.50 of 4 |",
        "| in part | 4 | a: 2 of 5 |",
        "| household | 1,000 | 2.0 | 2.0 |",
        "| 0.95 | 1.00 | 20 |",
        "| before | 0.50 (0.40 to 0.60) | 0.60 | 0.70 | 2.0 (1.0 to 5.0) | **no** |",
        "| rotation 50% | 0.50 (0.40 to 0.60) | 0.60 | 0.70 | 1.0 | yes |",
        "| a | 1.00, 4 | – | – | – |",
    ):
        assert row in text, row
    assert "| `a ¦ 'b'` | 7 | 6 | 100% |" in text
    assert "| time | linkage | 0.100 (-0.020 to 0.300) |" in text
    assert "| most linked | 2 | 1.0 | 7.0 | 50.0% | **no** |" in text
    for name in ("rotation", "calibration"):
        drawn = minidom.parseString((tmp_path / "images" / f"{name}.svg").read_text())  # noqa: S318
        assert drawn.documentElement.tagName == "svg"
    before = text
    tables.main()
    assert (tmp_path / "evaluation.md").read_text() == before


def test_what_was_not_measured_is_said_so(tables: ModuleType, tmp_path: Path) -> None:
    for path in (tmp_path / "figures").iterdir():
        path.unlink()
    tables.main()
    text = (tmp_path / "evaluation.md").read_text()
    assert text.count(tables.NOT_YET) == len(tables.TABLES)
