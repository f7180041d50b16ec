from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.midi import bytes as midi_bytes
from bridge.midi.outbox import FORGET_AFTER, Ended, Outbox, Reminder
from bridge.vocabulary.events import (
    CancelNotes,
    Dropped,
    ErrorReport,
    MoveNotes,
    Output,
    PassThrough,
    PlayNote,
    ReleaseNote,
    Severity,
    Silence,
    Sounded,
)


def on(pitch: int, channel: int = 1, velocity: int = 90) -> bytes:
    return bytes((0x8F + channel, pitch, velocity))


def off(pitch: int, channel: int = 1) -> bytes:
    return bytes((0x7F + channel, pitch, 0))


def note(note_id: int, onset: float, release: float | None, pitch: int = 60, channel: int = 1) -> PlayNote:
    return PlayNote(note_id, onset, release, pitch, 90, channel)


def play(outbox: Outbox, until: float) -> list[tuple[float, bytes]]:
    """Wake the outbox at each of its deadlines up to `until`; what left, and when."""
    left = []
    while (deadline := outbox.next_deadline()) is not None and deadline <= until:
        left.extend((deadline, message) for message in outbox.due(deadline).messages)
    return left


def outbox_with(*commands: Output, now: float = 0.0, late: float = 0.05) -> Outbox:
    outbox = Outbox(late)
    for command in commands:
        outbox.accept(command, now)
    return outbox


def test_a_note_begins_at_its_onset_and_ends_at_its_release() -> None:
    outbox = outbox_with(note(1, 1.0, 1.5))
    assert outbox.next_deadline() == 1.0
    assert outbox.due(0.999).messages == []
    due = outbox.due(1.0)
    assert (due.messages, due.reports) == ([on(60)], [Sounded(1.0, 1)])
    assert outbox.next_deadline() == 1.5
    due = outbox.due(1.6)
    assert (due.messages, due.reports) == ([off(60)], [Ended(1)])
    assert outbox.next_deadline() is None


def test_a_held_note_ends_when_it_is_released() -> None:
    outbox = outbox_with(note(1, 1.0, None))
    assert play(outbox, 9.0) == [(1.0, on(60))]
    outbox.accept(ReleaseNote(1, 2.0), 1.5)
    assert play(outbox, 9.0) == [(2.0, off(60))]


@pytest.mark.parametrize("first, second, end", [(1.5, 1.2, 1.2), (1.2, 1.5, 1.5)])
def test_the_last_release_counts(first: float, second: float, end: float) -> None:
    outbox = outbox_with(note(1, 1.0, first))
    assert play(outbox, 1.0) == [(1.0, on(60))]
    outbox.accept(ReleaseNote(1, second), 1.1)
    assert play(outbox, 9.0) == [(end, off(60))]


def test_a_release_before_the_onset_forgets_the_note() -> None:
    outbox = outbox_with(note(1, 1.0, None), ReleaseNote(1, 1.0))
    assert outbox.due(2.0).reports == [Ended(1)]
    assert outbox.next_deadline() is None


def test_a_release_after_the_onset_of_a_planned_note_shortens_it() -> None:
    outbox = outbox_with(note(1, 1.0, None), ReleaseNote(1, 1.2))
    assert play(outbox, 9.0) == [(1.0, on(60)), (1.2, off(60))]


def test_a_late_onset_is_dropped_and_needs_no_end() -> None:
    outbox = outbox_with(note(1, 1.0, 1.5))
    due = outbox.due(1.051)
    assert (due.messages, due.reports) == ([], [Dropped(1.051, 1)])
    assert outbox.next_deadline() is None


def test_an_onset_within_the_tolerance_is_played_and_a_late_end_always() -> None:
    outbox = outbox_with(note(1, 1.0, 1.01))
    assert outbox.due(1.04).messages == [on(60), off(60)]
    outbox.accept(note(2, 2.0, 3.0), 1.1)
    outbox.due(2.0)
    assert outbox.due(99.0).messages == [off(60)]


def test_a_note_without_length_begins_before_it_ends() -> None:
    assert outbox_with(note(1, 1.0, 0.5)).due(1.0).messages == [on(60), off(60)]


def test_at_equal_times_ends_go_first() -> None:
    outbox = outbox_with(note(2, 1.5, 2.0, pitch=72), note(1, 1.0, 1.5))
    assert play(outbox, 1.5) == [(1.0, on(60)), (1.5, off(60)), (1.5, on(72))]


def test_a_key_that_is_struck_again_belongs_to_the_new_note() -> None:
    outbox = outbox_with(note(1, 1.0, 2.0), note(2, 1.5, 3.0))
    assert play(outbox, 9.0) == [(1.0, on(60)), (1.5, off(60)), (1.5, on(60)), (3.0, off(60))]


def test_the_newer_note_may_end_before_the_older_one() -> None:
    outbox = outbox_with(note(1, 1.0, 9.0), note(2, 1.5, 2.0))
    assert play(outbox, 10.0) == [(1.0, on(60)), (1.5, off(60)), (1.5, on(60)), (2.0, off(60))]


def test_keys_of_different_channels_are_different() -> None:
    outbox = outbox_with(note(1, 1.0, 2.0, channel=1), note(2, 1.0, 3.0, channel=16))
    assert play(outbox, 9.0) == [(1.0, on(60)), (1.0, on(60, 16)), (2.0, off(60)), (3.0, off(60, 16))]


def test_cancelling_drops_what_has_not_begun_only() -> None:
    outbox = outbox_with(note(1, 1.0, 2.0, 60), note(2, 1.5, 2.0, 62))
    play(outbox, 1.0)
    outbox.accept(CancelNotes((1, 2, 99)), 1.2)
    assert outbox.due(1.2).reports == [Ended(2)]
    assert play(outbox, 9.0) == [(2.0, off(60))]


def test_a_planned_note_moves_and_leaves_at_its_new_time_once() -> None:
    outbox = outbox_with(note(1, 1.0, 2.0), MoveNotes((1,), (0.5,), (0.75,)))
    assert play(outbox, 9.0) == [(0.5, on(60)), (0.75, off(60))]
    outbox = outbox_with(note(1, 1.0, 2.0), MoveNotes((1,), (3.0,), (4.0,)))
    assert play(outbox, 9.0) == [(3.0, on(60)), (4.0, off(60))]


def test_of_a_note_that_has_begun_the_end_moves() -> None:
    outbox = outbox_with(note(1, 1.0, 2.0))
    assert play(outbox, 1.0) == [(1.0, on(60))]
    outbox.accept(MoveNotes((1,), (5.0,), (1.5,)), 1.1)
    assert play(outbox, 9.0) == [(1.5, off(60))]
    outbox.accept(MoveNotes((1,), (5.0,), (6.0,)), 2.0)
    assert play(outbox, 9.0) == []


def test_a_held_note_that_has_begun_is_not_moved() -> None:
    outbox = outbox_with(note(1, 1.0, None))
    assert play(outbox, 1.0) == [(1.0, on(60))]
    outbox.accept(MoveNotes((1,), (1.0,), (1.5,)), 1.1)
    assert play(outbox, 9.0) == []


def test_silence_ends_and_drops_everything_at_once() -> None:
    outbox = outbox_with(note(1, 1.0, None, 60), note(2, 1.0, None, 64, 2), note(3, 5.0, None, 67))
    play(outbox, 1.0)
    outbox.accept(Silence(), 1.5)
    assert outbox.next_deadline() == 1.5
    assert outbox.due(1.5).messages == [off(60), off(64, 2)]
    assert outbox.next_deadline() is None


def test_panic_also_tells_every_channel() -> None:
    outbox = outbox_with(Silence(all_channels=True))
    messages = outbox.due(0.0).messages
    for channel in range(16):
        for controller in (123, 120, 64):
            assert bytes((0xB0 | channel, controller, 0)) in messages


def test_what_passes_through_leaves_at_once_and_closing_lifts_the_pedal() -> None:
    outbox = outbox_with(PassThrough(b"\xb2\x40\x7f"), PassThrough(b"\xe0\x00\x40"), now=3.0)
    assert outbox.next_deadline() == 3.0
    assert outbox.due(3.0).messages == [b"\xb2\x40\x7f", b"\xe0\x00\x40"]
    assert list(outbox.close()) == [b"\xb2\x40\x00"]


def test_a_note_that_passes_through_is_ended_by_closing() -> None:
    outbox = outbox_with(PassThrough(on(60)))
    outbox.due(0.0)
    assert list(outbox.close()) == [off(60)]


def test_an_end_that_passes_through_does_not_cut_a_planned_note() -> None:
    outbox = outbox_with(note(1, 1.0, 2.0), now=0.0)
    play(outbox, 1.0)
    outbox.accept(PassThrough(off(60)), 1.2)
    assert play(outbox, 9.0) == [(2.0, off(60))]


def test_silence_is_the_machines_and_panic_everybodys() -> None:
    outbox = outbox_with(note(1, 1.0, None, 64), PassThrough(on(60)), PassThrough(b"\xb0\x40\x7f"))
    play(outbox, 1.0)
    outbox.accept(Silence(), 1.5)
    assert play(outbox, 1.5) == [(1.5, off(64))]
    outbox.accept(Silence(all_channels=True), 2.0)
    assert outbox.due(2.0).messages[:2] == [off(60), b"\xb0\x40\x00"]


def test_closing_twice_yields_the_ends_once() -> None:
    outbox = outbox_with(note(1, 1.0, None), note(2, 9.0, None))
    play(outbox, 1.0)
    assert list(outbox.close()) == [off(60)]
    assert list(outbox.close()) == []
    assert outbox.next_deadline() is None


def test_messages_decided_on_and_not_fetched_go_out_with_closing() -> None:
    outbox = outbox_with(note(1, 1.0, None))
    play(outbox, 1.0)
    outbox.accept(Silence(), 1.5)
    assert list(outbox.close()) == [off(60)]


def test_without_a_port_notes_are_reported_and_nothing_is_sent() -> None:
    outbox = Outbox(has_port=False)
    outbox.accept(note(1, 1.0, 2.0), 0.0)
    due = outbox.due(1.0)
    assert (due.messages, due.reports) == ([], [Sounded(1.0, 1)])
    outbox.port_opened(1.5)
    assert play(outbox, 9.0) == [(2.0, off(60))]


def test_an_end_that_fell_due_without_a_port_leaves_when_there_is_one() -> None:
    outbox = outbox_with(note(1, 1.0, 2.0, 60), note(2, 1.0, 9.0, 64), PassThrough(b"\xb0\x40\x7f"))
    play(outbox, 1.0)
    outbox.port_lost()
    assert play(outbox, 2.0) == []
    outbox.accept(PassThrough(b"\xb0\x40\x00"), 2.5)
    outbox.port_opened(3.0)
    assert outbox.due(3.0).messages == [off(60), b"\xb0\x40\x00"]
    assert play(outbox, 9.0) == [(9.0, off(64))]


def test_a_note_cut_off_by_another_without_a_port_is_ended_when_there_is_one() -> None:
    outbox = outbox_with(note(1, 1.0, 2.0), note(2, 3.0, 9.0))
    play(outbox, 1.0)
    outbox.port_lost()
    play(outbox, 3.5)
    outbox.port_opened(4.0)
    assert outbox.due(4.0).messages == [off(60)], "the first sounds there still, the second never began"


def test_an_end_that_could_not_be_sent_is_owed() -> None:
    outbox = outbox_with(note(1, 1.0, 2.0))
    play(outbox, 1.0)
    unsent = outbox.due(2.0).messages
    outbox.port_lost(unsent)
    outbox.port_opened(3.0)
    assert outbox.due(3.0).messages == [off(60)]


@pytest.mark.parametrize("has_port", [True, False])
def test_a_key_left_by_somebody_who_died_is_ended(has_port: bool) -> None:
    outbox = Outbox(has_port=has_port)
    outbox.owe(3, 60, 1.0)
    outbox.port_opened(1.0)
    assert outbox.due(1.0).messages == [off(60, 3)]


@pytest.mark.parametrize(
    "command, text",
    [
        (PlayNote(7, 1.0, 2.0, 128, 90, 1), "pitch of note 7 is 128: the range is 0 to 127"),
        (PlayNote(7, 1.0, 2.0, 60, 0, 1), "velocity of note 7 is 0"),
        (PlayNote(7, 1.0, 2.0, 60, 90, 17), "channel of note 7 is 17"),
        (PlayNote(7, float("nan"), 2.0, 60, 90, 1), "onset of note 7 is nan"),
        (PlayNote(7, 1.0, float("inf"), 60, 90, 1), "release of note 7 is inf"),
    ],
)
def test_a_note_that_midi_cannot_say_is_refused(command: PlayNote, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Outbox().accept(command, 0.0)


def test_what_is_not_for_a_port_is_ignored() -> None:
    assert outbox_with(ErrorReport(Severity.ERROR, "code", "text")).next_deadline() is None


# --- whatever the order of commands --------------------------------------------------------------

TIMES = st.integers(0, 40).map(lambda step: step / 10)
IDS = st.integers(0, 12)
COMMANDS = st.one_of(
    st.builds(
        PlayNote,
        note_id=IDS,
        onset=TIMES,
        release=st.none() | TIMES,
        pitch=st.integers(60, 62),
        velocity=st.integers(1, 127),
        channel=st.integers(1, 2),
    ),
    st.builds(ReleaseNote, note_id=IDS, time=TIMES),
    st.builds(CancelNotes, st.lists(IDS, max_size=3).map(tuple)),
    st.builds(Silence, st.booleans()),
    st.builds(lambda note_id, onset, release: MoveNotes((note_id,), (onset,), (release,)), IDS, TIMES, TIMES),
    st.builds(
        PassThrough, st.sampled_from([on(60), off(60), b"\xb0\x40\x7f", b"\xb0\x40\x00", b"\xb1\x42\x7f", b"\x90"])
    ),
)


@dataclass(slots=True)
class Lose:
    """The port goes away, or (when it is away) comes back."""


@dataclass(slots=True)
class Wake:
    """The owner wakes, at a deadline or not."""


STEPS = st.lists(st.tuples(st.integers(0, 5).map(lambda step: step / 10), COMMANDS | st.builds(Wake) | st.builds(Lose)))


@dataclass(slots=True)
class Receiver:
    """A synth at the other end: which keys sound and which pedals are down."""

    keys: set[tuple[int, int]] = field(default_factory=set)
    pedals: set[tuple[int, int]] = field(default_factory=set)
    hanging: int = 0

    def hear(self, messages: Sequence[bytes]) -> None:
        for message in messages:
            kind, channel = message[0] & 0xF0, message[0] & 0x0F
            if kind == 0x90:
                # A second on without an off between would leave a synth with two voices to end.
                self.hanging += (channel, message[1]) in self.keys
                self.keys.add((channel, message[1]))
            elif kind == 0x80:
                self.keys.discard((channel, message[1]))
            elif kind == 0xB0 and message[1] in (64, 66):
                (self.pedals.add if message[2] else self.pedals.discard)((channel, message[1]))


@given(STEPS)
def test_nothing_hangs_whatever_happens(steps: list[tuple[float, Output | Wake | Lose]]) -> None:
    outbox, receiver, now = Outbox(late=0.2), Receiver(), 0.0
    for wait, step in steps:
        now += wait
        match step:
            case Wake():
                pass
            case Lose():
                if outbox.has_port:
                    outbox.port_lost()
                else:
                    outbox.port_opened(now)
            case _:
                outbox.accept(step, now)
        if not isinstance(step, Lose):
            receiver.hear(outbox.due(now).messages)
    if not outbox.has_port:
        outbox.port_opened(now)
    receiver.hear(list(outbox.close()))
    assert receiver == Receiver()
    assert outbox.next_deadline() is None and not outbox.sounding and not outbox.planned


@given(STEPS)
def test_every_note_is_accounted_for_and_none_is_early(steps: list[tuple[float, Output | Wake | Lose]]) -> None:
    outbox, now = Outbox(late=0.2), 0.0
    open_ids: dict[int, PlayNote] = {}
    sounded: set[int] = set()

    def hear(reports: Sequence[object]) -> None:
        for report in reports:
            match report:
                case Sounded(time, note_id):
                    assert open_ids[note_id].onset <= time <= open_ids[note_id].onset + outbox.late
                    assert note_id not in sounded
                    sounded.add(note_id)
                case Dropped(time, note_id):
                    assert time > open_ids.pop(note_id).onset + outbox.late
                case Ended(note_id):
                    del open_ids[note_id]
                    sounded.discard(note_id)

    for wait, step in steps:
        now += wait
        if isinstance(step, (Wake, Lose)):
            hear(outbox.due(now).reports)
            continue
        if isinstance(step, PlayNote):
            open_ids.setdefault(step.note_id, step)
        if isinstance(step, MoveNotes):
            for note_id, onset, _ in zip(step.note_ids, step.onsets, step.releases, strict=True):
                if note_id in open_ids and note_id not in sounded:
                    open_ids[note_id] = replace(open_ids[note_id], onset=onset)
        outbox.accept(step, now)
        hear(outbox.due(now).reports)
    outbox.accept(Silence(), now)
    hear(outbox.due(now).reports)
    assert not open_ids


@given(st.lists(COMMANDS, max_size=20))
def test_woken_at_its_deadlines_it_is_never_late(commands: list[Output]) -> None:
    outbox = Outbox(late=0.0)
    for command in commands:
        outbox.accept(command, 0.0)
    while (deadline := outbox.next_deadline()) is not None:
        assert not any(isinstance(report, Dropped) for report in outbox.due(deadline).reports)
        assert outbox.next_deadline() is None or outbox.next_deadline() > deadline  # type: ignore[operator]


def test_the_panic_lifts_pedals_before_it_cuts() -> None:
    first = list(midi_bytes.panic())[:4]
    assert first == [b"\xb0\x40\x00", b"\xb0\x42\x00", b"\xb0\x7b\x00", b"\xb0\x78\x00"]


def test_a_pedal_lift_that_did_not_leave_is_still_owed_when_the_port_goes_again() -> None:
    outbox = Outbox()
    outbox.accept(PassThrough(b"\xb0\x40\x7f"), 0.0)
    assert outbox.due(0.0).messages == [b"\xb0\x40\x7f"]
    outbox.port_lost()
    outbox.accept(Silence(all_channels=True), 0.1)
    outbox.port_opened(0.2)
    outbox.port_lost()
    outbox.port_opened(0.3)
    assert b"\xb0\x40\x00" in outbox.due(0.3).messages


def test_while_a_port_stands_still_note_ons_are_dropped_and_note_offs_owed() -> None:
    outbox = outbox_with(note(1, 1.0, 3.0, 60), note(2, 1.0, None, 61), note(3, 2.0, 2.5, 62), note(4, 9.0, 9.5, 63))
    play(outbox, 1.5)
    outbox.port_stalled()
    due = outbox.due(4.0)
    assert due.messages == []
    assert due.reports == [Dropped(4.0, 3), Ended(1)]
    outbox.port_opened(5.0)
    assert outbox.due(5.0).messages == [off(60)]
    assert play(outbox, 10.0) == [(9.0, on(63)), (9.5, off(63))]
    assert outbox.sounding == {(1, 61)}


# --- owed note-offs, told again to whoever connects ----------


OFF = b"\x81\x3c\x00"
LIFT = b"\xb1\x40\x00"


def test_whoever_connects_is_told_until_a_minute_after_the_first() -> None:
    reminder = Reminder()
    reminder.keep([OFF, LIFT, OFF])
    assert reminder.connected(500.0, ()) == [OFF, LIFT]
    assert reminder.connected(500.0 + FORGET_AFTER, ()) == [OFF, LIFT]
    assert reminder.connected(500.1 + FORGET_AFTER, ()) == []
    assert len(reminder) == 0


def test_a_key_that_sounds_again_by_our_own_doing_is_left_alone() -> None:
    reminder = Reminder()
    reminder.keep([OFF, LIFT])
    assert reminder.connected(1.0, {(2, 60)}) == [LIFT]
    assert reminder.connected(2.0, {(1, 60)}) == [OFF, LIFT]


def test_what_is_owed_anew_is_kept_anew() -> None:
    reminder = Reminder()
    reminder.keep([OFF])
    reminder.connected(1.0, ())
    reminder.keep([LIFT])
    assert reminder.connected(2.0 * FORGET_AFTER, ()) == [OFF, LIFT]


def control(number: int, value: int, channel: int = 1) -> bytes:
    return bytes((0xAF + channel, number, value))


def test_what_a_lost_port_may_not_have_sent_is_owed_once_when_there_is_one() -> None:
    outbox = Outbox()
    unsent = [on(60), off(64, 16), control(64, 127, 3), control(7, 100, 4), bytes((0xE0, 64, 0)), bytes((0xD0, 64))]
    outbox.port_lost(unsent)
    owed = [off(60), off(64, 16), control(64, 0, 3)]
    assert outbox.owed == owed and not outbox.has_port
    outbox.port_opened(1.0)
    assert outbox.due(1.0).messages == owed and outbox.owed == []
    outbox.port_lost()
    outbox.port_opened(2.0)
    assert outbox.due(2.0).messages == [], "not a second time"


def test_what_was_decided_and_never_handed_out_is_owed_too() -> None:
    outbox = outbox_with(PassThrough(on(60, 16)), PassThrough(control(64, 127, 2)))
    outbox.port_lost()
    assert outbox.due(1.0).messages == [] and outbox.owed == [off(60, 16), control(64, 0, 2)]


def test_a_port_that_stalls_drops_what_comes_due_and_one_that_is_gone_sounds_for_others() -> None:
    for stalls, report in ((True, Dropped(1.0, 1)), (False, Sounded(1.0, 1))):
        outbox = outbox_with(note(1, 1.0, 1.5))
        (outbox.port_stalled if stalls else outbox.port_lost)()
        assert (outbox.due(1.0).reports, outbox.has_port) == ([report], False)
    outbox = outbox_with(note(1, 1.0, 1.5))
    outbox.port_stalled()
    outbox.port_opened(0.5)
    assert outbox.due(1.0).reports == [Sounded(1.0, 1)], "it is well again"


def test_what_cannot_be_said_or_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="velocity of note 1 is 128"):
        outbox_with(replace(note(1, 1.0, 1.5), velocity=128))
    with pytest.raises(ValueError, match="zip"):
        outbox_with(note(1, 1.0, 1.5), MoveNotes((1,), (2.0, 3.0), (4.0,)))


@pytest.mark.parametrize(("now", "onset"), [(0.5, 2.0), (0.5, 0.47)])
def test_it_is_to_be_asked_when_the_first_of_what_is_ready_and_what_is_planned_comes(now: float, onset: float) -> None:
    outbox = Outbox()
    assert outbox.next_deadline() is None
    outbox.accept(PlayNote(1, onset, onset + 1.0, 60, 90, 1), now)
    assert outbox.next_deadline() == onset
    outbox.accept(PassThrough(b"\xb0\x01\x40"), now)
    assert outbox.next_deadline() == min(now, onset)
    outbox.due(now)
    assert outbox.next_deadline() == (onset if onset > now else onset + 1.0), "the note's off, where it has begun"


def test_a_note_on_that_did_not_leave_owes_nothing_to_a_note_that_is_not_there() -> None:
    outbox = Outbox()
    outbox.accept(PlayNote(1, 1.0, 2.0, 60, 90, 1), 0.0)
    handed_out = outbox.due(1.0).messages
    outbox.port_lost(handed_out)
    assert outbox.owed == [b"\x80\x3c\x00"], "it may have left all the same"
    outbox.port_opened(1.5)
    assert outbox.due(1.5).messages == [], "what sounds is the note's own, and it ends in its time"
    assert outbox.due(2.0).messages == [b"\x80\x3c\x00"]


def test_pressure_and_bends_that_did_not_leave_are_owed_to_nobody() -> None:
    outbox = Outbox()
    outbox.port_lost([b"\xd0\x40", b"\xe0\x40\x40", b"\xb0\x07\x40", b"\xf8", b"\xb3\x40\x00"])
    assert outbox.owed == [b"\xb3\x40\x00"]
