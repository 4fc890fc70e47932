from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import polars as pl

from ringscope.nightly.story import HISTORY, with_history

Frames = dict[str, pl.DataFrame]
MakeRun = Callable[..., Frames]


def events(frames: Frames, night: str) -> list[dict[str, object]]:
    return list(frames["ring_events"].filter(pl.col("night") == night).iter_rows(named=True))


def told(frames: Frames, night: str) -> list[tuple[object, object, object]]:
    return [(row["ring_id"], row["event"], row["others"]) for row in events(frames, night)]


def test_a_ring_is_born_with_what_ties_it(make_run: MakeRun) -> None:
    first = with_history(make_run({"R-1": "a b c"}, {"d1": "a b", "d2": "a b c"}), None, "n1")
    (event,) = events(first, "n1")
    assert event["event"] == "born"
    assert event["cause"] == "device d2 ties 3 of 3 accounts since 1 May 2025"
    assert (event["kind"], event["value"], event["size_before"], event["size"]) == (
        "device", "d2", 0, 3,
    )  # fmt: skip
    assert event["at"] == datetime(2025, 5, 11)
    assert dict(first["ring_events"].schema) == HISTORY


def test_an_unchanged_night_tells_nothing(make_run: MakeRun) -> None:
    made = make_run({"R-1": "a b c"}, {"d1": "a b c"})
    first = with_history(made, None, "n1")
    second = with_history(made, first, "n2")
    assert told(second, "n2") == []
    assert second["ring_events"].equals(first["ring_events"])
    assert second["scores"].equals(first["scores"])


def test_history_is_only_added_to(make_run: MakeRun) -> None:
    first = with_history(make_run({"R-1": "a b c"}, {"d1": "a b c"}), None, "n1")
    second = with_history(make_run({"R-9": "a b c d"}, {"d1": "a b c d"}), first, "n2")
    assert second["ring_events"].head(1).equals(first["ring_events"])
    assert told(second, "n2") == [("R-1", "grew", None)]
    assert second["ring_members"]["ring_id"].unique().to_list() == ["R-1"]


def test_growth_names_what_ties_the_new_accounts(make_run: MakeRun) -> None:
    first = with_history(make_run({"R-1": "a b c"}, {"d1": "a b c"}), None, "n1")
    uses = {"d1": "a b c", "d2": "c d e"}
    second = with_history(
        make_run({"R-1": "a b c d e"}, uses, day=12, first={"d2": 11}), first, "n2"
    )
    (event,) = events(second, "n2")
    assert event["cause"] == "device d2 ties 2 of 2 new accounts to it since 12 May 2025"
    assert (event["size_before"], event["size"], event["accounts"]) == (3, 5, 2)


def test_merging_is_told_of_both_with_the_identifier_that_is_new(make_run: MakeRun) -> None:
    uses = {"d1": "a b c", "d2": "p q r s"}
    first = with_history(make_run({"R-1": "a b c", "R-2": "p q r s"}, uses), None, "n1")
    uses |= {"d3": "a b p q", "old": "a b c p q r s"}
    made = make_run({"R-x": "a b c p q r s"}, uses, day=14, first={"d3": 13})
    second = with_history(made, first, "n2")
    assert told(second, "n2") == [("R-1", "merged", "R-2"), ("R-2", "merged", "R-1")]
    assert {row["cause"] for row in events(second, "n2")} == {
        "device d3 appeared in both on 14 May 2025"
    }
    assert [row["size"] for row in events(second, "n2")] == [0, 7]


def test_a_split_says_what_tied_both_and_what_became_of_it(make_run: MakeRun) -> None:
    uses = {"d1": "a b c", "d2": "p q r s", "both": "a b c p q r s"}
    first = with_history(make_run({"R-1": "a b c p q r s"}, uses), None, "n1")
    made = make_run({"R-x": "a b c", "R-y": "p q r s"}, uses, day=12, hubs=("both",))
    second = with_history(made, first, "n2")
    assert told(second, "n2") == [("R-1", "split", "R-x"), ("R-x", "split", "R-1")]
    assert {row["cause"] for row in events(second, "n2")} == {
        "device both tied both until 11 May 2025; it is a hub now, used by 7 accounts"
    }


def test_rings_that_part_again_come_back_with_their_ids(make_run: MakeRun) -> None:
    uses = {"d1": "a b c", "d2": "p q r s"}
    two = make_run({"R-1": "a b c", "R-2": "p q r s"}, uses)
    one = make_run({"R-x": "a b c p q r s"}, uses | {"d3": "a b c p q r s"})
    first = with_history(two, None, "n1")
    second = with_history(one, with_history(two, first, "n2"), "n3")
    third = with_history(two, second, "n4")
    assert told(third, "n4") == [("R-1", "split", "R-2"), ("R-2", "split", "R-1")]
    assert sorted(third["rings"]["ring_id"]) == ["R-1", "R-2"]


def test_members_that_leave_are_accounted_for(make_run: MakeRun) -> None:
    uses = {"d1": "a b c", "d2": "c d e"}
    first = with_history(make_run({"R-1": "a b c d e"}, uses), None, "n1")
    made = make_run({"R-1": "a b c"}, {"d1": "a b c d"}, risk={"d": 0.05})
    second = with_history(made, first, "n2")
    (event,) = events(second, "n2")
    assert event["event"] == "shrank"
    assert event["accounts"] == 2
    assert event["cause"] == (
        "1 no longer in the data, the risk of 1 fell from 0.9 to 0.05; "
        "device d2 had tied 2 of them, it is no longer in the data"
    )


def test_a_ring_that_ends_is_dissolved_and_returns_under_its_id(make_run: MakeRun) -> None:
    uses = {"d1": "a b c"}
    first = with_history(make_run({"R-1": "a b c"}, uses), None, "n1")
    second = with_history(make_run({}, uses, hubs=("d1",)), first, "n2")
    assert told(second, "n2") == [("R-1", "dissolved", None)]
    assert "it is a hub now" in str(events(second, "n2")[0]["cause"])
    third = with_history(make_run({}, uses), second, "n3")
    fourth = with_history(make_run({"R-7": "a b c"}, uses), third, "n4")
    assert told(third, "n3") == []
    assert told(fourth, "n4") == [("R-1", "returned", None)]


def test_a_silent_ring_is_dormant_once_and_returns_when_it_is_seen(make_run: MakeRun) -> None:
    rings = {"R-1": "a b c"}
    runs = [
        make_run(rings, {"d1": "a b c"}, day=10, last={"d1": 9}),
        make_run(rings, {"d1": "a b c"}, day=16, last={"d1": 9}),
        make_run(rings, {"d1": "a b c"}, day=17, last={"d1": 9}),
        make_run(rings, {"d1": "a b c"}, day=18, last={"d1": 9}),
        make_run(rings, {"d1": "a b c", "d2": "a"}, day=20, last={"d1": 9}),
    ]
    before: Frames | None = None
    found = []
    for number, made in enumerate(runs):
        before = with_history(made, before, f"n{number}")
        found += [(number, row["event"], row["cause"]) for row in events(before, f"n{number}")]
    assert found[1:] == [
        (2, "dormant", "none of its 3 accounts was seen after 10 May 2025, when 3 used device d1"),
        (
            4,
            "returned",
            "seen again on 21 May 2025, when 1 used device d2, after a pause since 10 May 2025",
        ),
    ]


def test_a_ring_that_is_found_asleep_is_dormant_and_wakes(make_run: MakeRun) -> None:
    rings, uses = {"R-1": "a b c"}, {"d1": "a b c"}
    asleep = make_run(rings, uses, day=20, last={"d1": 9})
    awake = make_run(rings, {**uses, "d2": "b"}, day=21, last={"d1": 9})
    first = with_history(asleep, None, "n0")
    assert [row["event"] for row in events(first, "n0")] == ["born", "dormant"]
    again = with_history(asleep, first, "n1")
    assert events(again, "n1") == []
    assert [row["event"] for row in events(with_history(awake, again, "n2"), "n2")] == ["returned"]


def test_a_ring_that_is_called_otherwise_says_so(make_run: MakeRun) -> None:
    uses = {"d1": "a b c"}
    low = make_run(
        {"R-1": "a b c"}, uses, risk=dict.fromkeys("abc", 0.2), status={"R-1": "suspected"}
    )
    first = with_history(low, None, "n1")
    second = with_history(make_run({"R-1": "a b c"}, uses), first, "n2")
    assert [row["cause"] for row in events(second, "n2")] == [
        "ring, was suspected; its risk is 0.9 and was 0.2"
    ]


def test_a_run_without_history_may_be_the_first_night(make_run: MakeRun) -> None:
    plain = make_run({"R-1": "a b c"}, {"d1": "a b c"})
    second = with_history(make_run({"R-x": "a b c d"}, {"d1": "a b c d"}), plain, "n2")
    assert told(second, "n2") == [("R-1", "grew", None)]


def test_shuffled_rows_tell_the_same(make_run: MakeRun) -> None:
    uses = {"d1": "a b c", "d2": "p q r s", "both": "a b c p q r s"}
    made = [
        make_run({"R-1": "a b c p q r s"}, uses),
        make_run({"R-x": "a b c", "R-y": "p q r s"}, uses, day=12, hubs=("both",)),
    ]
    mixed = [
        {name: f.sample(fraction=1, shuffle=True, seed=3) for name, f in run.items()}
        for run in made
    ]
    plain = with_history(made[1], with_history(made[0], None, "n1"), "n2")
    again = with_history(mixed[1], with_history(mixed[0], None, "n1"), "n2")
    assert again["ring_events"].equals(plain["ring_events"])
    assert again["ring_roll"].equals(plain["ring_roll"])


def test_what_strangers_wrote_is_tamed_in_causes(make_run: MakeRun) -> None:
    nasty = "x\u202e\n<script>" + "y" * 90
    made = with_history(make_run({"R-1": "a b c"}, {nasty: "a b c"}), None, "n1")
    cause = str(events(made, "n1")[0]["cause"])
    assert cause.isprintable()
    assert len(cause) < 100
