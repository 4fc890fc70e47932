from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from models.reasons import NOTHING
from ringscope.verdicts import Verdict, apart_of, labels_of, obey
from ringscope.verdicts.conflicts import between

Frames = dict[str, pl.DataFrame]


def frames(
    rings: dict[str, str],
    status: str = "ring",
    labels: str = "",
    day: str = "d",
    orphans: str = "",
) -> Frames:
    """Frames of a run: ring_id -> accounts separated by spaces; a ring shares one device.

    `labels` names accounts that are labelled spam, `orphans` members that share nothing.
    """
    members = [(ring, account) for ring, names in rings.items() for account in names.split()]
    pairs = [
        (a, b, "device", f"{day}-{ring}", 0.5)
        for ring, names in rings.items()
        for a in names.split()
        for b in names.split()
        if a < b and not {a, b} & {*orphans.split()}
    ]
    place = "in ring" if status == "ring" else f"in the {status} ring"
    reason = {
        account: f"raises: core member {place} {ring} of 4 (x); new" for ring, account in members
    }
    accounts = sorted({account for _, account in members} | {"zz"})
    shown = status in {"ring", "confirmed", "contested"}
    spot = {account: ring for ring, account in members} if shown else {}
    return {
        "rings": pl.DataFrame(
            {"ring_id": list(rings), "status": status, "why": "They share a device."}
        ).with_columns(labelled_spam=pl.lit(0), labelled_honest=pl.lit(0)),
        "ring_members": pl.DataFrame(
            members, schema=["ring_id", "account_id"], orient="row"
        ).with_columns(
            role=pl.lit("core"),
            confidence=pl.when(pl.col("account_id").is_in(orphans.split())).then(0.7),
        ),
        "evidence": pl.DataFrame(
            pairs, schema=["account_a", "account_b", "kind", "value", "weight"], orient="row"
        ),
        "accounts": pl.DataFrame({"account_id": accounts}).with_columns(
            label=pl.when(pl.col("account_id").is_in(labels.split())).then(1)
        ),
        "scores": pl.DataFrame(
            {
                "account_id": accounts,
                "ring_id": [spot.get(a) for a in accounts],
                "ring_role": ["core" if a in spot else None for a in accounts],
                "reasons": [reason.get(a, "low risk") for a in accounts],
            },
            schema_overrides={"ring_id": pl.String, "ring_role": pl.String},
        ),
    }


def said(act: str, accounts: str, n: int = 1, **more: object) -> Verdict:
    known = {"identifiers": (("device", "d-R-1"),), "ring_id": "R-1", "why": "seen"} | more
    return Verdict(
        act, "ann", "2026-05-03T10:00:00", accounts=tuple(accounts.split()), n=n, **known
    )  # type: ignore[arg-type]


def statuses(got: Frames) -> dict[str, str]:
    return dict(got["rings"].select("ring_id", "status").iter_rows())


def test_without_verdicts_nothing_changes() -> None:
    given = frames({"R-1": "a b c d"})
    got = obey(given, [])
    assert all(got.frames[name].equals(frame) for name, frame in given.items())
    assert (got.effects, got.conflicts, got.tonight) == ([], [], [])


def test_a_confirmed_ring_is_called_so_even_if_it_was_only_suspected() -> None:
    got = obey(
        frames({"R-1": "a b c d", "R-2": "e f g"}, "suspected"), [said("confirm", "a b c d")]
    )
    assert statuses(got.frames) == {"R-1": "confirmed", "R-2": "suspected"}
    scores = {row["account_id"]: row for row in got.frames["scores"].to_dicts()}
    assert scores["a"]["ring_id"] == "R-1"
    assert scores["a"]["ring_role"] == "core"
    assert scores["a"]["reasons"] == "raises: core member in the confirmed ring R-1 of 4 (x); new"
    assert scores["e"]["ring_id"] is None
    assert "in the suspected ring R-2" in scores["e"]["reasons"]
    why = dict(got.frames["rings"].select("ring_id", "why").iter_rows())
    assert why["R-1"] == "They share a device. Confirmed by ann on 2026-05-03 (seen)."


def test_a_rejected_ring_stays_away_under_any_id() -> None:
    given = frames({"R-9": "a b c d"})
    knows = said("reject", "a b c d", identifiers=(("device", "d-R-9"),))
    got = obey(given, [knows])
    assert statuses(got.frames) == {"R-9": "rejected"}
    assert got.frames["scores"]["ring_id"].null_count() == 5
    assert got.frames["scores"].filter(account_id="a")["reasons"].to_list() == ["new"]
    assert got.effects == [{"ring_id": "R-9", "verdict": "v1", "status": "rejected"}]


def test_an_account_with_no_other_reason_says_so() -> None:
    given = frames({"R-1": "a b c d"})
    only = pl.col("reasons").str.replace("; new", "")
    given["scores"] = given["scores"].with_columns(only)
    got = obey(given, [said("reject", "a b c d")])
    assert got.frames["scores"].filter(account_id="a")["reasons"].to_list() == [NOTHING]


@pytest.mark.parametrize(
    ("members", "share", "status"),
    [
        ("a b c d", 0.0, "rejected"),
        ("a b c d e", 1 - 6 / 10, "rejected"),
        ("a b c d e f", 1 - 6 / 15, "contested"),
        ("a b c d e f g h", 1 - 6 / 28, "contested"),
    ],
)
def test_a_rejected_ring_comes_back_when_enough_is_new(
    members: str, share: float, status: str
) -> None:
    got = obey(frames({"R-1": members}), [said("reject", "a b c d")], new_evidence=0.5)
    assert statuses(got.frames) == {"R-1": status}
    if status == "contested":
        why = got.frames["rings"]["why"][0]
        assert (
            f"Rejected by ann on 2026-05-03 (seen), but since then {share:.0%} of the evidence"
            in why
        )
        assert f"{len(members.split()) - 4} of {len(members.split())} members joined" in why
        assert got.frames["scores"].filter(account_id="a")["ring_id"].to_list() == ["R-1"]
        assert [c.verdicts for c in got.tonight] == [("v1",)]


def test_the_same_accounts_with_another_device_are_new_evidence() -> None:
    got = obey(frames({"R-1": "a b c d"}, day="fresh"), [said("reject", "a b c d")])
    assert statuses(got.frames) == {"R-1": "contested"}
    assert (
        "100% of the evidence is new, they share device fresh-R-1" in got.frames["rings"]["why"][0]
    )


def test_the_amount_of_new_evidence_is_a_setting() -> None:
    given, verdict = frames({"R-1": "a b c d e"}), [said("reject", "a b c d")]
    assert statuses(obey(given, verdict, new_evidence=0.3).frames) == {"R-1": "contested"}
    assert statuses(obey(given, verdict, new_evidence=1.0).frames) == {"R-1": "rejected"}


def test_the_later_verdict_stands_and_the_conflict_is_shown() -> None:
    verdicts = [said("reject", "a b c d", 1), said("confirm", "a b c d", 2)]
    got = obey(frames({"R-1": "a b c d"}), verdicts)
    assert statuses(got.frames) == {"R-1": "confirmed"}
    (conflict,) = got.conflicts
    assert conflict.verdicts == ("v1", "v2")
    assert conflict.sentence == (
        "v2 confirms what v1 rejects (4 accounts in common); v2, the later, stands."
    )


def test_a_ring_made_of_a_rejected_and_a_confirmed_one_is_contested() -> None:
    verdicts = [said("confirm", "a b c", 1), said("reject", "e f g", 2)]
    got = obey(frames({"R-1": "a b c e f g"}), verdicts)
    assert statuses(got.frames) == {"R-1": "contested"}
    assert "now they are together" in got.frames["rings"]["why"][0]


def test_verdicts_about_others_do_not_matter() -> None:
    got = obey(frames({"R-1": "a b c d"}), [said("reject", "a x y z w v"), said("confirm", "q r")])
    assert statuses(got.frames) == {"R-1": "ring"}


def test_labels_that_speak_against_a_verdict_are_a_conflict() -> None:
    got = obey(frames({"R-1": "a b c d"}, labels="a b c"), [said("reject", "a b c d")])
    assert [c.sentence for c in got.tonight] == [
        "It was rejected by ann on 2026-05-03 (seen), but 3 of its 3 labelled members are "
        "labelled spam."
    ]


def test_labels_of_orphans_do_not_speak_against_a_confirmed_ring() -> None:
    given = frames({"R-1": "a b c d e"}, labels="a", orphans="d e")
    honest = pl.when(pl.col("account_id").is_in(["d", "e"])).then(0).otherwise("label")
    given["accounts"] = given["accounts"].with_columns(label=honest)
    assert obey(given, [said("confirm", "a b c")]).tonight == []
    assert len(obey(given, [said("reject", "a b c d e")]).tonight) == 0


def test_orphans_are_not_new_in_a_confirmed_ring() -> None:
    got = obey(frames({"R-1": "a b c d e f"}, orphans="e f"), [said("confirm", "a b c")])
    assert statuses(got.frames) == {"R-1": "confirmed"}
    why = got.frames["rings"]["why"][0]
    assert why.endswith("Confirmed by ann on 2026-05-03 (seen); 1 member joined since then.")


def test_a_ring_keeps_its_verdict_when_its_orphans_are_more_than_its_members() -> None:
    given = frames({"R-1": "a b c d e f g h"}, orphans="d e f g h")
    assert statuses(obey(given, [said("confirm", "a b c")]).frames) == {"R-1": "confirmed"}
    given = frames({"R-1": "a b c"})
    verdict = said("reject", "a b c d e f g h")
    assert statuses(obey(given, [verdict]).frames) == {"R-1": "rejected"}


def test_orphans_take_no_verdict_to_another_ring() -> None:
    given = frames({"R-2": "p q r d e f"}, orphans="d e f")
    got = obey(given, [said("reject", "a b c d e f")])
    assert statuses(got.frames) == {"R-2": "ring"}
    assert got.effects == []


def test_a_confirmed_ring_that_is_not_found_is_told() -> None:
    given = frames({"R-1": "a b c d"})
    got = obey(given, [said("confirm", "a zz", 1, ring_id="R-7"), said("confirm", "q r", 2)])
    assert [(c.verdicts, c.ring_id, c.sentence) for c in got.tonight] == [
        (
            ("v1",),
            "R-7",
            "It was confirmed by ann on 2026-05-03 (seen), but tonight no ring is made of these "
            "2 accounts.",
        )
    ]


def test_confirming_people_who_are_kept_apart_is_a_conflict() -> None:
    apart = Verdict("not-linked", "bob", "2026-05-01T00:00:00", accounts=("a", "b"), n=1)
    (found,) = between([apart, said("confirm", "a b c", 2)])
    assert found.sentence.startswith("v1 keeps a and b apart, which are both in R-1")
    split = said("split", "a b c d", 3, groups=(("a", "b"), ("c", "d")))
    (found,) = between([split, said("confirm", "b c d", 4)])
    assert "confirms accounts of 2 parts into which v3 split R-1" in found.sentence


def test_rules_of_who_stays_apart() -> None:
    ids = pl.Series(["a", "b", "c", "d"])
    apart = Verdict("not-linked", "bob", "x", accounts=("a", "gone"), n=1)
    split = Verdict("split", "bob", "x", accounts=("a", "b", "d"), groups=(("a", "b"), ("d",)), n=2)
    got = apart_of([apart, split, said("confirm", "a b")], ids)
    assert got is not None
    assert got.rows() == [(1, 0, 0), (2, 0, 0), (2, 0, 1), (2, 1, 3)]
    assert apart_of([said("confirm", "a b")], ids) is None


def test_members_of_confirmed_and_of_rejected_rings_are_labels() -> None:
    verdicts = [said("confirm", "b a", 1), said("confirm", "c d", 2), said("reject", "d e", 3)]
    assert labels_of(verdicts) == {"a": 1, "b": 1, "c": 1, "d": 0, "e": 0}


@pytest.mark.parametrize("seed", range(3))
def test_shuffled_rows_give_the_same(seed: int) -> None:
    given = frames({"R-1": "a b c d", "R-2": "e f g h i j", "R-3": "k l m"})
    verdicts = [said("reject", "a b c d", 1), said("confirm", "e f g", 2), said("reject", "k l", 3)]
    expected = obey(given, verdicts)
    rng = int(np.random.default_rng(seed).integers(1000))
    mixed = {
        name: frame.sample(fraction=1, shuffle=True, seed=rng)
        if name in {"evidence", "ring_members"}
        else frame
        for name, frame in given.items()
    }
    got = obey(mixed, verdicts)
    assert got.frames["rings"].equals(expected.frames["rings"]), rng
    assert got.frames["scores"].equals(expected.frames["scores"]), rng
    assert got.tonight == expected.tonight
