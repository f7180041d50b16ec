"""The Max for Live devices: their container, their parameters, and what Ableton's guidelines ask that can be read."""

from __future__ import annotations

import json
import re
import struct
from typing import Any

import pytest
from places import ROOT

from bridge.osc.decode import decode
from bridge.vocabulary.parameters import PARAMETERS

pytest.importorskip("py2max")
import amxd
import device as devices
import layout
import words
from parts import short_unit

FOLDER = ROOT / "max_patches" / "Ableton Live"
NAMES = ("Antiphon", "Antiphon Voice")
# What Max 9 wrote of a MIDI effect that is not frozen, but for its patcher.
HEAD = b"ampf\x04\x00\x00\x00mmmm" + b"meta\x04\x00\x00\x00\x01\x00\x00\x00" + b"ptch"


def device(name: str) -> amxd.Device:
    return amxd.read((FOLDER / f"{name}.amxd").read_bytes())


def boxes(name: str) -> list[dict[str, Any]]:
    return [item["box"] for _, one in layout.patchers(device(name).patch["patcher"]) for item in one["boxes"]]


def parameters(name: str) -> dict[str, dict[str, Any]]:
    """What Live keeps of each control, by its long name."""
    found = [box["saved_attribute_attributes"]["valueof"] for box in boxes(name) if box.get("parameter_enable")]
    return {value["parameter_longname"]: value for value in found}


# --- the container ---------------------------------------------------------------------------------


def test_container_is_read_as_max_writes_it() -> None:
    patcher = b'{\n\t"patcher" : {}\n}\n\x00'
    data = HEAD + struct.pack("<I", len(patcher)) + patcher
    assert amxd.read(data) == amxd.Device("mmmm", 1, {"patcher": {}})
    assert amxd.chunks(data) == {"ampf": b"mmmm", "meta": b"\x01\0\0\0", "ptch": patcher}


def test_container_is_written_as_max_writes_it() -> None:
    data = amxd.write(amxd.Device("mmmm", 1, {"patcher": {"boxes": []}}))
    assert data.startswith(HEAD) and data.endswith(b"}\n\0")
    assert amxd.read(data) == amxd.Device("mmmm", 1, {"patcher": {"boxes": []}})


def test_frozen_device_gives_its_own_patcher() -> None:
    patcher = b'{"patcher": {"boxes": []}}\0'
    head = b"mx@c" + struct.pack(">III", 16, 0, 16 + len(patcher) + 2)
    files = b"dlst" + struct.pack(">I", 20) + b"sz32" + struct.pack(">II", 12, len(patcher))
    payload = head + patcher + b"xx" + files
    data = HEAD.replace(b"\x01\0\0\0ptch", b"\x07\0\0\0ptch") + struct.pack("<I", len(payload)) + payload
    assert amxd.read(data) == amxd.Device("mmmm", 7, {"patcher": {"boxes": []}})


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no chunk 'ampf'"),
        (b"RIFF", "4 bytes after the last chunk"),
        (b"ampf\x04\0\0\0mm", "chunk 'ampf' of 4 bytes where 2 are left"),
        (HEAD + b"\x02\0\0\0{]", "the patcher is no JSON"),
        (HEAD.replace(b"mmmm", b"zzzz") + b"\x02\0\0\0{}", "kind 'zzzz'"),
        (HEAD[:12] * 2, "'ampf' comes twice"),
        (b"ciph\x01\0\0\0x", "encrypted"),
    ],
)
def test_what_is_no_device_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(amxd.BadDevice, match=re.escape(why)):
        amxd.read(data)


# --- the devices ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_device_is_a_midi_effect_that_needs_nothing_beside_itself(name: str) -> None:
    found = device(name)
    patcher = found.patch["patcher"]
    assert found.kind == "mmmm" and patcher["openinpresentation"] == 1
    assert patcher["dependency_cache"] == [] and patcher["project"]["amxdtype"] == int.from_bytes(b"mmmm", "big")
    assert patcher["latency"] == 0 and patcher["is_mpe"] == 1
    texts = [box.get("text", "").split()[:1] for box in boxes(name)]
    assert not {"print", "antiphon", "v8", "js", "node.script"} & {word for words in texts for word in words}


@pytest.mark.parametrize("name", NAMES)
def test_device_fits_its_strip_in_whole_pixels(name: str) -> None:
    patcher = device(name).patch["patcher"]
    assert layout.faults(patcher) == []
    width = patcher["devicewidth"]
    shown = [item["box"]["presentation_rect"] for item in patcher["boxes"] if item["box"].get("presentation")]
    assert all(float(edge).is_integer() for rect in shown for edge in rect)
    assert max(top + down for _, top, _, down in shown) <= devices.HEIGHT
    assert min(left for left, *_ in shown) == width - max(left + across for left, _, across, _ in shown)


@pytest.mark.parametrize("name", NAMES)
def test_parameters_have_names_of_their_own_a_start_and_words_for_the_info_view(name: str) -> None:
    controls = [box for box in boxes(name) if box.get("parameter_enable")]
    found = parameters(name)
    assert len(found) == len(controls)
    names = {value[0] for key, value in device(name).patch["patcher"]["parameters"].items() if key.startswith("obj")}
    assert names == set(found)
    for box in controls:
        value = box["saved_attribute_attributes"]["valueof"]
        assert box["annotation"] and box["annotation_name"] and value["parameter_info"]
        assert not re.search(r"\[\d+\]|^live\.", value["parameter_longname"])
        if value["parameter_invisible"] == 0:  # automated: it has a modulation mode and starts somewhere
            assert value["parameter_modmode"] and value["parameter_initial_enable"]
        assert "val1" not in value.get("parameter_enum", [])


def test_the_24_have_ranges_units_and_starts_of_the_parameters() -> None:
    names = [name for bank in devices.BANKS.values() for name in bank]
    assert len(set(names)) == 24
    found = parameters("Antiphon")
    for name in names:
        value, parameter = found[words.shown_name(name)], PARAMETERS[name]
        (initial,) = value["parameter_initial"]
        if parameter.choices:
            assert value["parameter_enum"] == list(parameter.choices)
            assert parameter.choices[initial] == parameter.default
        else:
            assert (value["parameter_mmin"], value["parameter_mmax"]) == (parameter.low, parameter.high)
            assert initial == parameter.default and value["parameter_units"].endswith(short_unit(parameter))


def test_push_has_a_bank_for_each_eight() -> None:
    banks = device("Antiphon").patch["patcher"]["parameters"]["parameterbanks"]
    assert [len(bank["parameters"]) for bank in banks.values()] == [8, 8, 8]
    assert {name for bank in banks.values() for name in bank["parameters"]} <= set(parameters("Antiphon"))
    assert any(box.get("text") == "live.banks" for box in boxes("Antiphon"))


def test_nothing_inside_moves_a_parameter_so_that_undo_is_not_flooded() -> None:
    patcher = device("Antiphon").patch["patcher"]
    by_id = {item["box"]["id"]: item["box"] for item in patcher["boxes"]}
    into = {
        by_id[line["patchline"]["source"][0]].get("text", "")
        for line in patcher["lines"]
        if by_id[line["patchline"]["destination"][0]].get("parameter_enable")
    }
    assert into == {"r ---came"}  # a bang, on which a control says its value again


@pytest.mark.parametrize("name", NAMES)
def test_names_are_of_one_instance_alone(name: str) -> None:
    for box in boxes(name):
        kind, *words = box.get("text", "").split() or [""]
        if kind in ("s", "r") and words:
            assert words[0].startswith("---"), box["text"]


def test_device_says_only_what_is_understood() -> None:
    said = set()
    for box in boxes("Antiphon"):
        text = box.get("text", "").removeprefix("prepend ")
        if not text.startswith("/antiphon/"):
            continue
        address, *words = text.split()
        examples = {"/antiphon/note": [60, 0, 1], "/antiphon/transport": [1, 4.0], "/antiphon/tempo": [120.0],
                    "/antiphon/subscribe": [17401], "/antiphon/mode": ["duet"]}  # fmt: skip
        rest: list[Any] = examples.get(address, [])
        if address == "/antiphon/set":
            rest = [PARAMETERS[words[0]].default]
        assert decode(address, [*words, *rest], 0.0) is not None
        said.add(address)
    assert said >= {"/antiphon/note", "/antiphon/set", "/antiphon/mode", "/antiphon/transport", "/antiphon/tempo"}


def test_devices_are_json_that_max_reads() -> None:
    for name in NAMES:
        payload = amxd.chunks((FOLDER / f"{name}.amxd").read_bytes())["ptch"]
        assert payload.endswith(b"}\n\0") and json.loads(payload[:-1])["patcher"]["fileversion"] == 1
