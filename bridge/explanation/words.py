"""An explanation in words that a musician uses."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from bridge.explanation.case import Case
from bridge.explanation.causes import Cause
from bridge.explanation.explain import Explanation, Field, Passage, words_of
from bridge.vocabulary.codec import DRUMS, DT_TICKS, FIELDS, TICKS_PER_BEAT, VOICES
from bridge.vocabulary.guide import CONTROLS, ENDING, ENDING_ENTRY, FREE
from bridge.vocabulary.scales import PITCH_CLASSES, pitch_name

# Causes that are named, and how much more likely a note must make another to be one (nats: 0.1 is a tenth).
_NAMED: Final = 3
_MATTERS: Final = 0.1
# Terms that are told to speak for an answer, at most.
_SPOKE: Final = 3
# Rules are named that left less than this of what the model would have played.
_NARROWED: Final = 0.9
_PITCH: Final = FIELDS.index("pitch")
_INTERVALS: Final = (
    "on the same pitches", "a semitone", "a tone", "a minor third", "a major third", "a fourth", "a tritone", "a fifth",
    "a minor sixth", "a major sixth", "a minor seventh", "a major seventh",
)  # fmt: skip
_DEGREES: Final = ("root", "minor second", "second", "minor third", "third", "fourth", "tritone", "fifth",
                   "minor sixth", "sixth", "seventh", "major seventh")  # fmt: skip
_CONTROL_WORDS: Final = {
    "density": "about {:.2g} notes a beat",
    "energy": "about velocity {:.0f}",
    "register": "around {}",
    "texture": "about {:.2g} notes at once",
}


def sentences(explanation: Explanation) -> Iterator[str]:
    """What there is to say, the most telling first."""
    case = explanation.case
    fields = {field.name: field for field in explanation.fields}
    yield _what(case, fields)
    if explanation.passage is not None:
        yield _passage(case, explanation.passage)
    yield from _harmony(case)
    yield from _rules(case, fields)
    yield from _asked(case)
    yield from _answer(case)
    yield from _causes(case, explanation.causes)
    yield _odds(fields)


def _what(case: Case, fields: dict[str, Field]) -> str:
    said = f"{fields['pitch'].value} in {fields['voice'].value}, {fields['dt'].value}, {fields['duration'].value}"
    return said if case.draw is not None else f"{said}; the model did not draw it"


def _passage(case: Case, found: Passage) -> str:
    whose = "what the machine played" if case.mine and case.mine[found.place] else "your notes"
    how = interval(found.moved)
    return f"it goes the way of {whose} {_ago(case, found.place)}: {found.notes} notes alike, {how}"


def interval(semitones: int) -> str:
    """How far up or down, in words."""
    if semitones == 0:
        return _INTERVALS[0]
    octaves, rest = divmod(abs(semitones), 12)
    parts = [_INTERVALS[rest]] if rest else []
    if octaves:
        parts.insert(0, "an octave" if octaves == 1 else f"{octaves} octaves")
    return f"{' and '.join(parts)} {'up' if semitones > 0 else 'down'}"


def _harmony(case: Case) -> Iterator[str]:
    if case.event.voice == DRUMS:
        return
    tone = case.event.pitch % 12
    if case.facts.chord:
        root = _root(case.facts.chord)
        if root is not None:
            yield f"the chord is {case.facts.chord}: {PITCH_CLASSES[tone]} is its {_DEGREES[(tone - root) % 12]}"
    if case.facts.key:
        yield f"the key is {case.facts.key}"


def _root(name: str) -> int | None:
    known = [root for root, text in enumerate(PITCH_CLASSES) if name.startswith(text)]
    return max(known, key=lambda root: len(PITCH_CLASSES[root]), default=None)


def _rules(case: Case, fields: dict[str, Field]) -> Iterator[str]:
    """What the rules left of what the model would have played."""
    if case.draw is None:
        return
    for name, field in fields.items():
        if field.classes == 1 and field.allowed < _NARROWED:
            yield f"the rules left one {_named(name)}: {field.value}"
        elif field.allowed < _NARROWED:
            left, kinds = _share(field.allowed), _named(name, many=True)
            yield f"the rules left {left} of the {kinds} the model would have played{_which(case, name)}"


def _named(field: str, *, many: bool = False) -> str:
    one = {"dt": "moment", "duration": "length", "velocity": "loudness"}.get(field, field)
    return {"pitch": "pitches", "loudness": "loudness"}.get(one, f"{one}s") if many else one


def _which(case: Case, name: str) -> str:
    """The pitches that were allowed, as far as a few words can say it."""
    if name != "pitch" or case.draw is None or case.event.voice == DRUMS:
        return ""
    allowed = np.flatnonzero(case.draw.constraints.pitch[case.event.voice])
    if len(allowed) <= 4:
        return f": {', '.join(pitch_name(int(pitch)) for pitch in allowed)}"
    tones = sorted({int(pitch) % 12 for pitch in allowed})
    kept = f", of {' '.join(PITCH_CLASSES[tone] for tone in tones)}" if len(tones) < 12 else ""
    return f": {pitch_name(int(allowed[0]))} to {pitch_name(int(allowed[-1]))}{kept}"


def _asked(case: Case) -> Iterator[str]:
    """The controls and the ending that the draw was told."""
    if case.draw is None or case.draw.guide is None:
        return
    guide = case.draw.guide.tolist()
    told = []
    for place, control in enumerate(CONTROLS):
        level = guide[len(VOICES) + place]
        if level != FREE:
            value = float(control.levels[level - 1])
            shown = pitch_name(round(value)) if control.name == "register" else value
            told.append(_CONTROL_WORDS[control.name].format(shown))
    if told:
        yield f"it was asked for {', '.join(told)}"
    if len(guide) > ENDING_ENTRY and guide[ENDING_ENTRY] != FREE:
        yield f"the phrase was to end about {float(ENDING.levels[guide[ENDING_ENTRY] - 1]):.2g} beats on"


def _answer(case: Case) -> Iterator[str]:
    answer = case.facts.answer
    terms = answer.get("terms")
    if not isinstance(terms, dict) or not terms:
        return
    best = sorted(terms, key=lambda name: -terms[name])
    *others, worst = best  # which speaks against it where there is another to speak for it
    spoke = ", ".join(f"{name} {terms[name]:.2f}" for name in (others or best)[:_SPOKE])
    against = f", against it {worst} {terms[worst]:.2f}" if others else ""
    chosen = "the only one drawn" if answer.get("candidates") == 1 else f"chosen from {answer.get('candidates')}"
    yield f"its answer was {chosen}, and began from {str(answer.get('began_from'))!r}; for it spoke {spoke}{against}"


def _causes(case: Case, causes: tuple[Cause, ...]) -> Iterator[str]:
    for cause in causes[:_NAMED]:
        if math.isnan(cause.effect):
            yield f"the model looked at {_note(case, cause.place)} ({_share(cause.attention)} of its attention)"
        elif cause.effect > _MATTERS:
            yield f"without {_note(case, cause.place)} it would have been {_times(cause.effect)} less likely"


def _note(case: Case, place: int) -> str:
    event = case.events[place].tolist()
    whose = "the machine's" if case.mine and case.mine[place] else "your"
    return f"{whose} {words_of(_PITCH, event[_PITCH], event)} {_ago(case, place)}"


def _ago(case: Case, place: int) -> str:
    ticks = int(DT_TICKS[case.events[place + 1 :, 0]].sum())
    if case.event.dt < len(DT_TICKS):
        ticks += int(DT_TICKS[case.event.dt])
    return "at the same moment" if ticks == 0 else f"{ticks / TICKS_PER_BEAT:.3g} beats before"


def _odds(fields: dict[str, Field]) -> str:
    pitch = fields["pitch"]
    if not math.isfinite(pitch.probability):
        return "the model had no chance of it"
    others = ", ".join(f"{text} {_share(odds)}" for text, odds in pitch.alternatives if text != pitch.value)
    rank = "the likeliest" if pitch.rank == 1 else f"number {pitch.rank}"
    return f"as a pitch it had {_share(pitch.probability)}, {rank} of {pitch.classes}" + (
        f"; {others}" if others else ""
    )


def _share(part: float) -> str:
    return f"{100 * part:.0f} %" if part >= 0.01 else f"{100 * part:.1g} %"


def _times(nats: float) -> str:
    times = math.exp(min(nats, 20.0))
    return f"{times:.1f} times" if times < 10 else f"{times:.0f} times"
