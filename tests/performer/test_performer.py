"""The core on the simulated clock: who plays when, and what is never allowed to happen."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.engine.fake import FakeModel
from bridge.performer.model_memory import HeardNote, Memory
from bridge.performer.modes import MODES
from bridge.performer.performer import Performer
from bridge.performer.phrase_end import PEDAL
from bridge.performer.settings import Settings
from bridge.sessions.log import Session
from bridge.sessions.simulation import Simulation
from bridge.vocabulary.codec import DT_TICKS, VOICES
from bridge.vocabulary.events import (
    MODE_NAMES,
    ClockContinue,
    ClockStart,
    ClockStop,
    ClockTick,
    Control,
    Dropped,
    ErrorReport,
    Input,
    InputLost,
    LinkState,
    MoveNotes,
    NoteOff,
    NoteOn,
    Panic,
    PassThrough,
    PlayNote,
    Raw,
    Reset,
    Respond,
    SetClock,
    SetMode,
    SetParameter,
    SetTempo,
    SetTransport,
    SetVoice,
    Silence,
    SongPosition,
    Sounded,
    Stop,
    Turn,
    TurnChanged,
)
from bridge.vocabulary.guide import CONTROL_NAMES, HUMAN, MACHINE, SILENT, guide_of

PHRASE = (60, 62, 64, 65, 67)


def simulation(mode: str = "respond", model: FakeModel | None = None, **options: object) -> Simulation:
    return Simulation(Session(Performer(model or FakeModel(), Settings(mode=mode, **options))))  # type: ignore[arg-type]


def phrase(
    start: float = 1.0, step: float = 0.25, length: float = 0.2, pitches: tuple[int, ...] = PHRASE
) -> list[Input]:
    script: list[Input] = []
    for index, pitch in enumerate(pitches):
        onset = start + index * step
        script += [NoteOn(onset, pitch, 80), NoteOff(onset + length, pitch)]
    return sorted(script, key=lambda item: item.time)


def ons(sim: Simulation) -> list[tuple[float, int]]:
    return [(time, data[1]) for time, data in sim.sent if data[0] & 0xF0 == 0x90 and data[2]]


def hanging(sim: Simulation) -> set[tuple[int, int]]:
    """Keys (status channel, pitch) whose last message was a note-on."""
    state: dict[tuple[int, int], bool] = {}
    for _, data in sim.sent:
        if data[0] & 0xF0 in (0x80, 0x90):
            state[data[0] & 0x0F, data[1]] = data[0] & 0xF0 == 0x90 and data[2] > 0
    return {key for key, on in state.items() if on}


def retold(memory_notes: tuple[HeardNote, ...] | list[HeardNote], like: FakeModel) -> FakeModel:
    """A fresh model told just these notes."""
    model = FakeModel(like.name)
    memory = Memory(model)
    for note in memory_notes:
        memory.hear([note])
    return model


# --- respond ---------------------------------------------------------------------------------------


def test_answers_after_the_silence_that_ends_a_phrase() -> None:
    sim = simulation()
    sim.play(phrase(), until=6.0)
    end = 1.0 + 4 * 0.25 + 0.2
    first = ons(sim)[0][0]
    assert end + 0.6 <= first <= end + 0.6 + 0.3
    turns = [output.turn for _, output in sim.outputs if isinstance(output, TurnChanged)]
    assert turns == [Turn.MACHINE, Turn.HUMAN]


def test_answer_is_about_as_long_as_the_phrase() -> None:
    sim = simulation()
    sim.play(phrase(pitches=PHRASE * 4), until=30.0)
    lasted = 20 * 0.25
    onsets = [time for time, _ in ons(sim)]
    assert lasted * 0.5 <= onsets[-1] - onsets[0] <= lasted * 1.1


def test_a_key_that_is_down_is_no_end_of_a_phrase() -> None:
    sim = simulation()
    sim.play([NoteOn(1.0, 60, 80)], until=100.0)
    assert not ons(sim)
    sim.play([Respond(100.0)], until=101.0)
    assert ons(sim)[0][0] == pytest.approx(100.0, abs=0.02)


def test_a_pedal_held_takes_longer_and_its_lifting_ends_the_phrase_at_once_after() -> None:
    pedalled: list[Input] = [Control(1.0, 64, 127), NoteOn(1.1, 60, 80), NoteOff(5.0, 60)]
    left_down = simulation()
    left_down.play(pedalled, until=60.0)
    assert ons(left_down)[0][0] == pytest.approx(5.0 + PEDAL * 0.6, abs=0.01)
    lifted = simulation()
    lifted.play([*pedalled, Control(6.0, 64, 0)], until=10.0)
    assert ons(lifted)[0][0] == pytest.approx(6.6, abs=0.01)


def test_playing_into_an_answer_silences_it_at_once_and_the_model_knows_only_what_sounded() -> None:
    model = FakeModel()
    sim = simulation(model=model)
    sim.play(phrase(pitches=PHRASE * 3), until=7.0)
    assert ons(sim)
    sim.play([NoteOn(7.003, 72, 90)], until=7.01)
    assert not sim.port.sounding
    before = [event for event in sim.sent if event[0] < 7.003]
    assert all(data[0] & 0xF0 == 0x80 for _, data in sim.sent[len(before) :])
    heard = sim.session.performer.stage.memory.notes
    sounded = [note for note in heard if note.note_id is not None]
    assert [note.pitch for note in sounded] == [pitch for _, pitch in ons(sim)]
    assert heard[-1].pitch == 72
    twin = retold(heard, model)
    mine, theirs = model.snapshot(), twin.snapshot()
    uniform = np.full(5, 0.4, dtype=np.float32)
    constraints = sim.session.performer.stage.drawing.rules()
    assert model.sample(constraints, uniform, 1.0, 1.0) == twin.sample(constraints, uniform, 1.0, 1.0)
    assert mine.position == theirs.position


def test_respond_answers_now_and_stop_ends_it() -> None:
    sim = simulation()
    sim.play([NoteOn(1.0, 60, 80), Respond(1.1)], until=1.5)
    assert ons(sim)
    sim.play([Stop(1.5)], until=5.0)
    assert max(time for time, _ in sim.sent) <= 1.5
    assert not hanging(sim)


def test_respond_with_nothing_heard_says_so() -> None:
    sim = simulation()
    sim.play([Respond(1.0)], until=2.0)
    assert [output.code for _, output in sim.outputs if isinstance(output, ErrorReport)] == ["nothing-heard"]


def test_no_pitch_is_struck_twice_at_once() -> None:
    sim = simulation(values={"low": 60, "high": 62, "polyphony": 32})
    sim.play(phrase(pitches=PHRASE * 8), until=30.0)
    struck = [(round(time, 2), data[0], data[1]) for time, data in sim.sent if data[0] & 0xF0 == 0x90]
    assert len(struck) > 20
    assert len(struck) == len(set(struck))


def test_no_answer_to_an_answer() -> None:
    sim = simulation()
    sim.play(phrase(), until=60.0)
    onsets = [time for time, _ in ons(sim)]
    assert onsets[-1] < 6.0


# --- harmonize ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_each_note_gets_its_harmonies_and_they_end_with_it(count: int) -> None:
    sim = simulation("harmonize", values={"harmonies": count})
    sim.play([NoteOn(1.0, 60, 80)], until=3.0)
    assert len(ons(sim)) == count
    assert len(sim.port.sounding) == count
    assert 60 not in {pitch for _, pitch in ons(sim)}
    sim.play([NoteOff(3.0, 60)], until=3.1)
    assert not sim.port.sounding
    assert {time for time, data in sim.sent if data[0] & 0xF0 == 0x80} == {3.0}


def test_harmonies_last_while_the_pedal_holds_the_note() -> None:
    sim = simulation("harmonize")
    sim.play([Control(0.5, 64, 127), NoteOn(1.0, 60, 80), NoteOff(1.2, 60)], until=4.0)
    assert len(sim.port.sounding) == 2
    sim.play([Control(4.0, 64, 0)], until=4.1)
    assert not sim.port.sounding


def test_harmonies_keep_to_the_range() -> None:
    sim = simulation("harmonize", values={"low": 40, "high": 52, "harmonies": 4})
    sim.play(phrase(), until=4.0)
    pitches = {pitch for _, pitch in ons(sim)}
    assert pitches and all(40 <= pitch <= 52 for pitch in pitches)


def test_harmonies_are_never_none_even_where_every_allowed_pitch_is_held() -> None:
    sim = simulation("harmonize", values={"low": 60, "high": 60, "harmonies": 1})
    sim.play([NoteOn(1.0, 60, 80)], until=1.5)
    assert [pitch for _, pitch in ons(sim)] == [60]


# --- duet ------------------------------------------------------------------------------------------


def test_duet_waits_for_the_human_then_plays_in_its_own_voices() -> None:
    sim = simulation("duet")
    sim.play([], until=5.0)
    assert not ons(sim)
    sim.play(phrase(start=5.5), until=12.0)
    assert len(ons(sim)) > 5
    assert {data[0] & 0x0F for _, data in sim.sent} == {1}  # bass on channel 2; keys are the human's


def test_duet_never_plans_further_than_its_lookahead() -> None:
    sim = simulation("duet", values={"lookahead": 0.1})
    sim.play(phrase(pitches=PHRASE * 4), until=8.0)
    plans = [(time, output) for time, output in sim.outputs if isinstance(output, PlayNote)]
    assert plans and all(time <= plan.onset <= time + 0.1 + 1e-9 for time, plan in plans)


class Soloist(FakeModel):
    """Expects the human to play, and nobody else, unless it is told otherwise."""

    def sample(self, constraints, *rest):  # type: ignore[no-untyped-def]
        constraints = constraints.copy()
        keys = VOICES.index("keys")
        if constraints.voice[keys]:
            constraints.only_voices([keys])
        return super().sample(constraints, *rest)


def test_duet_does_not_ask_a_model_that_is_sure_of_the_human_without_pause() -> None:
    class Sure(Soloist):
        draws = 0

        def sample(self, constraints, *rest):  # type: ignore[no-untyped-def]
            constraints = constraints.copy()
            self.draws += 1
            first = int(np.flatnonzero(constraints.dt)[0])
            constraints.dt_between(int(DT_TICKS[first]), int(DT_TICKS[first]))
            return super().sample(constraints, *rest)

    model = Sure()
    sim = simulation("duet", model=model, values={"share": 0.0})
    sim.play(phrase(), until=12.0)
    assert 100 < model.draws < 12.0 * 2 * 48, "no oftener than once a tick"


def test_duet_takes_its_share_from_a_model_that_expects_nobody_else() -> None:
    human = len(PHRASE) * 4
    for share, least, most in ((0.0, 0, 0), (0.5, human // 4, human), (2.0, human, 3 * human)):
        sim = simulation("duet", model=Soloist(), values={"share": share})
        sim.play(phrase(pitches=PHRASE * 4), until=7.0)
        assert least <= len(ons(sim)) <= most
        sim.play([], until=30.0)
        assert not [time for time, _ in ons(sim) if time > 12.0], "it goes on alone"


def test_duet_plays_several_voices_on_their_channels() -> None:
    sim = simulation("duet", voices={"drums": (True, 10), "lead": (True, 4)})
    sim.play(phrase(pitches=PHRASE * 4), until=20.0)
    assert {data[0] & 0x0F for _, data in sim.sent} == {1, 3, 9}


# --- what the model is told with every draw -----------------------------------------------------------


class Listener(FakeModel):
    """Keeps the guide of every draw."""

    def __init__(self, name: str = "fake") -> None:
        super().__init__(name)
        self.guides: list[np.ndarray] = []

    def sample(self, *arguments):  # type: ignore[no-untyped-def]
        self.guides.append(arguments[4].copy())
        return super().sample(*arguments)


def guides(mode: str, script: list[Input], **options: object) -> list[np.ndarray]:
    model = Listener()
    simulation(mode, model=model, **options).play(script, until=8.0)
    assert model.guides
    return model.guides


def test_in_respond_a_voice_that_both_may_play_is_the_machines() -> None:
    told = guides("respond", phrase())
    expected = guide_of({**dict.fromkeys(VOICES, SILENT), "keys": MACHINE, "bass": MACHINE})
    assert all((guide[:7] == expected[:7]).all() for guide in told)


def test_in_duet_the_humans_voice_is_the_humans() -> None:
    drums = [NoteOn(1.1, 36, 80, 10), NoteOff(1.15, 36, 10)]
    told = guides("duet", sorted([*phrase(), *drums], key=lambda item: item.time))
    expected = guide_of({**dict.fromkeys(VOICES, SILENT), "keys": HUMAN, "bass": MACHINE, "drums": HUMAN})
    assert (told[-1][:7] == expected[:7]).all()


def test_in_harmonize_one_voice_is_played() -> None:
    told = guides("harmonize", phrase(), voices={"keys": (False, 1), "lead": (True, 4), "bass": (False, 2)})
    expected = guide_of({**dict.fromkeys(VOICES, SILENT), "keys": HUMAN, "lead": MACHINE})
    assert all((guide == expected).all() for guide in told)


def test_a_knob_a_voice_and_a_mode_change_the_next_guide() -> None:
    model = Listener()
    sim = simulation("duet", model=model, values={"density": 4.0, "energy": 100.0})
    sim.play(phrase(), until=3.0)
    silent = dict.fromkeys(VOICES, SILENT)
    roles = {**silent, "keys": HUMAN, "bass": MACHINE}
    assert (model.guides[-1] == guide_of(roles, {"density": 4.0, "energy": 100.0})).all()
    density = len(VOICES) + CONTROL_NAMES.index("density")
    sim.play([SetParameter(3.0, "density", 0.0), SetParameter(3.0, "register", 40.0)], until=4.0)
    asked = model.guides[-1].copy()
    assert asked[density], "the human's pace"
    asked[density] = 0
    assert (asked[:11] == guide_of(roles, {"energy": 100.0, "register": 40.0})[:11]).all()
    sim.play([SetVoice(4.0, "lead", True, 4), SetVoice(4.0, "bass", False, 2), NoteOn(4.1, 60, 80)], until=5.0)
    roles = {**silent, "keys": HUMAN, "lead": MACHINE}
    asked = model.guides[-1].copy()
    asked[density] = 0
    assert (asked == guide_of(roles, {"energy": 100.0, "register": 40.0})).all()
    sim.play([SetMode(5.0, "respond"), NoteOff(5.0, 60), Respond(5.0)], until=6.0)
    roles = {**silent, "keys": MACHINE, "lead": MACHINE}
    assert (model.guides[-1] == guide_of(roles, {"energy": 100.0, "register": 40.0})).all()


def test_after_a_reset_nobody_was_heard() -> None:
    model = Listener()
    sim = simulation("respond", model=model, voices={"keys": (False, 1)})
    sim.play([*phrase(), Reset(4.0), NoteOn(4.1, 36, 90, 10), NoteOff(4.2, 36, 10)], until=8.0)
    silent = dict.fromkeys(VOICES, SILENT)
    assert (model.guides[0][:7] == guide_of({**silent, "keys": HUMAN, "bass": MACHINE})[:7]).all()
    assert (model.guides[-1][:7] == guide_of({**silent, "drums": HUMAN, "bass": MACHINE})[:7]).all()


def test_one_guide_serves_every_draw_until_something_changes() -> None:
    kept: list[int] = []

    class Keeper(FakeModel):
        def sample(self, *arguments):  # type: ignore[no-untyped-def]
            kept.append(id(arguments[4]))
            return super().sample(*arguments)

    sim = simulation("duet", model=Keeper(), voices={"lead": (True, 4)}, values={"density": 2.0})
    sim.play(phrase(pitches=PHRASE * 3), until=4.5)
    assert len(kept) > 5 and len(set(kept)) == 1


@pytest.mark.parametrize(("name", "low", "high"), [("energy", 20.0, 110.0), ("register", 40.0, 90.0)])
def test_a_knob_is_heard(name: str, low: float, high: float) -> None:
    means = []
    for value in (low, high):
        sim = simulation("duet", values={name: value}, voices={"lead": (True, 4)})
        sim.play(phrase(pitches=PHRASE * 4), until=12.0)
        place = 2 if name == "energy" else 1
        means.append(np.mean([data[place] for _, data in sim.sent if data[0] & 0xF0 == 0x90 and data[2]]))
    assert means[0] < low + 10 and means[1] > high - 10


def test_density_is_heard() -> None:
    counts = []
    for density in (0.5, 4.0):
        sim = simulation("duet", values={"density": density, "share": 0.0, "polyphony": 32})
        sim.play(phrase(pitches=PHRASE * 8), until=12.0)
        counts.append(len(ons(sim)))
    assert counts[1] > 3 * counts[0]


def test_polyphony_stays_the_ceiling_of_texture() -> None:
    most = []
    for polyphony in (2, 32):
        values = {"texture": 8.0, "density": 8.0, "polyphony": polyphony}
        sim = simulation("duet", values=values, voices={"lead": (True, 4)})
        sim.play(phrase(pitches=PHRASE * 4), until=10.0)
        sounding, counts = set(), []
        for _, data in sim.sent:
            change = sounding.add if data[0] & 0xF0 == 0x90 and data[2] else sounding.discard
            change((data[0] & 0x0F, data[1]))
            counts.append(len(sounding))
        most.append(max(counts))
    assert most[0] <= 2 and most[1] > 4


# --- all modes ---------------------------------------------------------------------------------------


def test_off_listens() -> None:
    sim = simulation("off")
    sim.play(phrase(), until=10.0)
    assert not sim.sent
    assert sim.session.performer.status()["heard"] == len(PHRASE)


@pytest.mark.parametrize("mode", ["respond", "duet", "harmonize"])
def test_a_change_of_mode_leaves_nothing_sounding(mode: str) -> None:
    sim = simulation(mode)
    sim.play([*phrase(), NoteOn(2.5, 60, 80), Respond(2.6)], until=3.2)
    assert ons(sim)
    sim.play([SetMode(3.2, "off")], until=3.3)
    assert not sim.port.sounding and not sim.port._outbox.planned


def test_reset_forgets_everything() -> None:
    sim = simulation("duet")
    sim.play([*phrase(), Reset(4.0)], until=4.0)
    assert sim.session.performer.status()["heard"] == 0
    assert not sim.port.sounding


def test_panic_reaches_every_channel() -> None:
    sim = simulation("duet")
    sim.play([*phrase(), Panic(4.0)], until=4.0)
    assert [output for _, output in sim.outputs if isinstance(output, Silence)] == [Silence(all_channels=True)]
    assert {data[0] for _, data in sim.sent if data[0] & 0xF0 == 0xB0 and data[1] == 123} == set(range(0xB0, 0xC0))


def test_thru_passes_what_is_no_note_and_only_when_on() -> None:
    messages: list[Input] = [Raw(1.0, b"\xc0\x05"), Control(1.1, 1, 77), Raw(1.2, b"\xe0\x00\x50")]
    sim = simulation()
    sim.play(messages, until=2.0)
    assert not sim.sent
    on = simulation(values={"thru": "on"})
    on.play(messages, until=2.0)
    assert [data for _, data in on.sent] == [b"\xc0\x05", b"\xb0\x01\x4d", b"\xe0\x00\x50"]
    assert all(isinstance(output, PassThrough) for _, output in on.outputs)


def test_our_own_notes_coming_back_are_not_answered() -> None:
    sim = simulation("harmonize", values={"harmonies": 1})
    sim.play([NoteOn(1.0, 60, 80)], until=1.05)
    (time, pitch), velocity = ons(sim)[0], next(data[2] for _, data in sim.sent)
    sim.play([NoteOn(time + 0.01, pitch, velocity), NoteOff(1.1, pitch)], until=2.0)
    assert len(ons(sim)) == 1
    assert sim.session.performer.status()["own_notes_ignored"] == 1
    assert [output.code for _, output in sim.outputs if isinstance(output, ErrorReport)] == ["feedback-loop"]


def test_a_lost_input_port_lets_every_key_go() -> None:
    sim = simulation("harmonize")
    sim.play([NoteOn(1.0, 60, 80), NoteOn(1.0, 64, 80), InputLost(2.0)], until=2.1)
    assert not sim.port.sounding


def test_a_late_note_is_dropped_counted_and_forgotten() -> None:
    performer = Performer(FakeModel(), Settings(mode="respond"))
    performer.receive(NoteOn(1.0, 60, 80), 1.0)
    performer.receive(Respond(1.0), 1.0)
    while performer.advance(1.0):
        pass
    plans = [output for output in performer.take_outputs() if isinstance(output, PlayNote)]
    performer.receive(Dropped(1.3, plans[0].note_id), 1.3)
    performer.advance(1.3)
    assert performer.status()["late"] == 1
    assert plans[0].note_id not in {note.note_id for note in performer.stage.memory.notes}


def test_a_cancelled_note_that_slipped_out_is_remembered_after_all() -> None:
    performer = Performer(FakeModel(), Settings(mode="respond"))
    performer.receive(NoteOn(1.0, 60, 80), 1.0)
    performer.receive(Respond(1.0), 1.0)
    while performer.advance(1.0):
        pass
    plan = next(output for output in performer.take_outputs() if isinstance(output, PlayNote))
    performer.receive(SetMode(1.01, "off"), 1.01)
    performer.advance(1.01)
    performer.receive(Sounded(1.02, plan.note_id), 1.02)
    performer.advance(1.02)
    assert performer.stage.memory.notes[-1].note_id == plan.note_id
    assert performer.status()["sounded"] == 1


def test_a_flood_is_bounded_and_counted() -> None:
    performer = Performer(FakeModel(), Settings(mode="off"))
    for index in range(5000):
        performer.receive(NoteOn(1.0 + index * 1e-4, 20 + index % 88, 64), 1.0)
        performer.receive(NoteOff(1.0 + index * 1e-4, 20 + index % 88), 1.0)
    assert performer.unheard == 5000 - 64
    assert not performer.stage.hands.busy
    reports = [output for output in performer.take_outputs() if isinstance(output, ErrorReport)]
    assert [report.code for report in reports] == ["too-many-notes"]


@pytest.mark.parametrize("mode", ["respond", "duet", "harmonize"])
def test_all_keys_at_once(mode: str) -> None:
    sim = simulation(mode)
    sim.play([NoteOn(1.0, pitch, 100) for pitch in range(128)], until=2.0)
    sim.play([NoteOff(2.0, pitch) for pitch in range(128)], until=8.0)
    assert ons(sim)
    sim.close()
    assert not hanging(sim)
    assert not sim.session.performer.stage.hands.busy


@pytest.mark.parametrize(
    "item",
    [
        SetMode(1.0, "jazz"),
        SetParameter(1.0, "temperature", 99.0),
        SetParameter(1.0, "nonsense", 1.0),
        SetParameter(1.0, "low", 120.0),
        SetParameter(1.0, "density", 16.1),
        SetVoice(1.0, "kazoo", True, 1),
    ],
)
def test_what_is_refused_changes_nothing(item: Input) -> None:
    performer = Performer(FakeModel(), Settings(values={"high": 100.0}))
    before = performer.status()
    with pytest.raises(ValueError, match=r"there are|range|cannot be"):
        performer.receive(item, 1.0)
    assert performer.status() == before


def test_mode_names_are_the_modes() -> None:
    assert tuple(MODES) == MODE_NAMES


def test_a_new_model_is_told_what_was_heard() -> None:
    sim = simulation("duet")
    sim.play(phrase(), until=4.0)
    fresh = Listener("fresh")
    sim.session.change_model(fresh, "", sim.now)
    assert fresh.position == len(sim.session.performer.stage.memory.notes) > len(PHRASE)
    sim.play(phrase(start=4.1), until=6.0)
    assert sim.session.performer.status()["model"] == "fresh"
    expected = guide_of({**dict.fromkeys(VOICES, SILENT), "keys": HUMAN, "bass": MACHINE})
    assert fresh.guides and all((guide[:7] == expected[:7]).all() for guide in fresh.guides)


# --- for any sequence of inputs ------------------------------------------------------------------------

PITCH = st.integers(48, 60)
CHANNEL = st.sampled_from([1, 1, 1, 2, 10])
ANY_INPUT = st.one_of(
    st.builds(NoteOn, st.just(0.0), PITCH, st.integers(0, 127), CHANNEL),
    st.builds(NoteOn, st.just(0.0), PITCH, st.integers(1, 127), CHANNEL),
    st.builds(NoteOff, st.just(0.0), PITCH, CHANNEL),
    st.builds(Control, st.just(0.0), st.just(64), st.sampled_from([0, 127]), CHANNEL),
    st.builds(SetMode, st.just(0.0), st.sampled_from(MODE_NAMES)),
    st.builds(SetVoice, st.just(0.0), st.sampled_from(["keys", "bass", "drums"]), st.booleans(), CHANNEL),
    st.builds(SetTransport, st.just(0.0), st.booleans(), st.sampled_from([0.0, 2.5, 100.0])),
    st.builds(SetTempo, st.just(0.0), st.sampled_from([0.0, 60.0, 133.0])),
    *[st.just(ClockTick(0.0))] * 4,
    st.sampled_from([ClockStart(0.0), ClockStop(0.0), ClockContinue(0.0), SongPosition(0.0, 32)]),
    st.builds(
        LinkState,
        st.just(0.0),
        st.sampled_from([0.0, 3.9]),
        st.sampled_from([80.0, 140.0]),
        st.booleans(),
        st.integers(0, 1),
    ),
    st.builds(SetClock, st.just(0.0), st.sampled_from(["auto", "internal", "midi", "link", "osc"])),
    *[
        st.builds(SetParameter, st.just(0.0), st.just(name), st.sampled_from(values))
        for name, values in (
            ("trade", [0.0, 1.0]),
            ("bars", [0.0, 1.0]),
            ("barge_in", ["off", "on"]),
            ("space", ["off", "follow", "complement"]),
            ("alone", ["end", "keep", "thin", "stop"]),
            ("alone_beats", [1.0, 8.0]),
            ("count_in", [0.0, 1.0]),
            ("silence", [0.1, 0.6]),
        )
    ],
    st.builds(SetParameter, st.just(0.0), st.just("quantize"), st.sampled_from([0.0, 8.0])),
    st.builds(SetParameter, st.just(0.0), st.just("humanize"), st.sampled_from([0.0, 20.0])),
    st.builds(SetParameter, st.just(0.0), st.just("offset"), st.sampled_from([-60.0, 0.0, 60.0])),
    st.builds(SetParameter, st.just(0.0), st.just("swing"), st.sampled_from([0.5, 0.66])),
    st.builds(SetParameter, st.just(0.0), st.just("signature"), st.sampled_from(["3/4", "4/4"])),
    st.builds(SetParameter, st.just(0.0), st.just("polyphony"), st.sampled_from([1.0, 2.0, 8.0])),
    st.builds(SetParameter, st.just(0.0), st.just("lookahead"), st.sampled_from([0.05, 0.5])),
    st.sampled_from([Respond(0.0), Stop(0.0), Panic(0.0), Reset(0.0), InputLost(0.0)]),
)
UNIFORM = np.full(5, 0.4, dtype=np.float32)
GAP = st.sampled_from([0.0, 0.001, 0.003, 0.02, 0.02, 0.05, 0.2, 0.9, 3.0])


def timed(items: list[tuple[float, Input]]) -> list[Input]:
    script: list[Input] = []
    time = 1.0
    for gap, item in items:
        time += gap
        script.append(dataclasses.replace(item, time=time))
    return script


@settings(max_examples=150, deadline=None)
@given(
    mode=st.sampled_from(["respond", "duet", "harmonize", "accompany"]),
    items=st.lists(st.tuples(GAP, ANY_INPUT), max_size=40),
    step=st.sampled_from([0.001, 0.004, 0.08]),
)
def test_whatever_happens(mode: str, items: list[tuple[float, Input]], step: float) -> None:
    model = FakeModel()
    sim = Simulation(Session(Performer(model, Settings(mode=mode, seed=3))), step=step)
    script = timed(items)
    sim.play(script, until=(script[-1].time if script else 0.0) + 2.0)
    plans = [(time, output) for time, output in sim.outputs if isinstance(output, PlayNote)]
    # A note that a key holds is due at once, as soon as it is drawn.
    assert all(time - plan.onset <= (0.01 if plan.release else 0.05) for time, plan in plans), "a note came too late"
    moves = [(time, output) for time, output in sim.outputs if isinstance(output, MoveNotes)]
    assert all(min(move.releases) >= time for time, move in moves), "an end was moved into the past"
    stage = sim.session.performer.stage
    while sim.session.advance(sim.now):
        sim.flush()
        sim._take_reports()
    told = {note.note_id for note in stage.memory.notes if note.note_id is not None}
    for note in stage.ledger:
        if note.state == "cancelled":
            assert note.note_id not in told, "the model remembers a note that nobody heard"
        elif not any(isinstance(item, Reset) for item in script):
            assert note.note_id in told, "the model does not know a note that was heard"
    if told:
        twin = retold(stage.memory.notes, model)
        draws = [each.sample(stage.drawing.rules(), UNIFORM, 1.0, 1.0) for each in (model, twin)]
        assert draws[0] == draws[1], "the model remembers something else besides"
    sim.close()
    assert not hanging(sim), "a note hangs"
    assert not sim.port.sounding
