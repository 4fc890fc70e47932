from __future__ import annotations

import pytest

from ingest.errors import RunError
from ringscope.verdicts import Verdict, in_force, read_verdicts


def verdict(n: int, act: str, undoes: int = 0) -> Verdict:
    return Verdict(act, "ann", "2026-05-01T10:00:00", undoes=undoes, n=n)


def test_what_is_written_is_read() -> None:
    given = Verdict(
        "split", "ann", "2026-05-01T10:00:00", why="two kits", ring_id="R-1", run="2026-05-01",
        accounts=("a", "b", "c"), identifiers=(("ip", "1.2.3.4"),), groups=(("a",), ("b", "c")),
        n=4,
    )  # fmt: skip
    record = {"n": 4, **given.record()}
    assert read_verdicts([record]) == (given,)
    assert "expiry" not in record


def test_an_undo_takes_back_and_can_be_taken_back() -> None:
    first, undo = verdict(1, "reject"), verdict(2, "undo", 1)
    assert in_force([first, undo]) == ()
    assert in_force([first, undo, verdict(3, "undo", 2)]) == (first,)
    every = [first, undo, verdict(3, "undo", 2), verdict(4, "undo", 3)]
    assert in_force(every) == ()


@pytest.mark.parametrize("change", [{"act": "burn"}, {"colour": "red"}])
def test_a_record_of_a_newer_version_is_refused(change: dict[str, str]) -> None:
    record = {"n": 7, **verdict(7, "confirm").record(), **change}
    with pytest.raises(RunError, match="verdict 7: unknown to this version"):
        read_verdicts([record])
