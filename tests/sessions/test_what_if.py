"""A recording played again: as it was, and with something changed."""

from __future__ import annotations

import pytest
from recorded_sets import SCRIPT, SETTINGS, STEERED, STEERING, load, record

from bridge.engine.fake import FakeModel
from bridge.performer.settings import Settings
from bridge.sessions.log import BadLog, Entry, SessionLog
from bridge.sessions.what_if import play_again
from bridge.vocabulary.events import Dropped, Input, Output, PlayNote, Recall, SetParameter, Sounded
from bridge.vocabulary.scales import tones


def log_of(script: list[Input], settings: Settings, until: float = 12.0) -> SessionLog:
    entries, _ = record(script, until, settings)
    return SessionLog(settings, "fake", "", tuple(entries))


def plans(log: SessionLog) -> list[PlayNote]:
    return [output for _, output in log.outputs() if isinstance(output, PlayNote)]


def until_the_end(log: SessionLog, end: float) -> list[tuple[float, Output]]:
    return [(time, output) for time, output in log.outputs() if time <= end]


@pytest.mark.parametrize(("script", "settings"), [(SCRIPT, SETTINGS), (STEERING, STEERED)])
def test_with_nothing_changed_the_same_is_played(script: list[Input], settings: Settings) -> None:
    log = log_of(script, settings)
    again = play_again(log, load, {})
    end = log.entries[-1][1]
    assert until_the_end(again, end) == log.outputs()
    assert len(plans(log)) > 5


def test_a_parameter_is_changed_throughout_whatever_was_set_on_the_way() -> None:
    script: list[Input] = [
        *SCRIPT[:4],
        SetParameter(2.0, "scale", "chromatic"),
        Recall(2.1, "any", {"scale": "blues", "root": "C", "temperature": 0.5}, {}, {}),
        *SCRIPT[4:],
    ]
    script.sort(key=lambda item: item.time)
    log = log_of(script, SETTINGS)
    other = play_again(log, load, {"scale": "whole_tone", "root": "Db"})
    assert plans(other) and {note.pitch % 12 for note in plans(other)} <= tones(1, "whole_tone")
    assert {note.pitch % 12 for note in plans(log)} - tones(1, "whole_tone")
    humans = [item for _, item in log.inputs() if not isinstance(item, (Sounded, Dropped))]
    assert [item for _, item in other.inputs() if not isinstance(item, (Sounded, Dropped))] == humans


def test_another_mode_or_seed() -> None:
    log = log_of(SCRIPT, SETTINGS)
    assert plans(play_again(log, load, {"mode": "off"})) == []
    assert plans(play_again(log, load, {"seed": 8})) != plans(log)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"warmth": 1.0}, "no parameter 'warmth'"),
        ({"temperature": 9.0}, "the range is"),
        ({"mode": "jazz"}, "no mode 'jazz'"),
        ({"seed": "x"}, "seed cannot be 'x'"),
        ({"low": 90.0, "high": 80.0}, "above high"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, float | str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        play_again(log_of(SCRIPT, SETTINGS, 3.0), load, changes)


def test_a_recording_begun_in_mid_set_is_refused() -> None:
    with pytest.raises(BadLog, match="mid-set"):
        play_again(SessionLog(SETTINGS, "fake", "", (), whole=False), load, {})


def test_other_models_come_in_at_their_times() -> None:
    entries: list[Entry] = [["in", 1.0, SCRIPT[0]], ["model", 2.0, "second", ""], ["heal", 2.5], ["in", 3.0, SCRIPT[2]]]
    asked: list[str] = []

    def loading(name: str, digest: str) -> FakeModel:
        asked.append(name)
        return FakeModel(name)

    again = play_again(SessionLog(SETTINGS, "first", "", tuple(entries)), loading, {})
    assert asked == ["first", "second"]
    assert [entry[2] for entry in again.entries if entry[0] == "model"] == ["second"]
