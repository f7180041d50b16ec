"""The first things that were played, to be looked at and heard: pictures, MIDI files and a page with the measures.

First, not best: the first answers of the styles in turn, and the first of every other mode.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bridge.evaluation.playing.excerpts import Excerpt
from bridge.evaluation.playing.machine import NOTATED
from bridge.evaluation.playing.parts import Findings
from bridge.evaluation.playing.report import as_markdown
from bridge.midi.files import NewTrack, TrackNote, write_new
from bridge.reports.plots import RollNote, draw
from bridge.sessions.perform import MachineNote, Performance
from bridge.system.plain_files import write_plain
from bridge.vocabulary.voices import VOICE_PROGRAMS

# How many of each mode are shown.
SHOWN: Final = {"respond": 8, "duet": 2, "accompany": 2, "harmonize": 2}
_ROLE: Final = {"drums": "drums", "bass line": "bass", "strings": "strings", "single line": "lead", "tune": "lead"}


@dataclass(frozen=True, slots=True)
class Example:
    """One performance with where it comes from."""

    mode: str
    style: str
    number: int
    excerpt: Excerpt
    performance: Performance

    @property
    def file(self) -> str:
        """The name of its files, without their endings."""
        return f"{self.mode}-{self.number}"

    @property
    def title(self) -> str:
        """For its picture."""
        return f"{self.mode}, {self.style}: {self.excerpt.piece.source}, {Path(self.excerpt.piece.name).stem}"


def examples(findings: Findings) -> list[Example]:
    """The first of each mode, the styles in turn."""
    found: list[Example] = []
    for mode, count in SHOWN.items():
        parts = [part for part in findings.parts if part.mode == mode]
        turns = [(place, part) for place in range(count) for part in parts if place < len(part.performances)]
        for number, (place, part) in enumerate(turns[:count], 1):
            found.append(Example(mode, part.style, number, part.excerpts[place], part.performances[place]))
    return found


def write(findings: Findings, folder: Path, command: str) -> Path:
    """Write `playing.md` into `folder` and the examples into `folder/playing`. Raises OSError; returns the page."""
    shown = examples(findings)
    beside = folder / "playing"
    beside.mkdir(parents=True, exist_ok=True)
    for example in shown:
        _draw(example, beside / f"{example.file}.png")
        _write_midi(example, beside / f"{example.file}.mid")
    page = folder / "playing.md"
    write_plain(page, "\n".join(_lines(findings, shown, command)))
    return page


def _lines(findings: Findings, shown: Sequence[Example], command: str) -> Iterator[str]:
    yield "# What it plays"
    yield ""
    yield (
        "The first answers, duets, accompaniments and harmonizations of held-out pieces, not chosen. Blue is the "
        "human, each voice of the machine has a colour of its own; bar lines are drawn where bars are known. Made by"
    )
    yield from ("", f"    {command}", "")
    missed = list(_missed(findings))
    bars = f"{len(missed)} bar{'s' * (len(missed) > 1)}"
    yield "## Measures" if not missed else f"## Measures ({bars} missed, marked below)"
    yield ""
    yield as_markdown(findings)
    for mode in SHOWN:
        own = [example for example in shown if example.mode == mode]
        if own:
            yield from (f"## `{mode}`", "")
        for example in own:
            yield from (f"{example.title} ([MIDI](playing/{example.file}.mid))", "")
            yield from (f"![{example.title}](playing/{example.file}.png)", "")


def _missed(findings: Findings) -> Iterator[str]:
    for part in findings.parts:
        yield from part.missed()


def _draw(example: Example, path: Path) -> None:
    performance, excerpt = example.performance, example.excerpt
    seconds = performance.timeline.seconds_at
    drums = excerpt.channel == 10
    human = [
        RollNote(seconds(note.onset), seconds(note.onset + note.length) - seconds(note.onset), note.pitch,
                 note.velocity, "human", "drums" if drums else "keys")
        for note in performance.human
    ]  # fmt: skip
    machine = [
        RollNote(note.onset_seconds, note.length_seconds, note.pitch, note.velocity, "machine", note.voice)
        for note in performance.machine
    ]
    end = max((note.onset + note.duration for note in [*human, *machine]), default=0.0)
    beats: list[float] = []
    if excerpt.bars is not None:
        while not beats or beats[-1] < end:
            beats.append(seconds(float(len(beats))))
    bar = 4 if excerpt.bars is None else max(round(excerpt.bars.length), 1)
    draw([*human, *machine], path, example.title, beats, bar)


def _write_midi(example: Example, path: Path) -> None:
    """The human on one track, each voice of the machine on one of its own."""
    performance, excerpt = example.performance, example.excerpt
    human = [
        TrackNote(note.onset, note.length, note.pitch, note.velocity or NOTATED, note.channel)
        for note in performance.human
    ]
    role = _ROLE.get(example.style, "keys")
    programs = {} if role == "drums" else {excerpt.channel: VOICE_PROGRAMS[role]}
    tracks = [NewTrack("Human", human, programs)]
    for voice in sorted({note.voice for note in performance.machine}):
        own = [note for note in performance.machine if note.voice == voice]
        tracks.append(
            NewTrack(f"Antiphon {voice}", [_track_note(note) for note in own], _programs(voice, own, programs))
        )
    write_new(path, performance.timeline, tracks)


def _track_note(note: MachineNote) -> TrackNote:
    return TrackNote(note.onset, note.length, note.pitch, note.velocity, note.channel)


def _programs(voice: str, notes: Sequence[MachineNote], human: dict[int, int]) -> dict[int, int]:
    """A channel that the human plays on too has the human's sound."""
    if voice == "drums":
        return {}
    return {channel: human.get(channel, VOICE_PROGRAMS[voice]) for channel in sorted({note.channel for note in notes})}
