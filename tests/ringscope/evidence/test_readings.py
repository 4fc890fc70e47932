from __future__ import annotations

from graph.readings import INNOCENT, NONE_FITS, READINGS
from ringscope.evidence.chances import chance_sentences
from ringscope.evidence.naming import called, falls, listed, short
from ringscope.evidence.readings import CHECKS, MEANINGS, readings


def test_every_reading_of_the_graph_is_explained() -> None:
    assert set(MEANINGS) == {name for name, _ in READINGS}
    assert set(CHECKS) == {name for name, _ in INNOCENT} - {NONE_FITS}


def test_the_innocent_reading_stands_beside_the_reading() -> None:
    plain, innocent = readings("device farm", "household").sentences()
    assert plain.startswith("Plainest reading: device farm, that is, ")
    assert innocent.startswith("Innocent reading to rule out first: household. ")
    assert "No innocent reading" in readings("device farm", NONE_FITS).sentences()[1]
    assert readings(None, None).reading == "no plain reading"
    assert readings("<new>", "new").sentences()[0] == "Plainest reading: <new>."


def test_chance_is_said_without_guilt() -> None:
    assert chance_sentences(9.3)[0].startswith("Chance: 1 in 10⁹.")
    assert "not say that they are guilty" in chance_sentences(9.3)[1]
    assert chance_sentences(None) == ("It was not tested against chance.",)


def test_parts_in_words() -> None:
    assert falls([9, 4]) == "it falls into 9 + 4"
    assert falls([9, 4, 1]) == "it falls into 9 + 4; 1 account is cut off"
    assert falls([1, 1]) == "it falls into single accounts"
    assert falls([9, 5, 4, 3, 2, 2]) == "it falls into 9 + 5 + 4 + 3 and 2 smaller parts"
    assert (called("ip", "1.2.3.4"), listed(["a", "b", "c"])) == (
        "IP address 1.2.3.4",
        "a, b and c",
    )
    assert short("x\u202ey" + "z" * 99) == "x\\u202ey" + "z" * 39 + "…"
