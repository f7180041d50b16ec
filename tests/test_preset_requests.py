"""From what is asked about presets to what the core gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.engine.fake import FakeModel
from bridge.performer.performer import Performer, Settings
from bridge.presets.presets import Preset
from bridge.presets.requests import carry_out, program_change
from bridge.presets.store import PresetShelf
from bridge.vocabulary.events import Control, Raw, Recall, SetParameter, SetRange, SetVoice
from bridge.vocabulary.requests import ListPresets, LoadPreset, MorphPresets, PresetsReport, SavePreset


def test_how_things_are_set_is_kept_and_comes_back(tmp_path: Path) -> None:
    shelf, performer = PresetShelf(tmp_path), Performer(FakeModel(), Settings(mode="duet"))
    performer.receive(SetParameter(1.0, "scale", "blues"), 1.0)
    performer.receive(SetVoice(1.0, "lead", True, 7), 1.0)
    performer.receive(SetRange(1.0, "bass", 28, 55), 1.0)
    wanted = performer.status()
    assert carry_out(SavePreset("verse"), shelf, wanted, 1.0) == PresetsReport("verse")
    other = Performer(FakeModel(), Settings(mode="off", values={"temperature": 0.3}))
    recall = carry_out(LoadPreset("verse"), shelf, other.status(), 2.0)
    assert isinstance(recall, Recall)
    other.receive(recall, 2.0)
    for name in ("mode", "parameters", "voices", "ranges"):
        assert other.status()[name] == wanted[name]


def test_new_presets_get_programs_and_keep_them(tmp_path: Path) -> None:
    shelf, status = PresetShelf(tmp_path), Performer(FakeModel()).status()
    shelf.save("bridge", Preset(program=1))
    shelf.save("silent", Preset())
    for name in ("verse", "chorus", "verse", "silent"):
        carry_out(SavePreset(name), shelf, status, 1.0)
    assert shelf.programs() == {0: "verse", 1: "bridge", 2: "chorus"}
    assert program_change(Raw(1.0, b"\xc5\x02"), shelf) == LoadPreset("chorus")
    assert program_change(Raw(1.0, b"\xc5\x03"), shelf) is None
    assert program_change(Raw(1.0, b"\xd5\x02"), shelf) is None
    assert program_change(Control(1.0, 2, 2), shelf) is None


def test_a_morph_is_one_input(tmp_path: Path) -> None:
    shelf = PresetShelf(tmp_path)
    shelf.save("a", Preset({"temperature": 1.0}))
    shelf.save("b", Preset({"temperature": 2.0}))
    assert carry_out(MorphPresets("a", "b", 0.25), shelf, {}, 3.0) == Recall(
        3.0, "a to b, 0.25", {"temperature": 1.25}, {}, {}
    )
    assert carry_out(ListPresets(), shelf, {}, 3.0) == PresetsReport("a b")
    with pytest.raises(ValueError, match="no preset 'c'"):
        carry_out(MorphPresets("a", "c", 0.25), shelf, {}, 3.0)
