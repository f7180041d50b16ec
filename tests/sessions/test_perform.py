"""A piece played to the machine without a clock."""

from __future__ import annotations

import pytest

from bridge.engine.fake import FakeModel
from bridge.performer.settings import Settings
from bridge.sessions.log import replay
from bridge.sessions.perform import HumanNote, Performance, perform
from bridge.timing.timeline import Metre, Tempo, Timeline
from bridge.vocabulary.events import Control, SetTempo

TUNE = tuple(HumanNote(4 + i * 0.5, 0.4, pitch, 80) for i, pitch in enumerate((60, 62, 64, 65, 67, 64, 60, 59)))
SWAYING = Timeline((Tempo(0.0, 100.0), Tempo(5.0, 90.0), Tempo(6.5, 130.0)), (Metre(0.0, 3, 4), Metre(6.0, 6, 8)))


def play(mode: str = "respond", timeline: Timeline | None = None, seed: int = 1, **more: object) -> Performance:
    human = more.pop("human", TUNE)
    return perform(FakeModel(), Settings(mode=mode, seed=seed), human, timeline, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", ["respond", "duet", "harmonize", "accompany", "off"])
@pytest.mark.parametrize("timeline", [None, Timeline.steady(96.0), SWAYING], ids=["free", "steady", "swaying"])
def test_the_same_comes_out_again_and_the_log_replays(mode: str, timeline: Timeline | None) -> None:
    one, other = play(mode, timeline), play(mode, timeline)
    assert one == other
    assert replay(one.log, lambda name, digest: FakeModel(name)) == one.log.outputs()
    assert bool(one.machine) == (mode != "off")


def test_another_seed_plays_something_else() -> None:
    assert play(seed=1).machine != play(seed=2).machine


def test_a_model_that_has_played_before_plays_the_same() -> None:
    model = FakeModel()
    first = perform(model, Settings(seed=3), TUNE)
    assert perform(model, Settings(seed=3), TUNE) == first


def test_time_goes_on_until_the_answer_has_ended() -> None:
    performance = play()
    assert performance.ended
    last = max(note.onset_seconds + note.length_seconds for note in performance.machine)
    assert TUNE[-1].onset / 2 < performance.machine[0].onset_seconds
    assert last <= performance.end <= last + 0.5


def test_where_nothing_will_be_answered_time_does_not_go_on() -> None:
    performance = play(human=())
    assert (performance.machine, performance.end, performance.ended) == ((), 0.0, True)


def test_in_other_modes_time_goes_on_for_two_bars_or_as_told() -> None:
    timeline = Timeline.steady(120.0, 3, 4)
    last = TUNE[-1].onset + TUNE[-1].length
    assert play("duet", timeline).end == pytest.approx((last + 6) / 2, abs=0.01)
    assert play("duet", timeline, tail_beats=20).end == pytest.approx((last + 20) / 2, abs=0.01)


def test_what_sounds_at_the_end_ends_there() -> None:
    performance = play("duet", Timeline.steady(96.0), seed=2, tail_beats=0.3)
    assert not performance.ended
    assert all(note.onset_seconds + note.length_seconds <= performance.end for note in performance.machine)


def test_the_machine_keeps_the_timeline_through_its_changes() -> None:
    """In accompany on a grid of eighths every onset is on one, whatever tempo and metre do."""
    settings = Settings(mode="accompany", seed=1, values={"quantize": 8, "lookahead": 0.1})
    human = [HumanNote(float(beat), 0.9, 60, 80) for beat in range(24)]
    timeline = Timeline((Tempo(0.0, 100.0), Tempo(7.0, 120.0), Tempo(13.0, 75.0)), (Metre(0.0, 4, 4), Metre(8.0, 3, 4)))
    machine = perform(FakeModel(), settings, human, timeline).machine
    late = [note.onset for note in machine if note.onset > 14]
    assert late and all(abs(onset * 2 - round(onset * 2)) < 0.02 for onset in late)


def test_notes_begin_with_the_humans_at_second_nought() -> None:
    performance = play("harmonize", human=(HumanNote(0.0, 1.0, 60, 80),))
    assert performance.machine and performance.machine[0].onset_seconds < 0.05


def test_a_key_struck_again_before_it_came_up_is_two_notes() -> None:
    """Of an overlap the first note ends where the second begins; harmonies are added to both, and end with them."""
    human = (HumanNote(0.0, 3.0, 60, 80), HumanNote(1.0, 0.5, 60, 80), HumanNote(1.0, 0.2, 60, 80))
    machine = play("harmonize", human=human).machine
    assert {round(note.onset) for note in machine} == {0, 1}
    assert all(note.onset + note.length < 1.6 for note in machine)


def test_pedals_and_settings_come_in_beside_the_notes() -> None:
    pedal = (Control(1.9, 64, 127), Control(6.0, 64, 0))
    assert play(also=pedal).machine[0].onset_seconds > 6.0 > play().machine[0].onset_seconds


def test_a_voice_and_a_length_for_each_note() -> None:
    performance = play("duet", Timeline.steady(96.0))
    assert {note.voice for note in performance.machine} <= {"keys", "bass"}
    for note in performance.machine:
        assert note.onset_seconds == pytest.approx(performance.timeline.seconds_at(note.onset))
        ends = performance.timeline.seconds_at(note.onset + note.length)
        assert ends - note.onset_seconds == pytest.approx(note.length_seconds)


def test_a_tempo_no_clock_can_keep_is_kept_as_nearly_as_can_be() -> None:
    performance = play("duet", Timeline((Tempo(0.0, 100.0), Tempo(5.0, 12.0), Tempo(5.5, 100.0))))
    tempos = [item.bpm for _, item in performance.log.inputs() if isinstance(item, SetTempo)]
    assert tempos == [20.0, 100.0]
