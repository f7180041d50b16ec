"""What each mode plays to a split, beside the human and the trivial players: every measure with its interval."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from bridge.data.corpus import Corpus
from bridge.engine.model import Model
from bridge.evaluation.playing import basses, drumming, excerpts, harmonies, listener, sets, trivial
from bridge.evaluation.playing.chords import chords_of
from bridge.evaluation.playing.excerpts import Excerpt, Style, joined, moved
from bridge.evaluation.playing.machine import answer, notes_of_machine, play, users_settings, voices_of_machine
from bridge.evaluation.playing.parts import (
    ANOTHER,
    HUMAN,
    MACHINE,
    STYLES,
    Figures,
    Findings,
    Part,
    Question,
    Tell,
    over_pieces,
)
from bridge.performer.phrase_features import FEATURES, UNKNOWN, Reference
from bridge.performer.phrase_measures import Notes
from bridge.vocabulary.voices import DRUM_CHANNEL

# The voices of a band that a listener hears alone, each beside the one that the piece has.
LISTENED_TO: Final[Mapping[str, tuple[str, ...]]] = {"accompany": ("bass", "drums")}
# The features that a reader of the report is shown, and how they are called there.
ANSWERS: Final = {
    "motif_share": "motifs of four notes that the phrase has",
    "longest_run": "longest run of intervals taken from the phrase, part of the answer",
    "rhythm_share": "runs of three waits that the phrase has",
    "leap": "mean step of the top line, semitones",
    "notes_at_once": "notes at once",
    "in_key": "in the phrase's key",
    "ends_in_triad": "last top note in the tonic triad",
    "last_length": "last note, beats",
    "last_place": "place in the bar of the last note (1: bar line, 0.5: a beat)",
    "wait_divergence": "onset intervals, divergence from the phrase",
    "duration_divergence": "durations, divergence from the phrase",
    "pitch_class_divergence": "pitch classes, divergence from the phrase",
    "drum_divergence": "drum keys, divergence from the phrase",
    "density_ratio": "density, octaves above the phrase",
    "pitch_change": "mean pitch, semitones above the phrase",
    "velocity_change": "velocity above the phrase",
}


def evaluate(corpus: Corpus, model: Model, question: Question, tell: Tell) -> Findings:
    """Have the model play what is asked for, and measure it. ValueError where the split has nothing of a style."""
    findings = Findings(model.name, question)
    work: list[Callable[[Tell], Part]] = []
    for mode in question.modes:
        for style in question.styles_of(mode):
            work.append(functools.partial(_of_style, corpus, model, mode, style, question))
        for name, make in sets.SETS_OF.get(mode, {}).items():
            if question.wants(name):
                work.append(functools.partial(make, corpus, model, question))
    if not work:
        names = {style.name for styles in STYLES.values() for style in styles}
        names |= {name for made in sets.SETS_OF.values() for name in made}
        raise ValueError(f"no style {', '.join(question.styles)} in these modes: there are {', '.join(sorted(names))}")
    for number, make_part in enumerate(work):

        def partly(done: float, number: int = number) -> None:
            tell((number + done) / len(work))

        findings.parts.append(make_part(partly))
    if question.wants(sets.COPIES_OF) and any(part.mode == "respond" and part.played for part in findings.parts):
        findings.parts.append(sets.copies(corpus, findings.parts))
    tell(1.0)
    return findings


def _of_style(corpus: Corpus, model: Model, mode: str, style: Style, question: Question, tell: Tell) -> Part:
    if mode == "respond":
        return respond(corpus, model, style, question, tell)
    return together(corpus, model, mode, style, question, tell)


def respond(corpus: Corpus, model: Model, style: Style, question: Question, tell: Tell) -> Part:
    """Answers to phrases of a style, those of the trivial players too, and what a listener can tell."""
    part = Part("respond", style.name, ANSWERS)
    found = part.excerpts = excerpts.phrases(corpus, style, question.split, question.count, question.seed)
    rng = np.random.default_rng(question.seed)
    for place, excerpt in enumerate(found):
        settings = users_settings(seed=question.seed + place, values=question.values)
        part.performances.append(play(model, excerpt, settings))
        tell((place + 1) / (len(found) + 1))
    part.played = {
        HUMAN: [excerpt.human for excerpt in found],
        MACHINE: [answer(performance) for performance in part.performances],
    }
    part.played |= {name: [player(excerpt, rng) for excerpt in found] for name, player in trivial.ANSWERERS.items()}
    part.played[ANOTHER] = [_anothers(found, place) for place in range(len(found))]
    pieces = [excerpt.piece.name for excerpt in found]
    for who, answers in part.played.items():
        rows = np.array([_features(*one) for one in zip(found, answers, strict=True)]).reshape(-1, len(FEATURES))
        part.figures[who] = {name: over_pieces(rows[:, FEATURES.index(name)], pieces) for name in ANSWERS}
    for who in (name for name in part.played if name != HUMAN):
        pairs = _fair_pairs(found, part.played[HUMAN], part.played[who])
        part.hearings[who] = None if pairs is None else listener.hear(*pairs, question.seed, reasons=who == MACHINE)
        if who == MACHINE and pairs is not None:
            part.telling = telling_alone(*pairs[:2])
    tell(1.0)
    return part


def _fair_pairs(
    found: Sequence[Excerpt], human: Sequence[Notes], other: Sequence[Notes]
) -> tuple[listener.Rows, listener.Rows, list[str]] | None:
    """Both continuations of every phrase that has both, as a listener may compare them, and the phrases' pieces."""
    pairs = [
        (excerpt.piece.name, listener.fairly(excerpt, one, two))
        for excerpt, one, two in zip(found, human, other, strict=True)
        if len(one.onset) and len(two.onset)
    ]
    if not pairs:
        return None
    ours, theirs = (np.array([rows[i] for _, rows in pairs]) for i in (0, 1))
    return ours, theirs, [name for name, _ in pairs]


def telling_alone(human: listener.Rows, machine: listener.Rows) -> list[tuple[str, float, float, float]]:
    """Features by how well each tells alone: its area (0.5: not at all), and both means; the most telling first."""
    from sklearn.metrics import roc_auc_score

    found = []
    for place, name in enumerate(FEATURES):
        values = np.concatenate([human[:, place], machine[:, place]])
        truth = np.repeat([1, 0], [len(human), len(machine)])
        known = values != UNKNOWN
        if len(set(truth[known].tolist())) < 2:
            continue
        area = float(roc_auc_score(truth[known], values[known]))
        means = [float(values[known & (truth == who)].mean()) for who in (1, 0)]
        found.append((name, round(max(area, 1 - area), 4), round(means[0], 4), round(means[1], 4)))
    return sorted(found, key=lambda row: -row[1])[:12]


def _features(excerpt: Excerpt, played: Notes) -> list[float]:
    if not len(played.onset):
        return [np.nan] * len(FEATURES)
    row = Reference(excerpt.phrase, excerpt.bars).features(played)
    return [np.nan if value == UNKNOWN else float(value) for value in row.tolist()]


def _anothers(found: Sequence[Excerpt], place: int) -> Notes:
    """What another piece's human played next, at the place where an answer to this phrase would begin."""
    here = found[place]
    later = [*found[place + 1 :], *found[:place]]
    other = next((one for one in later if one.piece.name != here.piece.name), here)
    return moved(other.human, float(here.human.onset[0] - other.human.onset[0]))


def together(corpus: Corpus, model: Model, mode: str, style: Style, question: Question, tell: Tell) -> Part:
    """What a mode plays beside excerpts of a style, beside the piece's own other voices and the trivial players."""
    part = Part(mode, style.name, _names(mode))
    nobody = notes_of_machine([])
    found = part.excerpts = excerpts.excerpts(corpus, style, question.split, question.count, question.seed)
    groove = trivial.usual_groove(corpus) if mode == "accompany" else ()
    rows: dict[str, list[Figures]] = {}
    alone: dict[str, dict[str, list[Notes]]] = {voice: {} for voice in LISTENED_TO.get(mode, ())}
    rng = np.random.default_rng(question.seed)
    for place, excerpt in enumerate(found):
        settings = users_settings(mode, question.seed + place, question.values, _voices(mode))
        part.performances.append(play(model, excerpt, settings))
        machine = voices_of_machine(part.performances[-1].machine)
        players = {HUMAN: _accompanists(excerpt, mode), MACHINE: machine, **_trivial(excerpt, mode, groove, rng)}
        for who, voices in players.items():
            rows.setdefault(who, []).append(measure_together(mode, excerpt, voices))
            everyone = joined(list(voices.values())) if voices else notes_of_machine([])
            part.played.setdefault(who, []).append(everyone)
            for voice, heard in alone.items():
                heard.setdefault(who, []).append(voices.get(voice, nobody))
        tell((place + 1) / len(found))
    pieces = [excerpt.piece.name for excerpt in found]
    for who, measured in rows.items():
        columns = {name: [row.get(name, np.nan) for row in measured] for name in part.names}
        part.figures[who] = {name: over_pieces(values, pieces) for name, values in columns.items()}
    if mode == "duet":
        part.hearings = _heard(found, part.played, question.seed)
        pairs = _fair_pairs(found, part.played[HUMAN], part.played[MACHINE])
        part.telling = [] if pairs is None else telling_alone(*pairs[:2])
    part.voices = {voice: _heard(found, played, question.seed) for voice, played in alone.items()}
    return part


def _heard(
    found: Sequence[Excerpt], played: Mapping[str, Sequence[Notes]], seed: int
) -> dict[str, listener.Hearing | None]:
    """What a listener can tell of each who played beside these excerpts from the piece's own."""
    heard: dict[str, listener.Hearing | None] = {}
    for who in (name for name in played if name != HUMAN):
        pairs = _fair_pairs(found, played[HUMAN], played[who])
        heard[who] = None if pairs is None else listener.hear(*pairs, seed, reasons=False)
    return heard


def _voices(mode: str) -> Mapping[str, tuple[bool, int]]:
    """In `accompany` the drums are turned on, as whoever wants a drummer does; else what a user gets."""
    return {"drums": (True, DRUM_CHANNEL)} if mode == "accompany" else {}


def _names(mode: str) -> Mapping[str, str]:
    if mode == "accompany":
        return {**basses.MEASURES, **drumming.MEASURES, **_ENTRIES}
    return harmonies.DUETS if mode == "duet" else harmonies.HARMONIES


_ENTRIES: Final = {
    "bass_enters": "bars from the human's first note to the bass's",
    "drums_enter": "bars from the human's first note to the drums'",
    "bass_plays": "excerpts in which the bass plays within two bars",
    "drums_play": "excerpts in which the drums play within two bars",
}


def measure_together(mode: str, excerpt: Excerpt, voices: Mapping[str, Notes]) -> Figures:
    """A mode's measures of what these voices played beside the excerpt."""
    chords = chords_of(excerpt)
    if mode == "accompany":
        drums = voices.get("drums")
        entries: dict[str, float] = {}
        bar = 4.0 if excerpt.bars is None else excerpt.bars.length
        for name, enters, plays in (("bass", "bass_enters", "bass_plays"), ("drums", "drums_enter", "drums_play")):
            notes = voices.get(name)
            late = np.nan if notes is None else float(notes.onset[0] - excerpt.phrase.onset[0]) / bar
            entries |= {enters: late, plays: float(late <= 2)}
        drumming_ = drumming.measure(drums, excerpt.bars, excerpt.end)
        return {**basses.measure(excerpt, voices, chords), **drumming_, **entries}
    played = joined(list(voices.values())) if voices else notes_of_machine([])
    return (harmonies.measure_duet if mode == "duet" else harmonies.measure_harmonies)(excerpt, played, chords)


def _accompanists(excerpt: Excerpt, mode: str) -> Mapping[str, Notes]:
    """The piece's own other voices; beside a tune without its drums."""
    return {name: notes for name, notes in excerpt.others.items() if mode == "accompany" or name != "drums"}


def _trivial(
    excerpt: Excerpt, mode: str, groove: trivial.Groove, rng: np.random.Generator
) -> Mapping[str, Mapping[str, Notes]]:
    if mode == "accompany":
        band = {"bass": trivial.root_and_fifth(excerpt), "drums": trivial.groove_notes(groove, excerpt)}
        return {"root, fifth and usual groove": {name: notes for name, notes in band.items() if len(notes.onset)}}
    if mode == "harmonize":
        return {"third below": {"lead": trivial.third_below(excerpt)}}
    beside = {"echo": trivial.echo(excerpt), "random in key": trivial.random_beside(excerpt, rng)}
    return {name: {"lead": notes} for name, notes in beside.items()}
