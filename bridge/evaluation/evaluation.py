"""All of an evaluation: models and baselines on held-out pieces, then each model's own playing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from bridge.data.corpus import Corpus
from bridge.data.encode import Stretch
from bridge.engine.model import Model
from bridge.evaluation import comparison, controls
from bridge.evaluation.bits import Bits, Predictor, Progress, Unigram, measure
from bridge.evaluation.chunks import as_written, choose, chunks
from bridge.evaluation.controls import Sweep
from bridge.evaluation.copying import Library
from bridge.evaluation.markov import Markov
from bridge.evaluation.model_predictor import ModelPredictor
from bridge.evaluation.phrases import HeldOutPhrase, choose_phrases

# Told what is being done, and how much of it is (0 to 1).
Tell = Callable[[str, float], None]

PARTS: Final = ("bits", "continuations", "controls")
_TYPICAL_PIECES: Final = 300  # training pieces from which the range of each control is taken


@dataclass(frozen=True, slots=True)
class EvaluationSettings:
    """What to measure, and on how much."""

    split: str = "valid"
    pieces: int | None = None  # None: all
    phrases: int = 50
    prompt_beats: float = 16.0
    beats: float = 16.0
    seed: int = 0
    baselines: tuple[str, ...] = ("unigram", "markov")
    parts: tuple[str, ...] = PARTS


@dataclass(slots=True)
class EvaluationFindings:
    """What came out; models and baselines by name."""

    settings: EvaluationSettings
    pieces: int = 0
    bits: dict[str, Bits] = field(default_factory=dict)
    phrases: list[HeldOutPhrase] = field(default_factory=list)
    played: dict[str, list[Stretch]] = field(default_factory=dict)
    comparisons: dict[str, dict[str, Any]] = field(default_factory=dict)
    sweeps: dict[str, list[Sweep]] = field(default_factory=dict)

    def differences(self) -> dict[str, dict[str, Any]]:
        """Bits per note of each predictor above each later one, {"A - B": {group: interval}}; paired by piece."""
        names = list(self.bits)
        return {
            f"{one} - {other}": {
                group: self.bits[one].difference(self.bits[other], group).as_json() for group in self.bits[one].groups
            }
            for place, one in enumerate(names)
            for other in names[place + 1 :]
        }

    def as_json(self) -> dict[str, Any]:
        """All figures, for a file."""
        return {
            "settings": asdict(self.settings),
            "pieces": self.pieces,
            "bits": {name: bits.as_json() for name, bits in self.bits.items()},
            "differences": self.differences(),
            "continuations": self.comparisons,
            "controls": {name: {s.control: s.as_json() for s in sweeps} for name, sweeps in self.sweeps.items()},
        }


def evaluate(
    corpus: Corpus, models: Mapping[str, Model], settings: EvaluationSettings, tell: Tell
) -> EvaluationFindings:
    """Measure `models` (by the names they are to have in the report). ValueError for what cannot be measured."""
    held_out = choose(corpus.split(settings.split), settings.pieces, settings.seed)
    findings = EvaluationFindings(settings, pieces=len(held_out))
    if "bits" in settings.parts:
        _measure_bits(findings, corpus, models, tell)
    if not models or not {"continuations", "controls"} & set(settings.parts):
        return findings
    findings.phrases = choose_phrases(
        corpus, held_out, settings.phrases, settings.prompt_beats, settings.beats, settings.seed
    )
    if not findings.phrases:
        raise ValueError(
            f"split {settings.split!r} has no phrase of {settings.prompt_beats:g} beats followed by "
            f"{settings.beats:g}: use shorter ones (--beats), or --only bits"
        )
    if "continuations" in settings.parts:
        _compare_continuations(findings, corpus, models, tell)
    if "controls" in settings.parts:
        _sweep_controls(findings, corpus, models, tell)
    return findings


def _measure_bits(findings: EvaluationFindings, corpus: Corpus, models: Mapping[str, Model], tell: Tell) -> None:
    settings = findings.settings
    heard = list(chunks(corpus, choose(corpus.split(settings.split), settings.pieces, settings.seed)))
    if not heard:
        raise ValueError(f"split {settings.split!r} has no piece of 16 notes or more")
    predictors: list[Callable[[], Predictor]] = [
        lambda name=name, model=model: ModelPredictor(model, name)  # type: ignore[misc]
        for name, model in models.items()
    ]
    predictors += [
        lambda name=name: train_baseline(name, corpus, lambda done: tell(f"{name}: training", done))  # type: ignore[misc]
        for name in settings.baselines
    ]
    for make in predictors:  # one after the other, so that no two baselines are in memory at once
        predictor = make()
        name = predictor.name
        findings.bits[name] = measure(predictor, heard, lambda done, name=name: tell(f"{name}: bits", done))  # type: ignore[misc]


def _compare_continuations(
    findings: EvaluationFindings, corpus: Corpus, models: Mapping[str, Model], tell: Tell
) -> None:
    training = [as_written(corpus, piece) for piece in corpus.split("train")]
    libraries = comparison.Libraries(Library(training), Library(training, rhythm=False))
    for name, model in models.items():

        def progress(done: float, what: str = f"{name}: continuations") -> None:
            tell(what, done)

        def answering(done: float, what: str = f"{name}: answers") -> None:
            tell(what, done)

        phrases, seed = findings.phrases, findings.settings.seed
        played = comparison.continue_all(model, phrases, progress, seed)
        answered = comparison.answer_all(model, phrases, answering, seed)
        findings.played[name] = played
        findings.comparisons[name] = comparison.compare(phrases, played, answered, libraries)


def _sweep_controls(findings: EvaluationFindings, corpus: Corpus, models: Mapping[str, Model], tell: Tell) -> None:
    seed = findings.settings.seed
    some = choose(corpus.split("train"), _TYPICAL_PIECES, seed)
    values = controls.usual_values(list(chunks(corpus, some)))
    for name, model in models.items():

        def progress(done: float, name: str = name) -> None:
            tell(f"{name}: controls", done)

        findings.sweeps[name] = controls.sweep(model, findings.phrases, values, progress, seed)


def example_phrases(phrases: Sequence[HeldOutPhrase], count: int) -> list[int]:
    """The places of `count` phrases to show, blind to how they turned out, of different sources as far as there are."""
    seen: dict[str, int] = {}
    order = sorted(range(len(phrases)), key=lambda i: (_turn(seen, phrases[i].piece.source), i))
    return order[:count]


def _turn(seen: dict[str, int], source: str) -> int:
    seen[source] = seen.get(source, -1) + 1
    return seen[source]


NAMES: Final = ("unigram", "markov", "markov-long-term")
# One training piece in so many is left out of the Markov model's counts, to learn its weights on.
_HELD_OUT: Final = 20


# --- what a network is measured against ------------------------------------------------------------------


def train_baseline(name: str, corpus: Corpus, progress: Progress) -> Predictor:
    """The baseline `name`, trained; it sees neither validation nor test pieces. ValueError for an unknown name."""
    pieces = corpus.split("train")
    if name == "unigram":
        unigram = Unigram(chunks(corpus, pieces))
        progress(1.0)
        return unigram
    if name not in NAMES:
        raise ValueError(f"no baseline {name!r}: there are {', '.join(NAMES)}")
    tune = choose(pieces, len(pieces) // _HELD_OUT) if len(pieces) >= _HELD_OUT else []
    kept = set(pieces) - set(tune)
    counted = [piece for piece in pieces if piece in kept]
    return Markov(
        list(chunks(corpus, counted)), list(chunks(corpus, tune)), progress, short_term=name != "markov-long-term"
    )
