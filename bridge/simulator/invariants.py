"""What must hold at every step of a set, each as a small class that looks on from outside and raises `Broken`."""

from __future__ import annotations

import gc
import math
import types
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Final

import numpy as np

from bridge.engine.model_around import ModelAround
from bridge.performer.ledger import MOVED, MOVED_RELEASE
from bridge.performer.modes.respond import GIVEN_OUT
from bridge.performer.performer import Performer
from bridge.performer.progression import table
from bridge.performer.role import AUTO
from bridge.simulator.books import A_HAIR, Books, Given
from bridge.timing.clock import SessionClock
from bridge.vocabulary.codec import DRUMS, VOICES
from bridge.vocabulary.events import Input, MoveNotes, Output, PlayNote, Silence, ValueReport
from bridge.vocabulary.parameters import PARAMETERS
from bridge.vocabulary.scales import CHROMATIC, HEARD, PITCH_CLASSES, tones


class Broken(AssertionError):
    """An invariant does not hold: `name` which one, `time` when (seconds of the set), `text` what was seen."""

    def __init__(self, name: str, time: float, text: str) -> None:
        super().__init__(name, time, text)
        self.name, self.time, self.text = name, time, text

    def __str__(self) -> str:
        return f"{self.name} at {self.time:.3f} s: {self.text}"


@dataclass(slots=True)
class Occasions:
    """Who is told of what happens in a set; each is called as the method of that name of `Invariant`."""

    received: list[Callable[[float, Input, bool], None]] = field(default_factory=list)
    gave: list[Callable[[float, float, Output], None]] = field(default_factory=list)
    began: list[Callable[[float, int, int, int, Given | None], None]] = field(default_factory=list)
    stepped: list[Callable[[float], None]] = field(default_factory=list)


class Invariant:
    """Something that holds. Each is told what it asked for (`attend`), in order, after the books have taken it in."""

    name: ClassVar[str]
    holds: ClassVar[str]

    def __init__(self, books: Books) -> None:
        self.books = books

    def attend(self, to: Occasions) -> None:
        """Ask to be told of what this invariant looks at."""
        raise NotImplementedError

    def received(self, now: float, item: Input, own: bool) -> None:
        """The core took an input (`own`: as a note of the machine's that came back in)."""

    def gave(self, made: float, now: float, output: Output) -> None:
        """An output that was decided at `made` reaches the port at `now`."""

    def began(self, time: float, channel: int, pitch: int, velocity: int, note: Given | None) -> None:
        """A note-on left; `note` is the one that was due, where there was one."""

    def stepped(self, now: float) -> None:
        """Everything up to `now` has happened."""

    def broken(self, time: float, text: str) -> Broken:
        """To be raised."""
        return Broken(self.name, time, text)


class NoStuckNote(Invariant):
    """Every note ends when it was said to, and one without an end is held by a key of the human's."""

    name = "no stuck note"
    holds = "a note that left ends at its release; one without a release sounds only while the human holds a key"

    def attend(self, to: Occasions) -> None:
        to.stepped.append(self.stepped)

    def stepped(self, now: float) -> None:
        if not self.books.port_open:
            return
        for (channel, pitch), note in self.books.sounding.items():
            if note.release is None:
                if not self.books.keys and not self.books.pedalled:
                    raise self.broken(now, f"pitch {pitch} on channel {channel} is held, and the human holds nothing")
            elif note.release < now - A_HAIR:
                raise self.broken(
                    now, f"pitch {pitch} on channel {channel} should have ended {now - note.release:.3f} s ago"
                )


class NothingInThePast(Invariant):
    """Nothing is planned for, moved to, or played at a moment that is over."""

    name = "nothing in the past"
    holds = "no note is planned or moved to before the moment it is decided; none leaves early or later than `late`"

    def attend(self, to: Occasions) -> None:
        to.gave.append(self.gave)
        to.began.append(self.began)

    def gave(self, made: float, now: float, output: Output) -> None:
        match output:
            case PlayNote(note_id, onset, release):
                if onset < made - A_HAIR:
                    raise self.broken(made, f"note {note_id} was planned for {made - onset:.4f} s ago")
                if release is not None and release < onset:
                    raise self.broken(made, f"note {note_id} ends {onset - release:.4f} s before it begins")
            case MoveNotes(note_ids, onsets, releases):
                for note_id, onset, release in zip(note_ids, onsets, releases, strict=True):
                    note = self.books.given.get(note_id)
                    begun = note is None or note.begun_at is not None or note.moved_from <= made + A_HAIR
                    if release < made - A_HAIR or (onset < made - A_HAIR and not begun):
                        raise self.broken(
                            made, f"note {note_id} was moved to {onset:.3f}..{release:.3f}, at {made:.3f}"
                        )

    def began(self, time: float, channel: int, pitch: int, velocity: int, note: Given | None) -> None:
        if note is not None and time > note.onset + self.books.late + A_HAIR:
            raise self.broken(time, f"note {note.note_id} left {time - note.onset:.4f} s late")


class CancelledIsSilent(Invariant):
    """What leaves was planned and is not cancelled; after a silence nothing sounds."""

    name = "cancelled is silent"
    holds = "each note-on that leaves is a planned, uncancelled note at its time; after a silence nothing sounds"

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        self._silenced = False

    def attend(self, to: Occasions) -> None:
        to.gave.append(self.gave)
        to.began.append(self.began)
        to.stepped.append(self.stepped)

    def began(self, time: float, channel: int, pitch: int, velocity: int, note: Given | None) -> None:
        if note is None:
            cancelled = self.books.cancelled(channel, pitch, velocity)
            what = "that nobody planned" if cancelled is None else f"{cancelled.note_id}, which was cancelled"
            raise self.broken(time, f"out went a note {what}: pitch {pitch}, velocity {velocity}, channel {channel}")

    def gave(self, made: float, now: float, output: Output) -> None:
        if isinstance(output, Silence):
            self._silenced = True
        elif isinstance(output, PlayNote):
            self._silenced = False

    def stepped(self, now: float) -> None:
        if self._silenced and self.books.sounding and self.books.port_open:
            raise self.broken(now, f"after a silence these sound: {sorted(self.books.sounding)} (channel, pitch)")
        self._silenced = self._silenced and not self.books.port_open


class PitchesAllowed(Invariant):
    """Each note lies in the ranges and the scale that are set, in a voice that may play, and doubles no held pitch."""

    name = "pitches allowed"
    holds = "each note but a clip's keeps to low, high, its voice's range, a scale on a set root, and avoid_doubling"

    def attend(self, to: Occasions) -> None:
        to.began.append(self.began)

    def began(self, time: float, channel: int, pitch: int, velocity: int, note: Given | None) -> None:
        if note is not None and note.fixed:
            return
        books = self.books
        reasons = []
        for voice in VOICES:
            enabled, on_channel = books.voices[voice]
            if on_channel != channel:
                continue
            reason = self._reason(voice, pitch)
            if not reason and not enabled and not self._plays_disabled(voice):
                reason = "is not to play"
            if not reason:
                return
            reasons.append(f"{voice} {reason}")
        why = "; ".join(reasons) or "no voice plays on this channel"
        raise self.broken(time, f"pitch {pitch} on channel {channel} in {books.mode}: {why}")

    def _plays_disabled(self, voice: str) -> bool:
        """The drums count in, and harmonies are never none: the human's voice has them where there is no other."""
        if self.books.mode == "accompany":
            return voice == "drums"
        others = any(enabled for name, (enabled, _) in self.books.voices.items() if name != "drums")
        humans = self.books.human_voice in (voice, AUTO)
        return self.books.mode == "harmonize" and humans and not others

    def _reason(self, voice: str, pitch: int) -> str:
        """Why this voice may not play this pitch; empty where it may."""
        books = self.books
        low, high = books.ranges.get(voice, (0, 127))
        if not low <= pitch <= high:
            return f"plays from {low} to {high}"
        if voice == VOICES[DRUMS]:
            return ""
        if not books.number("low") <= pitch <= books.number("high"):
            return f"plays from {books.values['low']} to {books.values['high']}"
        scale, root = str(books.values["scale"]), str(books.values["root"])
        if HEARD not in (scale, root) and scale != CHROMATIC:
            allowed = tones(PITCH_CLASSES.index(root), scale)
            if pitch % 12 not in allowed:
                return f"plays {root} {scale}"
        held = {one for channel, one in books.keys | books.pedalled if not books.is_drum(channel)}
        doubling = books.values["avoid_doubling"]
        if doubling == "pitch" and pitch in held:
            return "doubles a pitch that is held"
        if doubling == "class" and pitch % 12 in {one % 12 for one in held}:
            return "doubles a pitch class that is held"
        return ""


class TurnedDown:
    """How many notes a parameter allows where it was turned down after a note had been given out.

    What was due by that moment has left, or is on its way.
    """

    def __init__(self, books: Books, name: str) -> None:
        self._name = name
        self._value, self._since = books.number(name), -math.inf

    def gave(self, made: float, output: Output) -> None:
        """An output that was decided at `made`."""
        if isinstance(output, ValueReport) and output.name == self._name:
            value = float(output.value)
            self._since = made if value < self._value else self._since
            self._value = value

    def limit(self, note: Given) -> float:
        """What it allows as this note begins."""
        return self._value if note.onset > self._since + PolyphonyKept.OVERLAP else math.inf


class PolyphonyKept(Invariant):
    """No more notes sound at once than `polyphony` says as one begins, nor than it said when the newest was planned."""

    name = "polyphony kept"
    holds = "no note begins among more than `polyphony` allows, or allowed when it was planned, a clip's aside"

    # Where a clock is followed, onsets and ends are moved once that is worth it: they may overlap by so much, and by
    # as much as a change of the tempo moved them.
    OVERLAP: Final = MOVED + MOVED_RELEASE + A_HAIR

    def __init__(self, books: Books) -> None:
        super().__init__(books)
        self._sounding: list[Given] = []
        self._turned = TurnedDown(books, "polyphony")

    def attend(self, to: Occasions) -> None:
        to.gave.append(self.gave)
        to.began.append(self.began)

    def gave(self, made: float, now: float, output: Output) -> None:
        self._turned.gave(made, output)

    def began(self, time: float, channel: int, pitch: int, velocity: int, note: Given | None) -> None:
        if note is None or note.fixed:
            return
        after = time + self.OVERLAP + note.moved
        self._sounding = [one for one in self._sounding if one.release is None or one.release > after + one.moved]
        self._sounding.append(note)
        count = len(self._sounding)
        newest = max(self._sounding, key=lambda one: (one.given_at, one.note_id))
        if count > newest.polyphony:
            raise self.broken(time, f"{count} notes sound at once, {newest.polyphony} may")
        if count > self._turned.limit(note):
            raise self.broken(
                time, f"{count} notes sound at once, {self._turned.limit(note):g} may since it was turned"
            )


class MostKept(Invariant):
    """No more notes begin within a beat than `most` says as one begins, nor than it said as the newest was planned."""

    name = "most kept"
    holds = "no more notes begin within any beat than `most` allows as they begin, or allowed when they were planned"

    def __init__(self, books: Books, performer: Performer) -> None:
        super().__init__(books)
        self._performer = performer
        self._begun: deque[Given] = deque(maxlen=4 * int(PARAMETERS["most"].high))
        self._turned = TurnedDown(books, "most")

    def attend(self, to: Occasions) -> None:
        to.gave.append(self.gave)
        to.began.append(self.began)

    def gave(self, made: float, now: float, output: Output) -> None:
        self._turned.gave(made, output)

    def began(self, time: float, channel: int, pitch: int, velocity: int, note: Given | None) -> None:
        if note is None or note.fixed:
            return
        self._begun.append(note)
        beat = 60.0 / self._performer.stage.clock.bpm
        near = [one for one in self._begun if one.onset > note.onset - beat + PolyphonyKept.OVERLAP + one.moved]
        newest = max(near, key=lambda one: (one.given_at, one.note_id), default=note)
        may = min(newest.most, self._turned.limit(note))
        if len(near) > may and not note.moved:
            raise self.broken(time, f"{len(near)} notes begin within a beat of {beat:.3f} s, {may:g} may")


class PlanWithinLookahead(Invariant):
    """A note is given out no longer before it sounds than the lookahead.

    A note that `polyphony` or `most` leaves no room yet may wait. An answer is planned note by note, whatever the
    pauses in it are: its last note may lie further away, and no other.
    """

    name = "plan within lookahead"
    holds = "no note is given out further ahead than the lookahead, but one that waits for room, or an answer's last"

    # A note is placed to this precision, in seconds: an answer is given out so much before it is due.
    SLACK: Final = GIVEN_OUT + 0.001
    # What was planned and set aside was so by the lookahead, and in the tempo, of these last seconds.
    SET_ASIDE: Final = 3.0

    def __init__(self, books: Books, performer: Performer) -> None:
        super().__init__(books)
        self._performer = performer
        # (moment, lookahead from then on in sixtieths of a beat), one for each clock and each note given out.
        self._lookaheads: deque[tuple[float, float]] = deque()
        self._clock: SessionClock | None = None

    def attend(self, to: Occasions) -> None:
        to.gave.append(self.gave)
        to.stepped.append(self.stepped)

    def stepped(self, now: float) -> None:
        if self._performer.stage.clock is not self._clock:
            self._clock = self._performer.stage.clock
            self._note(now)

    def gave(self, made: float, now: float, output: Output) -> None:
        if isinstance(output, PlayNote):
            self._note(made)
            self._check(made, output)

    def _note(self, now: float) -> None:
        self._lookaheads.append((now, self._lookahead(now) * self._performer.stage.clock.bpm))
        while len(self._lookaheads) > 2 and self._lookaheads[1][0] < now - self.SET_ASIDE:
            self._lookaheads.popleft()

    def _check(self, made: float, output: PlayNote) -> None:
        seconds = max(ahead for _, ahead in self._lookaheads) / self._performer.stage.clock.bpm
        latest = made + seconds + self.SLACK
        if output.onset <= latest or self._waits(output):
            return
        if self.books.mode == "respond" and not self._others_after(latest, output):
            return
        ahead = output.onset - made
        raise self.broken(made, f"note {output.note_id} is {ahead:.3f} s away, the lookahead {seconds:.3f}")

    def _waits(self, output: PlayNote | Given) -> bool:
        """Whether it begins where another ends, or a beat after another, because `polyphony` or `most` had no room."""
        beat = 60.0 / self._performer.stage.clock.bpm
        return any(
            abs(output.onset - moment) < self.SLACK
            for note in self.books.given.values()
            if note.note_id != output.note_id
            for moment in (note.onset if note.release is None else note.release, note.onset + beat)
        )

    def _others_after(self, latest: float, output: PlayNote) -> bool:
        # One that was given out before the offset was changed is as far off as if it had been after that.
        latest -= self.books.number("offset") / 1000
        others = (
            note
            for note in self.books.given.values()
            if note.onset - note.offset > latest
            and note.note_id != output.note_id
            and not note.cancelled
            and note.begun_at is None
        )
        return any(not self._waits(note) for note in others)

    def _lookahead(self, now: float) -> float:
        """Seconds, by what is set: as far as notes are planned, and what the groove may put them off by.

        A swing is in beats: while the clock catches up with its source they last longer, or less long.
        """
        books, clock = self.books, self._performer.stage.clock
        least, usual = (min(max(0.005 + steps * books.step_p99, 0.05), 0.5) for steps in (4, 8))
        seconds = max(books.number("lookahead") or usual, least)
        seconds += (4 * books.number("humanize") + abs(books.number("offset"))) / 1000
        return clock.time_at(clock.beat_at(now + seconds) + books.number("swing") - 0.5) - now


class MemoryBounded(Invariant):
    """What the core holds does not grow, but for the notes it gave out a short time ago."""

    name = "memory bounded"
    holds = "the core (model aside) never holds more than a fixed number of things, and so many for each recent note"

    # 40,000 by itself, 50,000 the draws of the last 128 notes, and eight answers drawn side by side 50,000 each.
    MOST: Final = 500_000
    FOR_EACH_NOTE: Final = 40
    EVERY: Final = 30.0

    def __init__(self, books: Books, performer: Performer) -> None:
        super().__init__(books)
        self._performer = performer
        self._next = 0.0
        self.largest = 0

    def attend(self, to: Occasions) -> None:
        to.stepped.append(self.stepped)

    def stepped(self, now: float) -> None:
        if now < self._next:
            return
        self._next = now + self.EVERY
        model = inner = self._performer.stage.memory.model
        while isinstance(inner, ModelAround):
            inner = inner.model
        # Candidates that are being drawn refer to the model itself, whoever stands around it. What was counted on lead
        # sheets is one table for the whole program.
        size = size_of(self._performer, besides=[model, *reached(inner), table()])
        self.largest = max(self.largest, size)
        most = self.MOST + self.FOR_EACH_NOTE * len(self.books.given)
        if size > most:
            raise self.broken(now, f"the core holds {size:,} things, {most:,} at most were to be expected")


class TimeRunsOn(Invariant):
    """The session clock neither jumps nor runs backwards, whoever beats time."""

    name = "time runs on"
    holds = "session beats never jump and never run backwards, whatever the clock that is followed does"

    JUMP: Final = 1e-6

    def __init__(self, books: Books, performer: Performer) -> None:
        super().__init__(books)
        self._performer = performer
        self._clock = performer.stage.clock
        self._at = self._beat = -math.inf

    def attend(self, to: Occasions) -> None:
        to.stepped.append(self.stepped)

    def stepped(self, now: float) -> None:
        clock = self._performer.stage.clock
        beat = clock.beat_at(now)
        if clock is not self._clock:
            # Where the two lines meet: there the clock was changed.
            changed = max(min(clock.anchor_time, now), self._at)
            before, after = self._clock.beat_at(changed), clock.beat_at(changed)
            self._clock = clock
            if abs(after - before) > self.JUMP:
                raise self.broken(now, f"the clock jumped from beat {before:.6f} to {after:.6f}")
        if beat < self._beat - self.JUMP:
            raise self.broken(now, f"the clock ran back from beat {self._beat:.6f} to {beat:.6f}")
        self._at, self._beat = now, beat


# What is shared by the whole program.
_SHARED = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.CodeType, np.dtype)


# --- how much an object holds ----------------------------------------------------------------------------


def size_of(root: object, besides: Iterable[object] = ()) -> int:
    """Objects reached from `root`, elements of arrays included; what only `besides` reach is left out."""
    return sum(int(one.size) if isinstance(one, np.ndarray) else 1 for one in reached(root, besides))


def reached(root: object, besides: Iterable[object] = ()) -> list[object]:
    """`root` and what it refers to, directly or by others; none of `besides`, and nothing by way of them."""
    seen = {id(one) for one in besides}
    found = []
    todo = [root]
    while todo:
        one = todo.pop()
        if id(one) in seen or isinstance(one, _SHARED) or _is_constant(one):
            continue
        seen.add(id(one))
        found.append(one)
        todo.extend(gc.get_referents(one))
    return found


def _is_constant(one: object) -> bool:
    """A table that nobody writes to: it does not grow."""
    return isinstance(one, np.ndarray) and not one.flags.writeable
