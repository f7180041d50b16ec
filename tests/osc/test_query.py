"""The OSCQuery tree: every address, every parameter, and nothing else."""

from __future__ import annotations

import pytest

from bridge.osc import query
from bridge.osc.decode import decode
from bridge.osc.table import INCOMING, OUTGOING
from bridge.vocabulary.parameters import PARAMETERS, Values

STATUS = {"mode": "duet", "tempo": 120.0, "parameters": Values().by_name(), "turn": "human"}


def test_the_tree_has_the_addresses_of_the_table_and_a_node_for_each_parameter() -> None:
    controls = {f"/antiphon/set/{name}" for name in PARAMETERS}
    assert set(query.methods(query.tree({}))) == set(INCOMING) | set(OUTGOING) | controls


def test_a_parameter_tells_type_range_unit_value_and_what_it_does() -> None:
    code, node = query.answer(query.tree(STATUS), "/antiphon/set/silence", "")
    assert code == 200
    assert node == {
        "FULL_PATH": "/antiphon/set/silence",
        "ACCESS": 3,
        "DESCRIPTION": PARAMETERS["silence"].text,
        "TYPE": "f",
        "RANGE": [{"MIN": 0.1, "MAX": 10.0}],
        "CLIPMODE": ["none"],
        "UNIT": ["s"],
        "VALUE": [0.6],
    }


def test_choices_and_whole_numbers_are_told_as_such() -> None:
    root = query.tree(STATUS)
    scale = query.answer(root, "/antiphon/set/scale", "")[1]
    assert scale is not None and scale["TYPE"] == "s" and scale["VALUE"] == ["chromatic"]
    assert scale["RANGE"] == [{"VALS": list(PARAMETERS["scale"].choices)}]
    bars = query.answer(root, "/antiphon/set/bars", "VALUE")[1]
    assert bars == {"VALUE": [0]} and isinstance(bars["VALUE"][0], int)


def test_what_a_node_offers_is_what_antiphon_takes() -> None:
    def one(kind: str, limits: dict) -> object:
        if "VALS" in limits:
            return limits["VALS"][0]
        return {"i": int, "f": float}[kind](limits["MAX"]) if "MAX" in limits else 1

    root = query.tree(STATUS)
    for name in PARAMETERS:
        node = query.answer(root, f"/antiphon/set/{name}", "")[1]
        assert node is not None
        for kind, limits in zip(node["TYPE"], node["RANGE"], strict=True):
            assert decode(node["FULL_PATH"], [one(kind, limits)], 0.0) is not None


def test_buttons_are_told_from_what_is_set_and_from_what_is_only_heard() -> None:
    root = query.tree(STATUS)
    panic, mode, play = (query.answer(root, f"/antiphon/{name}", "")[1] for name in ("panic", "mode", "play"))
    assert panic is not None and panic["TYPE"] == "N" and panic["ACCESS"] == 2 and "RANGE" not in panic
    assert mode is not None and mode["VALUE"] == ["duet"] and mode["ACCESS"] == 3
    assert play is not None and play["TYPE"] == "iiiff" and play["ACCESS"] == 1
    assert play["RANGE"][0] == {"MIN": 0, "MAX": 127} and play["RANGE"][4] == {"MIN": 0}


@pytest.mark.parametrize(
    ("path", "attribute", "code"),
    [
        ("/", "", 200),
        ("/antiphon", "CONTENTS", 200),
        ("/antiphon/", "FULL_PATH", 200),
        ("/antiphon/panic", "VALUE", 204),
        ("/antiphon/panic", "COLOUR", 400),
        ("/antiphon/panik", "", 404),
        ("/antiphon/set/temperature/more", "VALUE", 404),
        ("/../../etc/passwd", "", 404),
        ("", "", 200),
    ],
)
def test_codes_are_those_of_the_proposal(path: str, attribute: str, code: int) -> None:
    got, found = query.answer(query.tree(STATUS), path, attribute)
    assert got == code and (found is None) == (code != 200)


def test_a_status_from_elsewhere_changes_no_other() -> None:
    query.tree(STATUS)
    assert "VALUE" not in query.tree({})["CONTENTS"]["antiphon"]["CONTENTS"]["mode"]
