"""Which model knows such music as is played: the one that is least surprised by it.

`python -m bridge.library.model_fit` answers a set in a process of its own, and only where no other program wants the
processor. Questions are `[number, name of the model that plays, events, context, own]`, the last three as bytes (int64
[T, 5], float32 [T, 29], and bool [T]: which notes are the human's); answers `[number, name, text]`, the name empty
where the one that plays is as good as any.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.engine.errors import ModelError
from bridge.engine.folders import MANIFEST_NAME, list_models
from bridge.engine.manifest import load_manifest
from bridge.engine.model import Contexts, Events
from bridge.engine.streaming import StreamingModel
from bridge.system.helper import in_the_gaps, own_streams, received, send
from bridge.system.subprocesses import give_way
from bridge.vocabulary.codec import CONTEXT_SIZE, FIELDS

# The last notes are heard, and the human's among them judged: the machine's own surprise it least. Not the first few:
# whoever has heard nothing yet is surprised by anything.
LATEST: Final = 160
_UNJUDGED: Final = 8
_FEWEST: Final = 24
# What says which music it is: velocities and durations are as much the player's hands.
_FIELDS: Final = [FIELDS.index(name) for name in ("dt", "voice", "pitch")]
# A model is better by so many bits a note, and by so many standard errors of the difference.
_BITS: Final = 0.1
_ERRORS: Final = 2.0
_SOURCES: Final = 2  # that are named
# Bytes of graphs that stay loaded beside a set: some ten models like those shipped, and about twice that in memory.
KEPT: Final = 1 << 27


@dataclass(frozen=True, slots=True)
class ModelFit:
    """How surprised a model is by what the human played: `bits` of each note that was judged, float64 [N]."""

    name: str
    folder: Path
    bits: npt.NDArray[np.float64]

    @property
    def mean(self) -> float:
        """Bits a note."""
        return float(self.bits.mean())


class Judges:
    """The models that are asked. Those whose graphs take no more than `most` bytes together stay loaded in between.

    To load one takes longer than to ask it. Those for which there is no room are loaded at each question: were others
    put out for them, none would be there when its turn comes again.
    """

    def __init__(self, most: int = 0) -> None:
        self._most = most
        self._loaded: dict[Path, tuple[str, int, StreamingModel]] = {}

    def surprise(self, folder: Path, events: Events, context: Contexts) -> npt.NDArray[np.float64]:
        """Bits of each note, float64 [T], by the model in `folder`.

        Raises ModelError, ValueError for one that can only be asked note by note.
        """
        model = self._model(folder)
        model.reset()
        scores = model.score_all(events, context)[:, _FIELDS]
        return np.asarray(-np.nansum(scores, axis=1) / np.log(2.0))

    def _model(self, folder: Path) -> StreamingModel:
        digest = load_manifest(folder).sha256
        known = self._loaded.get(folder)
        if known is not None and known[0] == digest:
            return known[2]
        self._loaded.pop(folder, None)  # exported anew
        model = StreamingModel.load(folder, provider="cpu")
        size = sum(path.stat().st_size for path in folder.glob("*.onnx"))
        if sum(taken for _, taken, _ in self._loaded.values()) + size <= self._most:
            self._loaded[folder] = digest, size, model
        return model


class TooFewNotes(ValueError):
    """So little was played that any model could have been lucky with it; the text says how much is wanted."""


def fits(
    folders: Mapping[str, Path],
    events: Events,
    context: Contexts,
    own: npt.NDArray[np.bool_],
    judges: Judges | None = None,
) -> list[ModelFit]:
    """Every model that can be asked, the least surprised first; `own` bool [T] are the notes to judge by.

    Raises ValueError for too few of them.
    """
    events, context, judged = events[-LATEST:], context[-LATEST:], own[-LATEST:].copy()
    judged[:_UNJUDGED] = False
    if judged.sum() < _FEWEST:
        raise TooFewNotes(f"{judged.sum()} notes say too little to choose a model by: play {_FEWEST} at least")
    judges, found = judges or Judges(), []
    for name, folder in folders.items():
        try:
            found.append(ModelFit(name, folder, judges.surprise(folder, events, context)[judged]))
        except (ModelError, OSError, ValueError):  # of an older contract, or broken: told when it is asked for
            continue
    return sorted(found, key=lambda fit: fit.mean)


def advise_model(found: Sequence[ModelFit], playing: str) -> tuple[str, str]:
    """The name of a model that suits better than the one `playing`, or none (empty), and the reason in words."""
    own = next((fit for fit in found if fit.name == playing), None)
    if own is None or not found:
        return "", ""
    best = found[0]
    apart = own.bits - best.bits
    error = float(apart.std(ddof=1)) / len(apart) ** 0.5
    if best is own or apart.mean() < max(_BITS, _ERRORS * error):
        return "", f"no model here knows such music better than {playing} ({own.mean:.1f} bits a note)"
    return best.name, (
        f"model {best.name} knows such music better: {best.mean:.1f} bits a note, {playing} {own.mean:.1f}"
        f"{_learnt_from(best.folder)}"
    )


def _learnt_from(folder: Path) -> str:
    """What a folder's manifest says it learnt from, in words; empty where it says nothing."""
    try:
        told = json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8"))
        data = [(int(one["pieces"]), str(one["source"])) for one in told["training"]["data"]]
    except (OSError, KeyError, TypeError, ValueError):
        return ""
    most = " and ".join(source for _, source in sorted(data, reverse=True)[:_SOURCES])
    return f"; it learnt from {sum(pieces for pieces, _ in data)} pieces, most of them {most}" if data else ""


def main() -> None:
    """Answer until the input ends."""
    give_way()
    questions, answers = own_streams()
    judges = Judges(KEPT)
    for number, playing, *arrays in received(questions):
        events = np.frombuffer(arrays[0], dtype=np.int64).reshape(-1, len(FIELDS))
        context = np.frombuffer(arrays[1], dtype=np.float32).reshape(-1, CONTEXT_SIZE)
        own = np.frombuffer(arrays[2], dtype=np.bool_)
        try:
            with in_the_gaps():
                name, text = advise_model(fits(list_models(), events, context, own, judges), playing)
        except ValueError as refusal:
            name, text = "", str(refusal)
        send(answers, [number, name, text])


if __name__ == "__main__":
    main()
