"""Writes a session while it is played: the log that replays it, and a MIDI file of both players."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import mido

from bridge.sessions.log import Entry, PlayedNote, line, played_notes, read_log

LOG_NAME: Final = "session.jsonl"
MIDI_NAME: Final = "session.mid"
_TICKS_PER_BEAT: Final = 480
_BPM: Final = 120.0


class Recorder:
    """Takes journal entries from the engine thread and writes them from its own.

    Raises OSError when the folder cannot be made or written.
    """

    def __init__(self, folder: Path, header: dict[str, Any]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.failure: OSError | None = None
        self._entries: queue.SimpleQueue[Entry | None] = queue.SimpleQueue()
        self._file = (folder / LOG_NAME).open("w", encoding="utf-8")
        self._file.write(json.dumps(header) + "\n")
        self._thread = threading.Thread(target=self._write, name="recorder", daemon=True)
        self._thread.start()

    def __call__(self, entry: Entry) -> None:
        """Note an entry. Never blocks."""
        self._entries.put(entry)

    def close(self) -> None:
        """Finish the log and write the MIDI file. A second call does nothing."""
        if self._file.closed:
            return
        self._entries.put(None)
        self._thread.join()
        self._file.close()
        if self.failure is None:
            write_midi(played_notes(read_log(self.folder / LOG_NAME)), self.folder / MIDI_NAME)

    def _write(self) -> None:
        while (entry := self._entries.get()) is not None:
            if self.failure is not None:
                continue
            try:
                self._file.write(line(entry) + "\n")
                if self._entries.empty():
                    self._file.flush()
            except OSError as error:  # a full disk: the set goes on, the recording does not
                self.failure = error


def write_midi(notes: Sequence[PlayedNote], path: Path) -> None:
    """Both players as a two-track MIDI file at 120 BPM (a beat is half a second); cancelled notes are left out."""
    heard = [note for note in notes if not note.cancelled]
    origin = min((note.onset for note in heard), default=0.0)
    file = mido.MidiFile(type=1, ticks_per_beat=_TICKS_PER_BEAT)
    for name, machine in (("Human", False), ("Antiphon", True)):
        track = file.add_track(name)
        if not machine:
            track.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(_BPM)))
        messages: list[tuple[int, int, mido.Message]] = []
        for note in heard:
            if note.machine is not machine:
                continue
            on, off = _ticks(note.onset - origin), _ticks(note.onset + note.duration - origin)
            channel = note.channel - 1
            messages.append((on, 1, mido.Message("note_on", note=note.pitch, velocity=note.velocity, channel=channel)))
            messages.append((max(off, on + 1), 0, mido.Message("note_off", note=note.pitch, channel=channel)))
        before = 0
        for tick, _, message in sorted(messages, key=lambda entry: entry[:2]):
            track.append(message.copy(time=tick - before))
            before = tick
    file.save(path)


def _ticks(seconds: float) -> int:
    return round(seconds * _BPM / 60.0 * _TICKS_PER_BEAT)
