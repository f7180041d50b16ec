"""From what is asked about presets to what the core gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.engine.fake import FakeModel
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.presets.presets import Preset
from bridge.presets.requests import carry_out, is_program_change, program_change
from bridge.presets.store import PresetShelf
from bridge.vocabulary.controllers import ANY_CHANNEL
from bridge.vocabulary.events import Control, Input, Raw, Recall, SetParameter, SetRange, SetVoice
from bridge.vocabulary.requests import ListPresets, LoadPreset, MorphPresets, PresetsReport, SavePreset, StepPreset


def test_how_things_are_set_is_kept_and_comes_back(tmp_path: Path) -> None:
    shelf, performer = PresetShelf(tmp_path), Performer(FakeModel(), Settings(mode="duet"))
    performer.receive(SetParameter(1.0, "scale", "blues"), 1.0)
    performer.receive(SetVoice(1.0, "lead", True, 7), 1.0)
    performer.receive(SetRange(1.0, "bass", 28, 55), 1.0)
    performer.receive(Recall(1.0, "", {}, {}, {}, binds={"stop": ("note:36@10", "cc:67")}), 1.0)
    wanted = performer.status()
    assert carry_out(SavePreset("verse"), shelf, wanted, 1.0) == PresetsReport("verse")
    other = Performer(FakeModel(), Settings(mode="off", values={"temperature": 0.3}))
    recall = carry_out(LoadPreset("verse"), shelf, other.status(), 2.0)
    assert isinstance(recall, Recall)
    other.receive(recall, 2.0)
    for name in ("mode", "parameters", "voices", "usual_voices", "ranges", "binds"):
        assert other.status()[name] == wanted[name]


def test_a_band_that_nobody_chose_comes_back_with_its_drums(tmp_path: Path) -> None:
    shelf, performer = PresetShelf(tmp_path), Performer(FakeModel(), Settings(mode="accompany"))
    assert performer.status()["plays"] == {"bass": 2, "drums": 10}  # the keys are the human's
    carry_out(SavePreset("verse"), shelf, performer.status(), 1.0)
    performer.receive(SetVoice(1.0, "drums", False, 10), 1.0)
    performer.receive(SetVoice(1.0, "strings", True, 5), 1.0)
    assert performer.status()["plays"] == {"bass": 2, "strings": 5}
    recall = carry_out(LoadPreset("verse"), shelf, performer.status(), 2.0)
    assert isinstance(recall, Recall)
    performer.receive(recall, 2.0)
    assert performer.status()["plays"] == {"bass": 2, "drums": 10}


def test_a_preset_keeps_its_program_and_a_new_one_claims_none(tmp_path: Path) -> None:
    shelf, status = PresetShelf(tmp_path), Performer(FakeModel()).status()
    shelf.save("bridge", Preset(program=1))
    for name in ("verse", "bridge", "verse"):
        carry_out(SavePreset(name), shelf, status, 1.0)
    assert shelf.programs() == {1: "bridge"}
    assert program_change(Raw(1.0, b"\xc5\x01"), shelf) == LoadPreset("bridge")
    assert program_change(Raw(1.0, b"\xc5\x00"), shelf) is None


@pytest.mark.parametrize(
    ("item", "channel", "selects"),
    [
        (Raw(1.0, b"\xc5\x02"), 6, True),
        (Raw(1.0, b"\xc5\x02"), 5, False),
        (Raw(1.0, b"\xc5\x02"), ANY_CHANNEL, True),
        (Raw(1.0, b"\xd5\x02"), ANY_CHANNEL, False),
        (Control(1.0, 2, 2), ANY_CHANNEL, False),
    ],
)
def test_a_program_is_selected_on_the_channel_asked_for(item: Input, channel: int, selects: bool) -> None:
    assert is_program_change(item, channel) is selects


def test_presets_are_stepped_through_by_name(tmp_path: Path) -> None:
    shelf = PresetShelf(tmp_path)
    with pytest.raises(ValueError, match="no presets"):
        carry_out(StepPreset(1), shelf, {"preset": ""}, 3.0)
    for name in "cab":
        shelf.save(name, Preset())

    def after(preset: str, step: int) -> str:
        recall = carry_out(StepPreset(step), shelf, {"preset": preset}, 3.0)
        assert isinstance(recall, Recall)
        return recall.preset

    assert [after(name, 1) for name in ("", "a", "b", "c", "a to b, 0.5")] == ["a", "b", "c", "a", "a"]
    assert [after(name, -1) for name in ("", "a", "b", "c")] == ["c", "c", "a", "b"]


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
