"""What single phrases of a split do not show: controls turned up, first answers of fresh sets, voices that come in.

Each is a `Part` of the report as a style is; what was played to is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from bridge.data.corpus import Corpus
from bridge.data.encode import Stretch
from bridge.engine.model import Model
from bridge.evaluation.bootstrap import Interval
from bridge.evaluation.chunks import as_written
from bridge.evaluation.controls import spearman
from bridge.evaluation.copying import Library
from bridge.evaluation.playing import excerpts
from bridge.evaluation.playing.excerpts import Excerpt
from bridge.evaluation.playing.machine import answer, play, users_settings
from bridge.evaluation.playing.parts import HUMAN, MACHINE, Part, Question, Tell, over_pieces
from bridge.performer.heard_phrase import HeardPhrase
from bridge.performer.phrase_measures import Notes
from bridge.sessions.perform import HumanNote, perform
from bridge.timing.timeline import Timeline
from bridge.vocabulary import codec
from bridge.vocabulary.guide import manner_of
from bridge.vocabulary.voices import DRUM_CHANNEL

# Fresh sets, each of a seed of its own.
SETS: Final = 32
# Controls are turned up in these steps, after so many phrases of each of two styles at most.
ASKED: Final[Mapping[str, tuple[float, ...]]] = {
    "density": (0.5, 1.0, 2.0, 3.0, 4.0),
    "energy": (30.0, 50.0, 70.0, 90.0, 110.0),
    "register": (45.0, 54.0, 63.0, 72.0, 81.0),
    "texture": (1.0, 2.0, 3.0, 4.0, 5.0),
}
SWEPT: Final = 5
# Within so many semitones the mean pitch of an answer is the register that was asked for.
NEAR: Final = 3.0

CONTROLS: Final = {
    **{name: f"{name} asked for and played, rank correlation over single answers" for name in ASKED},
    "register_near": f"answers whose mean pitch lies within {NEAR:g} semitones of the register asked for",
}
FIRST: Final = {"arpeggio": "in key after an arpeggio", "scale": "after a scale", "tune": "after a nursery tune"}
ENTRIES: Final = {
    "silent": "voices that are on and have not played within two bars of the first downbeat",
    "one_chord": "longest that the chords' voice holds one chord while the human changes it, bars",
}
COPIES: Final = {
    "longest": "longest run of notes that stands in a training piece as well, transposed too",
    "share_of_24": "answers with such a run of 24 notes or more",
}

_FIRST_PHRASES: Final[Mapping[str, tuple[int, ...]]] = {
    "arpeggio": (60, 64, 67, 72, 76, 72, 67, 64),
    "scale": (60, 62, 64, 65, 67, 69, 71, 72),
    "tune": (60, 60, 67, 67, 69, 69, 67, 65, 65, 64, 64, 62, 62, 60),
}
_C_MAJOR: Final = frozenset({0, 2, 4, 5, 7, 9, 11})
_TRIADS: Final = ((60, 64, 67), (57, 60, 64), (65, 69, 72), (55, 59, 62))
_BAND: Final = ("bass", "drums", "guitar")
_LEAST: Final = 24  # notes of a copy that is one too long


def controls(corpus: Corpus, model: Model, question: Question, tell: Tell) -> Part:
    """Every control in steps on single answers to phrases of the split, all else as it is."""
    part = Part("respond", "controls", CONTROLS)
    each = min(question.count, SWEPT)
    found = [
        excerpt
        for style in (excerpts.SINGLE_LINE, excerpts.TWO_HANDS)
        for excerpt in excerpts.phrases(corpus, style, question.split, each, question.seed)
    ]
    done = 0
    figures: dict[str, Interval] = {}
    for name, steps in ASKED.items():
        pairs: list[tuple[float, float, str]] = []
        for place, excerpt in enumerate(found):
            for asked in steps:
                settings = users_settings(seed=question.seed + place, values={**question.values, name: asked})
                value = _measured(name, answer(play(model, excerpt, settings)))
                pairs += [] if value is None else [(asked, value, excerpt.piece.name)]
                done += 1
                tell(done / (len(ASKED) * len(found) * len(steps)))
        figures[name] = Interval(spearman([one[0] for one in pairs], [one[1] for one in pairs]), np.nan, np.nan)
        if name == "register":
            near = [float(abs(value - asked) <= NEAR) for asked, value, _ in pairs]
            figures["register_near"] = over_pieces(near, [piece for *_, piece in pairs])
    part.figures[MACHINE] = figures
    return part


def _measured(name: str, played: Notes) -> float | None:
    """A control as an answer has it; None where it has too few notes to say."""
    if name == "texture":
        return HeardPhrase(played, None, 0.0, 0).texture or None
    return manner_of(played.onset, played.pitch[~played.drum], played.velocity).get(name)


def first_answers(model: Model, question: Question, tell: Tell) -> Part:
    """The first answer of fresh sets to three phrases in C major."""
    part = Part("respond", "first answer of a set", FIRST)
    part.figures[MACHINE] = {}
    for number, (name, pitches) in enumerate(_FIRST_PHRASES.items()):
        shares = []
        for seed in range(question.seed, question.seed + SETS):
            human = [HumanNote(0.5 * i, 0.45, pitch, 80) for i, pitch in enumerate(pitches)]
            settings = users_settings(seed=seed, values=question.values)
            played = [note.pitch for note in perform(model, settings, human).machine]
            shares.append(float(np.mean([pitch % 12 in _C_MAJOR for pitch in played])) if played else np.nan)
            tell((number * SETS + seed - question.seed + 1) / (len(_FIRST_PHRASES) * SETS))
        part.figures[MACHINE][name] = over_pieces(shares, [str(seed) for seed in range(SETS)])
    return part


def entries(model: Model, question: Question, tell: Tell) -> Part:
    """A band of three beside whole-note triads under a clock, in fresh sets."""
    part = Part("accompany", "whole-note triads", ENTRIES)
    human = [HumanNote(4.0 * bar, 3.9, pitch, 80) for bar in range(8) for pitch in _TRIADS[bar % len(_TRIADS)]]
    voices = {name: (True, DRUM_CHANNEL if name == "drums" else number) for number, name in enumerate(_BAND, 2)}
    silent, held = [], []
    for seed in range(question.seed, question.seed + SETS):
        settings = users_settings("accompany", seed, question.values, voices)
        played = perform(model, settings, human, Timeline.steady(96.0), tail_beats=0.0).machine
        began = {name: min((note.onset for note in played if note.voice == name), default=np.inf) for name in _BAND}
        silent.append(float(sum(onset > 8.0 for onset in began.values())))
        held.append(_longest_chord([(note.onset, note.pitch) for note in played if note.voice == "guitar"]))
        tell((seed - question.seed + 1) / SETS)
    seeds = [str(seed) for seed in range(SETS)]
    part.figures[MACHINE] = {
        # All of them together: one that is silent is one too many.
        "silent": Interval(sum(silent), np.nan, np.nan),
        "one_chord": over_pieces(held, seeds),
    }
    return part


def _longest_chord(notes: Sequence[tuple[float, int]]) -> float:
    """Bars for which a voice strikes nothing but one chord's pitch classes."""
    strokes: dict[float, set[int]] = {}
    for onset, pitch in notes:
        strokes.setdefault(round(onset, 1), set()).add(pitch % 12)
    longest, since, now = 0.0, 0.0, frozenset[int]()
    for onset, classes in sorted(strokes.items()):
        if frozenset(classes) != now:
            since, now = onset, frozenset(classes)
        longest = max(longest, onset - since)
    return longest / 4.0


def copies(corpus: Corpus, parts: Sequence[Part]) -> Part:
    """How much of the answers, and of what people played there, stands in the training pieces."""
    part = Part("respond", "copies from training", COPIES)
    library = Library(as_written(corpus, piece) for piece in corpus.split("train"))
    for who in (HUMAN, MACHINE):
        pairs = list(_answers(parts, who))
        matches = library.longest_matches([_stretch(notes) for _, notes in pairs])
        runs = [float(match.notes) for match in matches]
        part.figures[who] = {
            "longest": Interval(max(runs, default=np.nan), np.nan, np.nan),
            "share_of_24": over_pieces(
                [float(run >= _LEAST) for run in runs], [excerpt.piece.name for excerpt, _ in pairs]
            ),
        }
    return part


def _answers(parts: Sequence[Part], who: str) -> Iterator[tuple[Excerpt, Notes]]:
    for part in parts:
        if part.mode == "respond" and who in part.played:
            yield from zip(part.excerpts, part.played[who], strict=True)


def _stretch(notes: Notes) -> Stretch:
    """As pieces of the training music are read; who plays what but drums does not matter."""
    unknown = np.full(len(notes.onset), np.nan)
    return Stretch(
        notes.onset * codec.TICKS_PER_BEAT,
        notes.offset * codec.TICKS_PER_BEAT,
        np.where(notes.drum, codec.DRUMS, 0).astype(np.int64),
        notes.pitch,
        notes.velocity,
        unknown,
        unknown,
    )


# By the name of the style in the report: what is made for a mode besides its styles.
Made = Callable[[Corpus, Model, Question, Tell], Part]
SETS_OF: Final[Mapping[str, Mapping[str, Made]]] = {
    "respond": {
        "controls": controls,
        "first answer of a set": lambda corpus, model, question, tell: first_answers(model, question, tell),
    },
    "accompany": {"whole-note triads": lambda corpus, model, question, tell: entries(model, question, tell)},
}
COPIES_OF: Final = "copies from training"
