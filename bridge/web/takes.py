"""What was played lately, as MIDI files that a page can drag into a DAW: each answer, and the last minutes of both."""

from __future__ import annotations

import math
import tempfile
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bridge.midi.files import DRUM_CHANNEL, NewTrack, TrackNote, write_new
from bridge.performer.settings import Settings
from bridge.sessions.log import Entry, PlayedNote, SessionLog, played_notes
from bridge.timing.timeline import Timeline
from bridge.vocabulary.events import Kept, Sounded, Turn, TurnChanged
from bridge.vocabulary.voices import VOICE_PROGRAMS

# Seconds that are kept, entries at most, and answers.
KEPT: Final = 300.0
MOST_ENTRIES: Final = 100_000
MOST_ANSWERS: Final = 12


@dataclass(frozen=True, slots=True)
class BeatTime:
    """The clock at `time` (seconds): its tempo in beats per minute (0: free), and the beat of the song, if known."""

    time: float = 0.0
    bpm: float = 0.0
    beat: float | None = None
    beats_per_bar: float = 4.0

    def bar_line_before(self, time: float) -> float:
        """The moment of the last bar line not after `time`; `time` itself where no bar is known."""
        if self.bpm <= 0 or self.beat is None:
            return time
        beats = self.beat + (time - self.time) * self.bpm / 60.0
        return time - beats % self.beats_per_bar * 60.0 / self.bpm


def beat_of(status: Mapping[str, Any], now: float) -> BeatTime:
    """The clock as a status tells it at `now`."""
    if not status.get("tempo") or status.get("bar") is None:
        return BeatTime(now, float(status.get("tempo") or 0.0))
    per_bar = float(status["beats_per_bar"])
    beat = (status["bar"] - 1) * per_bar + status["beat"] - 1
    return BeatTime(now, float(status["tempo"]), beat, per_bar)


@dataclass(slots=True)
class _Answer:
    number: int
    began: float
    beat: BeatTime
    note_ids: set[int]
    over: bool = False
    kept: bool = False


class Takes:
    """Follows a session and remembers its last minutes."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=MOST_ENTRIES)
        self._answers: deque[_Answer] = deque(maxlen=MOST_ANSWERS)
        self._beat = BeatTime()
        self._voices: dict[int, str] = {}

    def publish(self, status: Mapping[str, Any], now: float) -> None:
        """Know the clock, and which voice is played on which channel."""
        self._beat = beat_of(status, now)
        voices = dict(status.get("voices", {}))
        for on in (False, True):
            self._voices |= {int(channel): voice for voice, (enabled, channel) in voices.items() if bool(enabled) is on}

    def accept(self, entry: Entry) -> bool:
        """Follow. True where the list of answers is another now."""
        now, item = entry[1], entry[2]
        self._entries.append(entry)
        while self._entries[0][1] < now - KEPT:
            self._entries.popleft()
        answer = self._answers[-1] if self._answers else None
        match item:
            case TurnChanged(turn) if turn is Turn.MACHINE and (answer is None or answer.over or answer.note_ids):
                number = answer.number + 1 if answer is not None else 1
                self._answers.append(_Answer(number, now, self._beat, set()))
                return answer is not None and not answer.over
            case TurnChanged() if answer is not None and not answer.over:
                answer.over = True
                return bool(answer.note_ids)
            case Sounded(_, note_id) if answer is not None and not answer.over:
                answer.note_ids.add(note_id)
                return len(answer.note_ids) == 1
            case Kept(note_ids):
                liked = [answer for answer in self._answers if not answer.note_ids.isdisjoint(note_ids)]
                for answer in liked:
                    answer.kept = True
                return bool(liked)
        return False

    def answers(self) -> list[dict[str, Any]]:
        """The answers there are, the last one first: number, when it began (seconds), how many notes, whether liked."""
        return [
            {"number": answer.number, "began": answer.began, "notes": len(answer.note_ids), "kept": answer.kept}
            for answer in reversed(self._answers)
            if answer.note_ids
        ]

    def answer_file(self, number: int) -> bytes | None:
        """An answer as a MIDI file that begins on its bar line; None where there is none of that number any more."""
        answer = next((answer for answer in self._answers if answer.number == number), None)
        if answer is None:
            return None
        notes = [note for note in self._played() if note.machine and note.note_id in answer.note_ids]
        return self._file(notes, answer.beat) if notes else None

    def recent_file(self) -> bytes | None:
        """The last minutes of both players as a MIDI file; None where nobody played."""
        notes = self._played()
        return self._file(notes, self._beat) if notes else None

    def _played(self) -> list[PlayedNote]:
        log = SessionLog(Settings(), "", "", tuple(self._entries))
        return [note for note in played_notes(log) if not note.cancelled]

    def _file(self, notes: Sequence[PlayedNote], beat: BeatTime) -> bytes:
        origin = beat.bar_line_before(min(note.onset for note in notes))
        bpm = beat.bpm or 120.0
        per_bar = beat.beats_per_bar
        whole = math.isclose(per_bar, round(per_bar))
        numerator, denominator = (round(per_bar), 4) if whole else (round(2 * per_bar), 8)
        timeline = Timeline.steady(bpm, numerator, denominator) if beat.bpm else Timeline.without_beat()
        tracks = [*self._tracks(notes, origin, bpm)]
        with tempfile.TemporaryDirectory(prefix="antiphon-") as folder:
            path = Path(folder) / "take.mid"
            write_new(path, timeline, tracks)
            return path.read_bytes()

    def _tracks(self, notes: Iterable[PlayedNote], origin: float, bpm: float) -> Iterable[NewTrack]:
        parts: dict[tuple[bool, int], list[TrackNote]] = {}
        for note in notes:
            onset, length = (note.onset - origin) * bpm / 60.0, note.duration * bpm / 60.0
            placed = TrackNote(max(onset, 0.0), length, note.pitch, note.velocity, note.channel)
            parts.setdefault((note.machine, note.channel), []).append(placed)
        for (machine, channel), placed_notes in sorted(parts.items()):
            voice = self._voices.get(channel, "")
            programs = {channel: VOICE_PROGRAMS[voice]} if machine and voice and channel != DRUM_CHANNEL else {}
            yield NewTrack(f"Antiphon {voice or channel}" if machine else f"Human {channel}", placed_notes, programs)
