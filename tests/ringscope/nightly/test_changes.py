from __future__ import annotations

import json
from collections.abc import Callable

import polars as pl

from ringscope.nightly.changes import changes
from ringscope.nightly.story import with_history

Frames = dict[str, pl.DataFrame]
MakeRun = Callable[..., Frames]
FACT = {
    "account_id": pl.String,
    "fact": pl.String,
    "family": pl.String,
    "contribution": pl.Float64,
    "says": pl.String,
}


def contributions(*rows: tuple[str, str, float, str]) -> pl.DataFrame:
    full = [(account, fact, "behaviour", adds, says) for account, fact, adds, says in rows]
    return pl.DataFrame(full, schema=FACT, orient="row")


def test_unchanged_input_gives_no_change(make_run: MakeRun) -> None:
    made = make_run({"R-1": "a b c"}, {"d1": "a b c"})
    first = with_history(made, None, "n1")
    found = changes(first, with_history(made, first, "n2"), since="n1", run="n2")
    assert found["changed"] is False
    assert found["rings"] == []
    assert found["events"] == {}
    assert found["accounts"]["moved"] == []
    assert [row["before"] for row in found["figures"]] == [row["now"] for row in found["figures"]]


def test_the_first_run_is_all_new(make_run: MakeRun) -> None:
    first = with_history(make_run({"R-1": "a b c"}, {"d1": "a b c"}), None, "n1")
    found = changes(None, first, since=None, run="n1")
    assert found["events"] == {"born": 1}
    assert found["accounts"]["into_rings"] == 3
    assert found["figures"][1] == {"name": "rings", "before": None, "now": 1}
    json.dumps(found, allow_nan=False)


def test_changes_since_an_older_run_are_all_events_since_then(make_run: MakeRun) -> None:
    nights = [
        make_run({"R-1": "a b c d e f"[: 5 + 2 * n]}, {"d1": "a b c d e f"}) for n in range(3)
    ]
    runs: list[Frames] = []
    for number, made in enumerate(nights):
        runs.append(with_history(made, runs[-1] if runs else None, f"n{number}"))
    found = changes(runs[0], runs[2], since="n0", run="n2")
    (ring,) = found["rings"]
    assert (ring["size_before"], ring["size"]) == (3, 5)
    assert [(event["night"], event["event"]) for event in ring["events"]] == [
        ("n1", "grew"), ("n2", "grew"),
    ]  # fmt: skip


def test_two_plain_runs_are_compared_as_well(make_run: MakeRun) -> None:
    one = make_run({"R-1": "a b c"}, {"d1": "a b c"})
    two = make_run({"R-2": "a b c d"}, {"d1": "a b c d"})
    found = changes(one, two, since="one", run="two")
    assert [(ring["ring_id"], ring["size"]) for ring in found["rings"]] == [("R-1", 4)]


def test_a_ring_that_is_gone_is_told_with_what_it_was(make_run: MakeRun) -> None:
    first = with_history(make_run({"R-1": "a b c"}, {"d1": "a b c"}), None, "n1")
    second = with_history(make_run({}, {"d1": "a b c"}), first, "n2")
    (ring,) = changes(first, second, since="n1", run="n2")["rings"]
    assert (ring["status"], ring["status_before"], ring["size_before"]) == ("gone", "ring", 3)


def test_facts_that_moved_an_account_are_named_and_the_rest_is_left_over(
    make_run: MakeRun,
) -> None:
    uses = {"d1": "a b c"}
    one = make_run({"R-1": "a b c"}, uses, risk={"a": 0.3}) | {
        "contributions": contributions(
            ("a", "nights", 0.5, "20% at night"), ("a", "photos", 0.4, "no photos")
        )
    }
    two = make_run({"R-1": "a b c"}, uses, risk={"a": 0.9}) | {
        "contributions": contributions(
            ("a", "nights", 2.5, "80% at night"),
            ("a", "photos", 0.41, "no photos"),
            ("a", "texts", -0.3, "writes to friends"),
        )
    }
    first = with_history(one, None, "n1")
    found = changes(first, with_history(two, first, "n2"), since="n1", run="n2")
    (moved,) = found["accounts"]["moved"]
    assert moved["moved_by"] == [
        {"says": "80% at night", "was": "20% at night", "adds": 2.0},
        {"says": "writes to friends", "was": None, "adds": -0.3},
    ]
    # log-odds of .9 less those of .3 are 3.04; 2.0 - 0.3 + 0.01 are explained
    assert moved["rest"] == 1.33
    assert (moved["action_before"], moved["action"]) == ("", "FLAG_FOR_REVIEW")


def test_a_score_that_was_taken_apart_in_one_run_only_shows_what_speaks_for_it(
    make_run: MakeRun,
) -> None:
    uses = {"d1": "a b c"}
    low = make_run({"R-1": "a b c"}, uses, risk={"a": 0.05}) | {"contributions": contributions()}
    high = make_run({"R-1": "a b c"}, uses, risk={"a": 0.9}) | {
        "contributions": contributions(
            ("a", "nights", 2.5, "80% at night"), ("a", "texts", -0.3, "writes to friends")
        )
    }
    rise = changes(low, high, since="n1", run="n2")["accounts"]["moved"][0]
    assert (rise["taken_apart"], rise["rest"]) == ("now", None)
    assert [fact["says"] for fact in rise["moved_by"]] == ["80% at night"]
    fall = changes(high, low, since="n1", run="n2")["accounts"]["moved"][0]
    assert fall["taken_apart"] == "then"
    assert [(fact["was"], fact["adds"]) for fact in fall["moved_by"]] == [("80% at night", -2.5)]


def test_the_move_of_a_ring_is_parted_into_members_and_scores(make_run: MakeRun) -> None:
    uses = {"d1": "a b c d"}
    one = make_run({"R-1": "a b c"}, uses, risk=dict.fromkeys("abc", 0.4))
    two = make_run({"R-1": "a b c d"}, uses, risk=dict.fromkeys("abc", 0.6) | {"d": 1.0})
    extra = {"contributions": contributions(*((a, "f", 0.9, f"says {a}") for a in "abc"))}
    none = {"contributions": contributions()}
    found = changes(with_history(one | none, None, "n1"), two | extra, since="n1", run="n2")
    (ring,) = found["rings"]
    assert ring["moved"]["scores"] == 0.2
    assert ring["moved"]["members"] == 0.1
    assert ring["moved"]["moved_by"] == [{"says": "says a", "adds": 0.9, "accounts": 3}]


def test_called_rings_come_before_suspected_ones(make_run: MakeRun) -> None:
    rings = {"R-1": "a b c d e", "R-2": "p q r"}
    made = make_run(rings, {"d1": "a b c d e", "d2": "p q r"}, status={"R-1": "suspected"})
    found = changes(None, with_history(made, None, "n1"), since=None, run="n1")
    assert [ring["ring_id"] for ring in found["rings"]] == ["R-2", "R-1"]
