"""What a performer sets holds for every note, in every mode, whatever is played."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path

import pytest
from engine_models import FAMILIES, load, write_model
from hypothesis import given, settings
from hypothesis import strategies as st
from performing import phrase, simulation

from bridge.engine.fake import FakeModel
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.sessions.log import Session
from bridge.sessions.simulation import Simulation
from bridge.vocabulary.codec import DRUMS, VOICES
from bridge.vocabulary.controllers import Binding
from bridge.vocabulary.events import (
    CancelNotes,
    Control,
    ErrorReport,
    Input,
    Learn,
    NoteOff,
    NoteOn,
    Output,
    PlayNote,
    Recall,
    Reset,
    Respond,
    SetMode,
    SetParameter,
    SetRange,
    SetTempo,
    SetVoice,
    Unlearn,
)
from bridge.vocabulary.scales import PITCH_CLASSES, SCALES

C_MAJOR = {0, 2, 4, 5, 7, 9, 11}


class WatchedSession(Session):
    """Holds every note against the rules that are valid as it is drawn."""

    def __init__(self, performer: Performer) -> None:
        super().__init__(performer)
        self.played: list[tuple[PlayNote, int]] = []

    def take_outputs(self, now: float) -> list[Output]:
        outputs = super().take_outputs(now)
        for output in outputs:
            if isinstance(output, PlayNote):
                note = self.performer.stage.ledger.get(output.note_id)
                assert note is not None
                self.played.append((output, note.voice))
                self.check(output, note.voice)
        return outputs

    def check(self, note: PlayNote, voice: int) -> None:
        stage = self.performer.stage
        assert note.pitch in allowed(stage, voice), f"{VOICES[voice]} plays {note.pitch}"
        books = [other for other in stage.ledger if other.state != "cancelled"]
        later = (n.onset for n in books if note.release is not None and note.onset < n.onset < note.release)
        for time in (note.onset, *later):
            sounding = [n for n in books if n.onset <= time and (n.release is None or time < n.release)]
            assert len(sounding) <= stage.values.polyphony
        beat = 60.0 / stage.clock.bpm
        for begin in (other.onset for other in books):
            # A hair less than a beat: rounding must not decide.
            if begin <= note.onset < begin + beat - 1e-6:
                within = [n for n in books if begin <= n.onset < begin + beat - 1e-6]
                assert len(within) <= stage.values.most


def allowed(stage, voice: int) -> set[int]:  # type: ignore[no-untyped-def]
    """The rules said once more, plainly: what is set, then what is heard as far as it leaves something."""
    values = stage.values
    low, high = stage.ranges.get(VOICES[voice], (0, 127))
    if voice == DRUMS:
        return set(range(low, high + 1))
    left = set(range(max(low, values.low), min(high, values.high) + 1))
    held = {note.pitch for note in stage.hands._held.values() if note.channel != 10}
    if values.avoid_doubling == "pitch":
        left -= held
    if values.avoid_doubling == "class":
        left = {pitch for pitch in left if pitch % 12 not in {other % 12 for other in held}}
    scale, root = values.scale, values.root
    if scale not in ("chromatic", "heard") and root != "heard":
        classes = {(PITCH_CLASSES.index(root) + step) % 12 for step in SCALES[scale]}
        left = {pitch for pitch in left if pitch % 12 in classes}
    elif scale != "chromatic" and stage.tuning.harmony.key is not None:
        key = stage.tuning.harmony.key
        assert (scale in (key.scale, "heard")) and root in (PITCH_CLASSES[key.root], "heard")
        left = {pitch for pitch in left if pitch % 12 in key.tones} or left
    if values.chord == "on" and stage.tuning.harmony.chord is not None:
        left = {pitch for pitch in left if pitch % 12 in stage.tuning.harmony.chord.tones} or left
    return left


def watched(mode: str, step: float = 0.002, **options: object) -> tuple[Simulation, WatchedSession]:
    session = WatchedSession(Performer(FakeModel(), Settings(mode=mode, seed=5, **options)))  # type: ignore[arg-type]
    return Simulation(session, step=step), session


def scale_run(start: float = 1.0, pitches: tuple[int, ...] = (60, 64, 67, 72, 65, 69, 62, 71) * 2) -> list[Input]:
    script: list[Input] = []
    for index, pitch in enumerate(pitches):
        script += [NoteOn(start + 0.2 * index, pitch, 80), NoteOff(start + 0.2 * index + 0.15, pitch)]
    return script


def classes(session: WatchedSession) -> set[int]:
    return {note.pitch % 12 for note, _ in session.played}


# --- one rule at a time ------------------------------------------------------------------------------

MODES = pytest.mark.parametrize("mode", ["respond", "duet", "harmonize"])


@MODES
def test_a_fixed_scale_holds(mode: str) -> None:
    sim, session = watched(mode, values={"scale": "whole_tone", "root": "Db"})
    sim.play(scale_run(), until=10.0)
    assert len(session.played) > 5
    assert classes(session) <= {1, 3, 5, 7, 9, 11}


@MODES
def test_the_heard_key_is_kept_to(mode: str) -> None:
    sim, session = watched(mode, values={"scale": "heard"})
    sim.play(scale_run(), until=10.0)
    assert str(session.performer.stage.tuning.harmony.key) == "C major"
    late = {note.pitch % 12 for note, _ in session.played if note.onset > 2.0}
    assert late and late <= C_MAJOR


def test_a_heard_root_carries_a_fixed_scale() -> None:
    sim, session = watched("duet", values={"scale": "dorian", "root": "heard"})
    sim.play(scale_run(pitches=(62, 65, 69, 71, 72, 74, 69, 62) * 3), until=10.0)
    assert str(session.performer.stage.tuning.harmony.key) == "D dorian"
    assert {note.pitch % 12 for note, _ in session.played if note.onset > 3.0} <= C_MAJOR


def test_the_left_hand_says_the_chord() -> None:
    sim, session = watched("harmonize", values={"chord": "on", "split": 55})
    left: list[Input] = [NoteOn(1.0, pitch, 80) for pitch in (41, 45, 48)]
    right: list[Input] = [NoteOn(2.0 + 0.3 * index, pitch, 80) for index, pitch in enumerate((73, 74, 75, 76))]
    sim.play([*left, *right], until=5.0)
    assert str(session.performer.stage.tuning.harmony.chord) == "F"
    assert {note.pitch % 12 for note, _ in session.played if note.onset >= 2.0} <= {5, 9, 0}


def test_each_voice_keeps_to_its_range() -> None:
    sim, session = watched("respond", ranges={"bass": (30, 40)}, values={"low": 36})
    sim.play(scale_run(), until=10.0)
    basses = {note.pitch for note, voice in session.played if VOICES[voice] == "bass"}
    assert basses and basses <= set(range(36, 41))


def test_what_the_human_holds_is_not_doubled_and_the_machine_rests_where_nothing_else_is_left() -> None:
    values = {"low": 60, "high": 64, "scale": "major", "root": "C", "avoid_doubling": "class", "harmonies": 1}
    sim, session = watched("harmonize", values=values)
    sim.play([NoteOn(1.0, 48, 80), NoteOn(1.5, 50, 80)], until=1.6)
    assert [note.pitch for note, _ in session.played[1:]] == [64]
    sim.play([NoteOn(2.0, 76, 80)], until=3.0)
    assert len(session.played) == 2, "C, D and E are held, nothing is left"
    sim.play([NoteOff(3.0, 48), NoteOff(3.1, 76), NoteOn(3.2, 40 + 7, 80)], until=4.0)
    assert len(session.played) == 3


@pytest.mark.parametrize("mode", ["respond", "duet"])
def test_a_voice_with_nothing_left_rests(mode: str) -> None:
    sim, session = watched(mode, values={"low": 60, "high": 60, "avoid_doubling": "pitch", "top_p": 0.95})
    sim.play([NoteOn(1.0, 60, 80), Respond(1.1)], until=3.0)
    assert session.played == []
    sim.play([NoteOff(3.0, 60), Respond(3.1)], until=5.0)
    assert {note.pitch for note, _ in session.played} == {60}


def test_harmonies_give_way_to_newer_ones_at_the_ceiling_of_voices() -> None:
    sim, session = watched("harmonize", values={"polyphony": 3, "harmonies": 2})
    sim.play([NoteOn(1.0, 60, 80), NoteOn(2.0, 64, 80), NoteOn(3.0, 67, 80)], until=4.0)
    assert len(session.played) == 6
    assert len(sim.port.sounding) == 3
    sim.play([NoteOff(4.0, pitch) for pitch in (60, 64, 67)], until=4.1)
    assert not sim.port.sounding


@MODES
def test_no_beat_sees_more_notes_than_allowed(mode: str) -> None:
    sim, session = watched(mode, values={"most": 1, "share": 4.0, "length": 3.0}, tempo=120.0)
    sim.play(scale_run(), until=16.0)
    cancelled = {i for _, output in sim.outputs if isinstance(output, CancelNotes) for i in output.note_ids}
    onsets = sorted(note.onset for note, _ in session.played if note.note_id not in cancelled)
    assert len(onsets) > 3
    assert all(later - earlier >= 0.5 - 1e-9 for earlier, later in itertools.pairwise(onsets))


@pytest.mark.parametrize("mode", ["respond", "duet", "accompany"])
@pytest.mark.parametrize(
    "groove",
    [
        {"quantize": 8.0, "strength": 0.6},
        {"swing": 0.7},
        {"humanize": 50.0},
        {"offset": -150.0},
        {"quantize": 16.0, "swing": 0.66, "humanize": 40.0, "offset": 60.0},
    ],
    ids=lambda groove: "-".join(groove),
)
def test_a_beat_and_the_voices_at_once_are_counted_where_notes_sound(mode: str, groove: dict[str, float]) -> None:
    for limits in ({"most": 2.0}, {"polyphony": 1.0}, {"most": 3.0, "polyphony": 2.0}):
        sim, session = watched(mode, values={**groove, **limits, "share": 4.0}, tempo=120.0)
        sim.play(scale_run(), until=10.0)
        assert len(session.played) > 3
        gone = {i for _, output in sim.outputs if isinstance(output, CancelNotes) for i in output.note_ids}
        onsets = sorted(note.onset for note, _ in session.played if note.note_id not in gone)
        most = int(limits.get("most", 64))
        assert all(onsets[i + most] - onsets[i] >= 0.5 - 1e-6 for i in range(len(onsets) - most))


def test_a_tracked_key_that_leaves_nothing_widens() -> None:
    sim, session = watched("harmonize", values={"scale": "heard", "low": 61, "high": 61, "harmonies": 1})
    sim.play(scale_run(), until=6.0)
    assert str(session.performer.stage.tuning.harmony.key) == "C major"
    assert {note.pitch for note, _ in session.played} == {61}


def test_another_scale_takes_back_what_is_planned() -> None:
    sim, session = watched("duet", values={"scale": "major", "root": "C", "lookahead": 2.0})
    sim.play(scale_run(), until=4.5)
    sim.play([SetParameter(4.5, "root", "F#")], until=9.0)
    cancelled = {i for _, output in sim.outputs if isinstance(output, CancelNotes) for i in output.note_ids}
    after = [note for note, _ in session.played if note.onset > 4.5 and note.note_id not in cancelled]
    assert after and {note.pitch % 12 for note in after} <= {(tone + 6) % 12 for tone in C_MAJOR}


def test_an_answer_goes_on_in_the_new_scale() -> None:
    sim, session = watched("respond", values={"scale": "major", "root": "C", "lookahead": 1.0})
    sim.play(scale_run(), until=5.5)
    already = len(session.played)
    sim.play([SetParameter(5.5, "root", "F#")], until=12.0)
    assert 0 < already < len(session.played)
    assert {note.pitch % 12 for note, _ in session.played[already:]} <= {(tone + 6) % 12 for tone in C_MAJOR}


@pytest.mark.parametrize(
    ("earlier", "item", "message"),
    [
        ({"low": 61, "high": 61}, Recall(1.0, "", {"scale": "major", "root": "C"}, {}, {}), "scale cannot be C major"),
        ({"scale": "major", "root": "C", "high": 63}, SetRange(1.0, "bass", 61, 61), "none of C D E F G A B lies"),
        ({"scale": "major", "root": "C"}, SetRange(1.0, "keys", 66, 66), "voice keys plays from 66 to 66"),
        ({"high": 50}, SetRange(1.0, "bass", 60, 72), "low 0, high 50 do not meet"),
        ({}, SetRange(1.0, "bass", 72, 60), "the lower one first"),
        ({}, SetRange(1.0, "kazoo", 1, 2), "no voice 'kazoo'"),
        ({}, Recall(1.0, "", {"scale": "jazz"}, {}, {}), "choose from chromatic"),
        ({}, Recall(1.0, "", {"temperature": 0.5}, {"kazoo": (True, 1)}, {}), "no voice 'kazoo'"),
        ({}, Recall(1.0, "", {"temperature": 0.5}, {}, {}, "jazz"), "no mode 'jazz'"),
        ({}, Learn(1.0, "warmth"), "nothing to learn is called 'warmth'"),
        ({}, Unlearn(1.0, "temperature"), "no controller steers 'temperature'"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(earlier: dict[str, float], item: Input, message: str) -> None:
    performer = Performer(FakeModel(), Settings(values=earlier))
    before = performer.status()
    with pytest.raises(ValueError, match=message):
        performer.receive(item, 1.0)
    assert performer.status() == before
    assert performer.take_outputs() == []


def test_a_preset_is_taken_whole_in_whatever_order_it_is_written() -> None:
    performer = Performer(FakeModel(), Settings(values={"low": 10, "high": 20}))
    performer.receive(Recall(1.0, "up", {"low": 80.0, "high": 90.0}, {"bass": (False, 2)}, {"lead": (82, 84)}), 1.0)
    status = performer.status()
    assert (status["parameters"]["low"], status["parameters"]["high"]) == (80.0, 90.0)  # type: ignore[index]
    assert status["preset"] == "up"
    assert status["voices"]["bass"] == [False, 2]  # type: ignore[index]
    assert status["ranges"] == {"lead": [82, 84]}


@pytest.mark.parametrize("family", FAMILIES)
def test_real_graphs_keep_every_rule_too(tmp_path: Path, family: str) -> None:
    model = load(write_model(tmp_path / family, family))
    values = {
        "scale": "heard", "chord": "on", "avoid_doubling": "class", "polyphony": 3, "most": 2, "low": 40, "high": 80,
        "temperature": 3.0, "top_p": 1.0,
    }  # fmt: skip
    for mode in ("respond", "duet", "harmonize"):
        performer = Performer(model, Settings(mode=mode, seed=5, values=values, ranges={"bass": (40, 52)}))
        session = WatchedSession(performer)
        sim = Simulation(session)
        sim.play([*scale_run(), SetParameter(4.5, "scale", "blues"), SetParameter(4.6, "root", "Bb")], until=9.0)
        assert session.played
        model.reset()


# --- controllers ---------------------------------------------------------------------------------------


def parameters_of(sim: Simulation) -> dict[str, object]:
    return {**sim.session.performer.stage.values.by_name()}


def test_the_next_controller_that_is_turned_is_learnt_and_no_longer_passed_on() -> None:
    sim, _ = watched("off", values={"thru": "on"})
    turned = [Control(1.2 + 0.01 * step, 21, value, 3) for step, value in enumerate((20, 12, 0))]
    sim.play([Learn(1.0, "temperature"), Control(1.1, 64, 127), *turned], until=1.5)
    assert parameters_of(sim)["temperature"] == 0.0
    sim.play([Control(1.6, 21, 127, 3), Control(1.7, 21, 64, 4), Control(1.8, 22, 5)], until=2.0)
    assert parameters_of(sim)["temperature"] == 3.0
    assert [data for _, data in sim.sent] == [
        b"\xb0\x40\x7f", b"\xb2\x15\x14", b"\xb2\x15\x0c", b"\xb3\x15\x40", b"\xb0\x16\x05",
    ]  # fmt: skip
    sim.play([Unlearn(2.1, "temperature"), Control(2.2, 21, 0, 3)], until=2.5)
    assert parameters_of(sim)["temperature"] == 3.0
    assert sim.sent[-1][1] == b"\xb2\x15\x00"


def test_a_controller_follows_its_own_range_and_splits_choices_evenly() -> None:
    bindings = {
        "temperature": Binding(21, 1, 1.5, 0.5),
        "scale": Binding(22, 0, 0.0, 0.0),
        "low": Binding(23, 0, 0, 127),
    }
    sim, _ = watched("off", controllers=bindings)
    sim.play([Control(1.0, 21, 127), Control(1.1, 22, 127, 9), Control(1.2, 23, 61)], until=2.0)
    values = parameters_of(sim)
    assert (values["temperature"], values["scale"], values["low"]) == (0.5, "heard", 61.0)
    sim.play([Control(2.1, 22, 8)], until=2.2)
    assert parameters_of(sim)["scale"] == "major"


def test_a_controller_that_would_leave_nothing_stays_where_it_could_follow() -> None:
    sim, _ = watched("off", values={"high": 60}, controllers={"low": Binding(23, 0, 0, 127)})
    sim.play([Control(1.0 + 0.01 * value, 23, value) for value in range(0, 128, 3)], until=4.0)
    assert parameters_of(sim)["low"] == 60.0
    assert [o.code for _, o in sim.outputs if isinstance(o, ErrorReport)] == ["controller-stuck"]


# --- for any settings and inputs -----------------------------------------------------------------------

PITCH = st.integers(46, 62)
VALUES = {
    "low": st.sampled_from([0.0, 40.0, 55.0, 60.0]),
    "high": st.sampled_from([127.0, 72.0, 61.0]),
    "scale": st.sampled_from(["chromatic", "heard", "major", "blues", "whole_tone", "minor_pentatonic"]),
    "root": st.sampled_from(["heard", "C", "F#", "Bb"]),
    "chord": st.sampled_from(["off", "on"]),
    "split": st.sampled_from([0.0, 52.0]),
    "avoid_doubling": st.sampled_from(["off", "pitch", "class"]),
    "polyphony": st.sampled_from([1.0, 2.0, 4.0, 32.0]),
    "most": st.sampled_from([1.0, 2.0, 4.0, 64.0]),
    "harmonies": st.sampled_from([1.0, 4.0]),
    "lookahead": st.sampled_from([0.05, 0.5]),
    "quantize": st.sampled_from([0.0, 8.0]),
    "swing": st.sampled_from([0.5, 0.7]),
    "humanize": st.sampled_from([0.0, 30.0]),
    "offset": st.sampled_from([0.0, -80.0]),
}
CONTROLLERS = {"low": Binding(20, 0, 0, 127), "root": Binding(21, 0, 0, 0), "polyphony": Binding(22, 0, 1, 32)}


@st.composite
def any_value(draw: st.DrawFn) -> SetParameter:
    name = draw(st.sampled_from(sorted(VALUES)))
    return SetParameter(0.0, name, draw(VALUES[name]))


VOICE = st.sampled_from(["keys", "bass", "lead", "drums"])
SPAN = st.sampled_from([(0, 127), (36, 60), (60, 61), (58, 64)])
ANY_INPUT = st.one_of(
    st.builds(NoteOn, st.just(0.0), PITCH, st.integers(1, 127), st.sampled_from([1, 1, 1, 10])),
    st.builds(NoteOn, st.just(0.0), PITCH, st.integers(1, 127)),
    st.builds(NoteOn, st.just(0.0), PITCH, st.integers(1, 127)),
    st.builds(NoteOff, st.just(0.0), PITCH),
    st.builds(Control, st.just(0.0), st.sampled_from([20, 21, 22, 64]), st.integers(0, 127)),
    any_value(),
    st.builds(lambda voice, span: SetRange(0.0, voice, *span), VOICE, SPAN),
    st.builds(lambda voice, on: SetVoice(0.0, voice, on, 1), VOICE, st.booleans()),
    st.builds(
        lambda values, span: Recall(0.0, "p", values, {}, {"bass": span}),
        st.fixed_dictionaries({}, optional=VALUES),
        SPAN,
    ),
    st.builds(SetMode, st.just(0.0), st.sampled_from(["respond", "duet", "harmonize", "accompany"])),
    st.builds(SetTempo, st.just(0.0), st.sampled_from([0.0, 60.0, 133.0])),
    st.sampled_from([Respond(0.0), Respond(0.0), Reset(0.0), Learn(0.0, "most")]),
)
GAP = st.sampled_from([0.0, 0.001, 0.05, 0.2, 0.9])


@settings(max_examples=80, deadline=None)
@given(
    mode=st.sampled_from(["respond", "duet", "harmonize", "accompany"]),
    values=st.one_of(st.fixed_dictionaries(VALUES), st.fixed_dictionaries({}, optional=VALUES)),
    items=st.lists(st.tuples(GAP, ANY_INPUT), min_size=8, max_size=30),
    step=st.sampled_from([0.001, 0.02]),
)
def test_every_note_keeps_every_rule(
    mode: str, values: dict[str, float | str], items: list[tuple[float, Input]], step: float
) -> None:
    try:
        sim, _ = watched(mode, step, values=values, voices={"lead": (True, 4)}, controllers=CONTROLLERS)
    except ValueError:  # no pitch would be left for a voice: begin with the usual settings
        sim, _ = watched(mode, step, voices={"lead": (True, 4)}, controllers=CONTROLLERS)
    time = 1.0
    for gap, item in items:
        time += gap
        try:
            sim.play([dataclasses.replace(item, time=time)], until=time)
        except ValueError:  # refused, with its reason, and nothing changed: the next one may be taken
            pass
    sim.play([], until=time + 2.0)
    sim.close()
    assert not sim.port.sounding


def test_a_plan_is_thought_over_when_lifted_keys_leave_room_for_the_chord() -> None:
    values = {"chord": "on", "avoid_doubling": "class", "low": 60.0, "high": 67.0, "lookahead": 2.0}
    sim, session = watched("duet", tempo=120.0, values=values)
    for pitch in (48, 52, 55):
        sim.receive(NoteOn(sim.now, pitch, 80))
    sim.play((), until=1.0)
    stage = session.performer.stage
    planned = {note.pitch for note in stage.ledger if note.state == "planned" and note.onset > 1.0}
    assert planned - {60, 64, 67}, "no tone of the chord was free"
    for pitch in (48, 52, 55):
        sim.receive(NoteOff(sim.now, pitch))
    assert stage.plan_is_allowed
    sim.play((), until=1.5)
    planned = {note.pitch for note in stage.ledger if note.state == "planned" and note.onset > 1.5}
    assert planned and planned <= {60, 64, 67}


@pytest.mark.parametrize("mode", ["respond", "duet", "accompany"])
@pytest.mark.parametrize("rule", ["polyphony", "most"])
def test_fewer_notes_are_allowed_from_the_moment_it_is_turned(mode: str, rule: str) -> None:
    values = {"lookahead": 2.0, "texture": 4.0, "density": 8.0, "silence": 0.3}
    bands = {"keys": (True, 1), "guitar": (True, 3), "strings": (True, 4)}
    sim = simulation(mode, values=values, voices=bands, tempo=120.0)
    script = [item for start in (1.0, 6.0) for item in phrase(start=start, pitches=(48, 60, 64, 67, 72))]
    turned = 4.6 if mode == "respond" else 3.2
    sim.play(sorted([*script, SetParameter(turned, rule, 1.0)], key=lambda item: item.time), until=10.0)
    sounding: set[tuple[int, int]] = set()
    begun: list[float] = []
    crowds_before = 0
    for time, data in sim.sent:
        key = data[0] & 0x0F, data[1]
        if data[0] & 0xF0 == 0x90 and data[2]:
            if time > turned:
                assert rule == "most" or not sounding, (time, sounding)
                assert rule == "polyphony" or not [one for one in begun if one > time - 0.499], (time, begun[-3:])
            crowds_before += time < turned and bool(sounding)
            sounding.add(key)
            begun.append(time)
        elif data[0] & 0xF0 == 0x80:
            sounding.discard(key)
    assert crowds_before and [time for time in begun if time > turned], "there was something to keep to"
