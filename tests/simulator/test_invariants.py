"""Each invariant lets a sound stream pass and catches a broken one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from bridge.engine.fake import FakeModel
from bridge.engine.model_around import ModelAround
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.simulator.books import Books
from bridge.simulator.invariants import (
    Broken,
    CancelledIsSilent,
    Invariant,
    MemoryBounded,
    MostKept,
    NoStuckNote,
    NothingInThePast,
    PitchesAllowed,
    PlanWithinLookahead,
    PolyphonyKept,
    TimeRunsOn,
    size_of,
)
from bridge.timing.clock import SessionClock
from bridge.vocabulary.events import (
    CancelNotes,
    Control,
    Input,
    MoveNotes,
    NoteOff,
    NoteOn,
    Output,
    PlayNote,
    ReleaseNote,
    SetMode,
    SetRange,
    SetVoice,
    Silence,
    ValueReport,
)

ON, OFF = "on", "off"
# At a time: an input, an output (decided then), a note-on or note-off that left (channel, pitch, velocity), nothing.
Step = tuple[float, Input | Output | tuple[str, int, int, int] | None]
INPUTS = (NoteOn, NoteOff, Control, SetMode, SetVoice, SetRange)


def play(number: int, onset: float, release: float | None, pitch: int = 60, channel: int = 1) -> PlayNote:
    return PlayNote(number, onset, release, pitch, 80, channel)


def on(pitch: int = 60, channel: int = 1) -> tuple[str, int, int, int]:
    return ON, channel, pitch, 80


def off(pitch: int = 60, channel: int = 1) -> tuple[str, int, int, int]:
    return OFF, channel, pitch, 0


def look(make: Callable[[Books], Invariant], *steps: Step, mode: str = "duet", **values: float | str) -> None:
    """Tell an invariant all this, as a watch would."""
    books = Books.of(Settings(mode=mode, values=values))
    one = make(books)
    for time, what in steps:
        match what:
            case None:
                pass
            case ("on", channel, pitch, velocity):
                one.began(time, channel, pitch, velocity, books.began(time, channel, pitch, velocity))
            case ("off", channel, pitch, _):
                books.ended(channel, pitch)
            case _ if isinstance(what, INPUTS):
                books.received(what, own=False)
                one.received(time, what, own=False)
            case _:
                books.gave(time, time, what)  # type: ignore[arg-type]
                one.gave(time, time, what)  # type: ignore[arg-type]
        one.stepped(time)


def with_performer(kind: type[Invariant], **settings: object) -> Callable[[Books], Invariant]:
    performer = Performer(FakeModel(), Settings(**settings))  # type: ignore[arg-type]
    return lambda books: kind(books, performer)  # type: ignore[call-arg]


WHOLE: tuple[Step, ...] = (
    (1.0, NoteOn(1.0, 50, 80)),
    (1.0, play(1, 1.1, 1.5)),
    (1.0, play(2, 1.2, None, 64)),
    (1.0, play(3, 2.0, 2.5, 67)),
    (1.1, on()),
    (1.2, on(64)),
    (1.3, MoveNotes((1, 3), (1.1, 2.1), (1.4, 2.6))),
    (1.4, off()),
    (1.5, CancelNotes((3,))),
    (1.6, ReleaseNote(2, 1.6)),
    (1.6, off(64)),
    (1.7, NoteOff(1.7, 50)),
    (9.0, None),
)
ALL = (
    NoStuckNote,
    NothingInThePast,
    CancelledIsSilent,
    PitchesAllowed,
    PolyphonyKept,
    with_performer(MostKept),
    with_performer(PlanWithinLookahead, mode="duet"),
    with_performer(TimeRunsOn),
    with_performer(MemoryBounded),
)


@pytest.mark.parametrize("make", ALL)
def test_a_sound_stream_passes(make: Callable[[Books], Invariant]) -> None:
    look(make, *WHOLE, lookahead=1.0)


@pytest.mark.parametrize(
    "steps",
    [
        [(1.0, play(1, 1.1, 1.5)), (1.1, on()), (1.6, None)],
        [(1.0, play(1, 1.1, 1.5)), (1.1, on()), (1.2, ReleaseNote(1, 1.2)), (1.3, None)],
        [(0.9, NoteOn(0.9, 50, 80)), (1.0, play(1, 1.0, None)), (1.0, on()), (1.1, NoteOff(1.1, 50))],
    ],
    ids=["past its end", "past its release", "held for nobody"],
)
def test_a_stuck_note_is_caught(steps: list[Step]) -> None:
    with pytest.raises(Broken, match=r"no stuck note"):
        look(NoStuckNote, *steps)


@pytest.mark.parametrize(
    "steps",
    [
        [(1.0, play(1, 0.9, 1.5))],
        [(1.0, play(1, 1.5, 1.4))],
        [(1.0, play(1, 2.0, 3.0)), (1.5, MoveNotes((1,), (1.4,), (3.0,)))],
        [(1.0, play(1, 1.1, 3.0)), (1.1, on()), (1.5, MoveNotes((1,), (1.1,), (1.4,)))],
        [(1.0, play(1, 1.1, 1.5)), (1.2, on())],
    ],
    ids=["planned", "ends before it begins", "moved", "end moved", "late"],
)
def test_a_note_in_the_past_is_caught(steps: list[Step]) -> None:
    with pytest.raises(Broken, match=r"nothing in the past"):
        look(NothingInThePast, *steps)


@pytest.mark.parametrize(
    ("steps", "what"),
    [
        ([(1.0, play(1, 1.1, 1.5)), (1.05, CancelNotes((1,))), (1.1, on())], "1, which was cancelled"),
        ([(1.0, play(1, 1.1, 1.5)), (1.05, on())], "nobody planned"),
        ([(1.0, on())], "nobody planned"),
        ([(1.0, play(1, 1.1, 1.5)), (1.1, on()), (1.2, Silence()), (1.2, None)], "after a silence"),
    ],
    ids=["cancelled", "early", "never planned", "silenced"],
)
def test_what_was_cancelled_and_sounds_is_caught(steps: list[Step], what: str) -> None:
    with pytest.raises(Broken, match=f"cancelled is silent.*{what}"):
        look(CancelledIsSilent, *steps)


@pytest.mark.parametrize(
    ("steps", "values", "why"),
    [
        ([], {"high": 59.0}, "from 0.0 to 59.0"),
        ([], {"scale": "major", "root": "D"}, "D major"),
        ([(1.0, ValueReport("low", 61.0))], {}, "from 61.0 to 127"),
        ([(1.0, SetRange(1.0, "keys", 20, 40))], {}, "from 20 to 40"),
        ([(1.0, SetVoice(1.0, "keys", False, 1))], {}, "keys is not to play"),
        ([(1.0, SetVoice(1.0, "keys", True, 7))], {}, "no voice plays on this channel"),
        ([(1.0, NoteOn(1.0, 60, 80))], {"avoid_doubling": "pitch"}, "doubles a pitch that is held"),
        ([(1.0, NoteOn(1.0, 48, 80))], {"avoid_doubling": "class"}, "pitch class that is held"),
        (
            [(1.0, Control(1.0, 64, 127)), (1.0, NoteOn(1.0, 60, 80)), (1.05, NoteOff(1.05, 60))],
            {"avoid_doubling": "pitch"},
            "doubles a pitch that is held",
        ),
    ],
)
def test_a_pitch_that_is_not_allowed_is_caught(steps: list[Step], values: dict[str, float | str], why: str) -> None:
    with pytest.raises(Broken, match=f"pitches allowed.*{why}"):
        look(PitchesAllowed, (0.9, play(1, 1.1, 1.5)), *steps, (1.1, on()), **values)


def test_too_many_notes_at_once_are_caught() -> None:
    three = [(1.0, play(pitch, 1.1, 1.5, pitch)) for pitch in (60, 64, 67)]
    sounding = [(1.1, on(pitch)) for pitch in (60, 64, 67)]
    look(PolyphonyKept, *three, *sounding, polyphony=3.0)
    # What was due as fewer were allowed is on its way; what comes after that was to be taken back.
    look(PolyphonyKept, *three, (1.1, ValueReport("polyphony", 2.0)), *sounding, polyphony=3.0)
    with pytest.raises(Broken, match=r"3 notes sound at once, 2 may since it was turned"):
        look(PolyphonyKept, *three, (1.05, ValueReport("polyphony", 2.0)), *sounding, polyphony=3.0)
    with pytest.raises(Broken, match=r"polyphony kept.*3 notes sound at once, 2 may"):
        look(PolyphonyKept, *three, *sounding, polyphony=2.0)


def test_too_many_notes_in_a_beat_are_caught() -> None:
    # In free time a beat is half a second.
    steps = [(1.0, play(number, 1.0 + number / 10, 2.0, 60 + number)) for number in range(1, 4)]
    sounding = [(1.0 + number / 10, on(60 + number)) for number in range(1, 4)]
    look(with_performer(MostKept), *steps, *sounding, most=3.0)
    with pytest.raises(Broken, match=r"most kept.*3 notes begin within a beat of 0.500 s, 2 may"):
        look(with_performer(MostKept), *steps, *sounding, most=2.0)
    look(with_performer(MostKept), *steps[:2], *sounding[:2], (1.6, play(4, 1.6, 2.0)), (1.6, on()), most=2.0)


def test_a_plan_beyond_the_lookahead_is_caught() -> None:
    duet = with_performer(PlanWithinLookahead, mode="duet")
    look(duet, (1.0, play(1, 1.25, 2.0)), lookahead=0.25)
    with pytest.raises(Broken, match=r"plan within lookahead.*note 1 is 0.500 s away, the lookahead 0.250"):
        look(duet, (1.0, play(1, 1.5, 2.0)), lookahead=0.25)


def test_a_note_that_waits_for_room_may_be_further_away_and_so_may_an_answer_s_last() -> None:
    steps: list[Step] = [(1.0, play(1, 1.2, 1.6)), (1.0, play(2, 1.6, 2.0, 64))]
    look(with_performer(PlanWithinLookahead, mode="duet"), *steps, lookahead=0.25)
    respond = with_performer(PlanWithinLookahead, mode="respond")
    look(respond, (1.0, play(1, 2.0, 2.3)), mode="respond", lookahead=0.25)
    with pytest.raises(Broken, match=r"plan within lookahead.*note 2"):
        look(respond, (1.0, play(1, 2.0, 2.3)), (1.0, play(2, 2.1, 2.3)), mode="respond", lookahead=0.25)


def test_a_clock_that_jumps_or_runs_back_is_caught() -> None:
    performer = Performer(FakeModel())
    one = TimeRunsOn(Books.of(Settings()), performer)
    one.stepped(10.0)
    performer.stage.clock = SessionClock().with_tempo(90.0, 10.5)
    one.stepped(11.0)
    performer.stage.clock = SessionClock(anchor_beat=0.5)
    with pytest.raises(Broken, match=r"time runs on.*jumped from beat 21.75.* to 22.5"):
        one.stepped(11.0)
    performer.stage.clock = SessionClock()
    with pytest.raises(Broken, match=r"time runs on"):
        one.stepped(10.0)


def test_a_core_that_grows_is_caught() -> None:
    performer = Performer(FakeModel())
    one = MemoryBounded(Books.of(Settings()), performer)
    one.stepped(0.0)
    performer.stage.hands.kept = [object() for _ in range(MemoryBounded.MOST)]  # type: ignore[attr-defined]
    one.stepped(1.0)
    with pytest.raises(Broken, match=r"memory bounded.*things"):
        one.stepped(MemoryBounded.EVERY)


def test_what_candidates_know_of_their_model_is_not_the_cores() -> None:
    class Heavy(FakeModel):
        def __init__(self) -> None:
            super().__init__()
            self.states = np.zeros(2 * MemoryBounded.MOST)

    model = Heavy()
    performer = Performer(ModelAround(model))  # type: ignore[arg-type]
    one = MemoryBounded(Books.of(Settings()), performer)
    performer.stage.drawing.of = model  # type: ignore[attr-defined]
    one.stepped(0.0)
    performer.stage.drawing.of = Heavy()  # type: ignore[attr-defined]
    with pytest.raises(Broken, match=r"memory bounded.*things"):
        one.stepped(MemoryBounded.EVERY)


# --- how much an object holds, counted in things ----------


class Holder:
    def __init__(self) -> None:
        self.kept: list[object] = []


def test_what_is_kept_counts_and_what_is_shared_does_not() -> None:
    holder = Holder()
    before = size_of(holder)
    holder.kept.extend([object() for _ in range(100)])
    assert size_of(holder) - before == 100
    shared = [object() for _ in range(50)]
    holder.kept.append(shared)
    assert size_of(holder, besides=[shared]) - before == 100


def test_an_array_counts_its_elements_and_a_table_nothing() -> None:
    holder = Holder()
    before = size_of(holder)
    array = np.zeros(1000)
    holder.kept.append(array)
    assert size_of(holder) - before >= 1000
    array.flags.writeable = False
    assert size_of(holder) == before
