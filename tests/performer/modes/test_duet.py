"""A duet on the simulated clock: how busy, which tones, where, and how it ends."""

from __future__ import annotations

from itertools import pairwise

import pytest
from performing import PHRASE, ons, phrase, plans, simulation, turns

from bridge.engine.fake import FakeModel
from bridge.performer.bass_line import BASS
from bridge.performer.held_notes import HeldNote
from bridge.performer.modes.duet import Duet
from bridge.performer.modes.duet_pace import CEILING, DuetPace
from bridge.performer.modes.partner import Partner
from bridge.performer.modes.space import Company
from bridge.performer.sampling import Draft
from bridge.performer.stage import Stage
from bridge.sessions.simulation import Simulation
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.events import Input, NoteOff, NoteOn, ReleaseNote

C_MAJOR = {0, 2, 4, 5, 7, 9, 11}
KEYS, LEAD = VOICES.index("keys"), VOICES.index("lead")
TUNE = (72, 74, 76, 77, 79, 77, 76, 74)


class Hasty(FakeModel):
    """Would play at once, whatever it is asked for."""

    def sample(self, constraints, *rest, **named):  # type: ignore[no-untyped-def]
        constraints = constraints.copy()
        first = int(constraints.dt.argmax())
        constraints.dt[:] = False
        constraints.dt[first] = True
        return super().sample(constraints, *rest, **named)


def busiest_second(sim: Simulation) -> int:
    onsets = [time for time, _, _ in ons(sim)]
    return max(sum(begin <= time < begin + 0.999 for time in onsets) for begin in onsets)


def stage_hearing(strokes: list[float], pitches: tuple[int, ...] = (72,), **values: object) -> tuple[Stage, DuetPace]:
    stage = Stage(FakeModel(), 0, "keys")
    stage.settle(stage.values.changed(values), {})
    company = Company(stage)
    pace = DuetPace(stage, company)
    for onset in strokes:
        for pitch in pitches:
            note = HeldNote(onset, pitch, 80, 1)
            company.heard(note)
            pace.heard(note)
    return stage, pace


# --- pace ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tempo", [0.0, 120.0])
@pytest.mark.parametrize("step", [0.1, 0.25, 1.0])
def test_a_model_in_a_hurry_is_held_to_the_humans_pace(tempo: float, step: float) -> None:
    human = int(8 / step)
    sim = simulation("duet", model=Hasty(), tempo=tempo, voices={"lead": (True, 4)})
    sim.play(phrase(step=step, length=step / 2, pitches=TUNE * (human // 8 or 1)), until=12.0)
    played = len(ons(sim))
    assert busiest_second(sim) <= min(max(3, 1.5 / step + 1), CEILING)
    assert played <= 2 * human + 6


def test_the_pace_is_the_humans_unless_told() -> None:
    _, pace = stage_hearing([0.5 * n for n in range(17)])  # free time: two beats a second
    assert pace.aim(8.0) == 1.0
    _, pace = stage_hearing([0.05 * n for n in range(160)])
    assert pace.aim(8.0) == 3.0
    _, pace = stage_hearing([0.0, 4.0])
    assert pace.aim(8.0) == 0.5
    _, pace = stage_hearing([0.5 * n for n in range(17)], density=6.0)
    assert pace.aim(8.0) == 6.0
    _, pace = stage_hearing([0.5 * n for n in range(17)], pitches=(60, 64, 67, 72), share=0.5)
    assert pace.aim(8.0) == 2.0, "half a note for each of four in a chord"
    _, pace = stage_hearing([0.5 * n for n in range(17)], space="complement")
    assert pace.aim(8.0) == 1.0


def test_a_density_that_is_set_has_its_own_ceiling() -> None:
    sim = simulation("duet", model=Hasty(), values={"density": 8.0}, voices={"lead": (True, 4)})
    sim.play(phrase(pitches=TUNE * 4), until=9.0)
    assert busiest_second(sim) > CEILING


# --- tones -----------------------------------------------------------------------------------------


def duet_over(script: list[Input], until: float, **options: object) -> Simulation:
    sim = simulation("duet", **options)
    sim.play(script, until=until)
    return sim


def test_no_semitone_against_a_note_that_sounds() -> None:
    script = phrase(step=0.5, length=0.45, pitches=TUNE * 3)
    sim = duet_over(script, 14.0, tempo=120.0, voices={"lead": (True, 4)})
    held = [(on.time, off.time, on.pitch) for on, off in zip(script[::2], script[1::2], strict=True)]  # type: ignore[union-attr]
    rubbing = [
        (time, pitch, other)
        for time, _, pitch in ons(sim)
        for begin, end, other in held
        if begin + 0.01 < time < end and (pitch - other) % 12 in (1, 11)
    ]
    assert len(ons(sim)) > 10 and not rubbing


def test_it_keeps_to_the_key_and_out_of_the_tunes_register() -> None:
    sim = duet_over(phrase(step=0.5, pitches=TUNE * 3), 14.0, voices={"lead": (True, 4)})
    assert {pitch % 12 for _, _, pitch in ons(sim)} <= C_MAJOR
    assert max(pitch for _, _, pitch in ons(sim)) < min(TUNE)


@pytest.mark.parametrize(
    ("theirs", "voice", "low", "high"),
    [
        ((72, 76, 79), "lead", 48, 69),
        ((40, 43, 36), "lead", 46, 67),
        ((40, 64, 76), "lead", 81, 99),
        ((72, 76, 79), "bass", 28, 55),
    ],
)
def test_where_a_partner_lies(theirs: tuple[int, ...], voice: str, low: int, high: int) -> None:
    stage = Stage(FakeModel(), 0, "keys")
    partner = Partner(stage)
    for number, pitch in enumerate(theirs):
        partner.heard(HeldNote(0.2 * number, pitch, 80, 1))
    pitches = partner.row(VOICES.index(voice), 2.0, strong=True).nonzero()[0]
    assert len(pitches) and low <= pitches.min() and pitches.max() <= high


def partner_over(*chord: int) -> tuple[Stage, Partner]:
    """A stage on which these keys went down together, and a partner who heard them."""
    stage = Stage(FakeModel(), 0, "keys")
    partner = Partner(stage)
    for pitch in chord:
        note = HeldNote(0.0, pitch, 80, 1)
        stage.hands.press(note)
        stage.follow_hands(0.0, note)
        partner.heard(note)
    return stage, partner


def test_on_a_beat_tones_of_the_chord_that_is_held() -> None:
    _, partner = partner_over(48, 52, 55, 72)
    row = partner.row(VOICES.index("lead"), 0.0, strong=True)
    assert row.any() and {int(pitch) % 12 for pitch in row.nonzero()[0]} <= {0, 4, 7}
    assert {int(pitch) % 12 for pitch in partner.home(BASS, 4.0).nonzero()[0]} == {0}


def classes(partner: Partner, voice: int, beat: float) -> set[int]:
    return {int(pitch) % 12 for pitch in partner.row(voice, beat, strong=True).nonzero()[0]}


def partner_under(*tune: int, tempo: float = 0.0) -> tuple[Stage, Partner]:
    """A stage on which a tune of quarters was played, its last key still down, and a partner who heard it."""
    stage = Stage(FakeModel(), 0, "keys")
    stage.clock = stage.clock.with_tempo(tempo, 0.0)
    partner = Partner(stage)
    for number, pitch in enumerate(tune):
        note = HeldNote(0.5 * number, pitch, 80, 1)
        stage.hands.let_go()
        stage.hands.press(note)
        stage.follow_hands(note.onset, note)
        partner.heard(note)
    return stage, partner


def test_a_second_part_has_the_chords_other_tones() -> None:
    _, over_a_chord = partner_over(48, 52, 55, 72)
    assert classes(over_a_chord, LEAD, 0.0) == {4, 7}
    _, under_a_tune = partner_under(72, 76, 79, 76)
    assert classes(under_a_tune, LEAD, 3.0) == {7}


def test_where_nothing_else_is_likely_a_second_part_doubles_the_tune() -> None:
    _, partner = partner_under(72)
    assert classes(partner, LEAD, 0.0) == {0}


def test_what_the_tune_dwells_on_may_be_doubled_and_what_it_left_off_with_may_be_taken_up() -> None:
    stage, partner = partner_under(72, 76, 79, 77, 76, 74, 72)
    assert classes(partner, LEAD, 6.0) == {7}
    assert classes(partner, LEAD, 7.0) == {0, 7}
    stage.hands.let_go()
    assert classes(partner, LEAD, 7.0) == {0}


def test_a_bass_has_the_root_on_the_one_whatever_the_tune_has() -> None:
    _, on_the_one = partner_under(72, 76, 79, 76, 72, tempo=120.0)
    assert classes(on_the_one, BASS, 4.0) == {0} and classes(on_the_one, LEAD, 4.0) == {4}
    _, on_the_four = partner_under(72, 76, 79, 72, tempo=120.0)
    assert classes(on_the_four, BASS, 3.0) == {4, 7}


@pytest.mark.parametrize("tempo", [0.0, 120.0])
@pytest.mark.parametrize("voice", ["lead", "keys"])
def test_a_duet_goes_beside_the_tune_and_not_along_with_it(tempo: float, voice: str) -> None:
    apart: list[int] = []
    for seed in range(4):
        script = phrase(step=0.5, length=0.5, pitches=TUNE * 4)
        sim = duet_over(script, 17.0, tempo=tempo, voices={voice: (True, 4)}, seed=seed)
        apart += [(pitch - TUNE[int((time - 1.0) / 0.5) % len(TUNE)]) % 12 for time, _, pitch in ons(sim) if time > 1.0]
    assert len(apart) > 80
    assert apart.count(0) < 0.45 * len(apart)
    assert sum(semitones in (3, 4, 8, 9) for semitones in apart) > 0.35 * len(apart)


def test_a_pitch_is_not_hammered() -> None:
    sim = duet_over(phrase(step=0.5, pitches=TUNE * 4), 18.0, values={"alone": "keep"})
    sim.play([], until=40.0)
    pitches = [pitch for _, _, pitch in ons(sim)]
    assert len(pitches) > 20
    assert not any(len(set(pitches[n : n + 3])) == 1 for n in range(len(pitches) - 2))


@pytest.mark.parametrize("struck", [1, 2])
def test_a_pitch_that_was_struck_twice_gives_way_to_the_next_best_tone_within_reach(struck: int) -> None:
    stage, partner = partner_over(72, 48, 52, 55)
    for number in range(struck):
        beat = 0.5 * number
        stage.play(Draft(stage.clock.time_at(beat), beat, 0.5, KEYS, 64, 80), 0.0)
    row = partner.row(KEYS, 2.0, strong=True)
    assert row[64] == (struck < 2)
    assert row.any() and all(abs(pitch - 64) <= 9 and pitch % 12 in (0, 4, 7) for pitch in row.nonzero()[0])


# --- together --------------------------------------------------------------------------------------


def test_on_the_beat_both_strike_together_and_the_key_is_heard_first() -> None:
    script = phrase(start=1.0, step=0.5, length=0.4, pitches=TUNE * 6)
    sim = duet_over(script, 25.0, tempo=120.0)
    on_beats = [time % 0.5 for time, _, _ in ons(sim) if min(time % 0.5, 0.5 - time % 0.5) < 0.03]
    assert on_beats
    assert all(0.0 < late < 0.02 for late in on_beats)


def test_what_rubs_against_a_new_key_ends() -> None:
    stage = Stage(FakeModel(), 0, "keys")
    duet = Duet(stage)
    rubs, goes_with_it = (stage.play(Draft(1.0, 2.0, 4.0, BASS, pitch, 80), 1.0) for pitch in (48, 43))
    for note in (rubs, goes_with_it):
        stage.sounded(note.note_id, 1.0)
    duet.heard(HeldNote(1.5, 71, 80, 1), 1.5)
    assert [output.note_id for output in stage.take_outputs() if isinstance(output, ReleaseNote)] == [rubs.note_id]
    assert rubs.release == 1.5 and goes_with_it.release == 3.0


def test_who_drums_is_joined_by_keys_and_bass() -> None:
    script: list[Input] = []
    for beat in range(32):
        script += [
            NoteOn(1.0 + beat / 4, 36 + 2 * (beat % 2), 90, 10),
            NoteOff(1.1 + beat / 4, 36 + 2 * (beat % 2), 10),
        ]
    sim = duet_over(script, 9.0, tempo=120.0)
    assert {channel for _, channel, _ in ons(sim)} == {1, 2}
    assert busiest_second(sim) <= CEILING


# --- the end ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("tempo", [0.0, 100.0])
def test_when_the_human_stops_it_ends_on_a_held_tone_of_the_home_triad_and_waits(tempo: float) -> None:
    sim = simulation("duet", tempo=tempo, voices={"lead": (True, 4)})
    sim.play(phrase(step=0.4, length=0.38, pitches=(*TUNE, 72)), until=20.0)
    ended = max(item.time for item in phrase(step=0.4, length=0.38, pitches=(*TUNE, 72)))
    last = max(plans(sim), key=lambda plan: plan[1].onset)[1]
    beat = 60.0 / (tempo or 120.0)
    assert 4 * beat <= last.onset - ended <= 5.5 * beat
    assert last.release is not None and 1.9 * beat <= last.release - last.onset <= 4.1 * beat
    assert last.pitch % 12 in {0, 4, 7}
    assert turns(sim)[-1][1] == "human" and not sim.port.sounding
    sim.play(phrase(start=20.5, pitches=PHRASE), until=24.0)
    assert ons(sim)[-1][0] > 20.5, "it comes back with the human"


def test_coming_back_while_it_ends_goes_on() -> None:
    sim = simulation("duet", tempo=120.0)
    sim.play([*phrase(pitches=TUNE), *phrase(start=5.2, pitches=TUNE * 2)], until=9.4)
    onsets = [time for time, _, _ in ons(sim) if time > 5.2]
    assert len(onsets) > 4 and max(after - before for before, after in pairwise(onsets)) < 2.0
