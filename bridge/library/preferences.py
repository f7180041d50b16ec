"""What somebody likes, learnt from likes and skips: a Bayesian linear regression over how phrases sound and are built.

Every like is +1, every skip -1, of the phrase's vector and a few things that a musician can read (tempo, density,
height, mode). The posterior mean is exact after each one, needs no rate and no passes, and forgetting is deleting a
file: Bishop, "Pattern Recognition and Machine Learning", 2006, section 3.3. It says what it goes by in words.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bridge.library.store import IndexedPhrase, Vectors
from bridge.system.plain_files import write_plain

LIKE: Final = 1.0
SKIP: Final = -1.0
USED: Final = 0.5  # played, and nothing said of it

# How strong taste is beside likeness once it is known, after how many sayings it is half as strong, and how sure it is
# from the first: less is slower to learn.
_STRENGTH: Final = 2.5
_HALF: Final = 8
_PRIOR: Final = 1.0
_READABLE: Final = ("busy", "high", "fast", "minor", "long")
_SAID: Final = 0.05  # what moves a score by less is not said


class Preferences:
    """One person's taste, kept in a file."""

    def __init__(self, path: Path, identity: str, width: int) -> None:
        """What the file knows of vectors of `width` made by the ear `identity`; of another's only what can be read.

        Raises ValueError for a file that is none of ours.
        """
        self._path = path
        self._identity = identity
        self._width = width
        self._said: list[dict[str, Any]] = []
        size = width + len(_READABLE) + 1  # the last: how often anything is liked, which ranks nothing
        self._precision = np.eye(size) * _PRIOR
        self._sum = np.zeros(size)
        if path.exists():
            try:
                said = json.loads(path.read_text(encoding="utf-8"))["said"]
                for one in said:
                    self._learn(one)
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f"{path} holds no likes ({error}); antiphon recommend --forget begins anew") from None
        self._weights = np.linalg.solve(self._precision, self._sum)

    def __len__(self) -> int:
        return len(self._said)

    def say(self, vector: Vectors, phrase: IndexedPhrase, value: float) -> None:
        """LIKE, SKIP or USED; written at once."""
        one = {
            "ear": self._identity,
            "value": value,
            "vector": [round(float(number), 4) for number in vector],
            "readable": [round(number, 4) for number in readable(phrase)],
        }
        self._learn(one)
        self._weights = np.linalg.solve(self._precision, self._sum)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_plain(self._path, json.dumps({"said": self._said}))

    def forget(self) -> None:
        """All of it."""
        self._path.unlink(missing_ok=True)
        self.__init__(self._path, self._identity, self._width)  # type: ignore[misc]

    def taste(self, vectors: Vectors, phrases: Sequence[IndexedPhrase]) -> npt.NDArray[np.float64]:
        """By how much each phrase is to be moved, [N]; 0 where nothing was said yet."""
        rows = np.concatenate([vectors, np.array([readable(phrase) for phrase in phrases])], axis=1)
        # One like is not yet a taste: it would throw the order over.
        strength = _STRENGTH * len(self._said) / (len(self._said) + _HALF)
        return np.asarray(strength * np.tanh(rows @ self._weights[:-1]))

    def in_words(self) -> str:
        """What can be read of it."""
        weights = self._weights[self._width : -1]
        said = [
            f"{'more' if weight > 0 else 'less'} {name}"
            for name, weight in sorted(zip(_READABLE, weights.tolist(), strict=True), key=lambda pair: -abs(pair[1]))
            if abs(weight) > _SAID
        ]
        return ", ".join(said) if said else "nothing yet that could be said in words"

    def _learn(self, one: dict[str, Any]) -> None:
        same = one["ear"] == self._identity and len(one["vector"]) == self._width
        vector = one["vector"] if same else [0.0] * self._width
        row = np.array([*vector, *one["readable"], 1.0], dtype=np.float64)
        self._precision += np.outer(row, row)
        self._sum += float(one["value"]) * row
        self._said.append(one)


def readable(phrase: IndexedPhrase) -> tuple[float, ...]:
    """What can be read of a phrase, each about -1 to 1, in the order of the words for it."""
    return (
        math.tanh(math.log2(max(phrase.density, 0.05) / 2.0) / 2),
        (phrase.height - 60.0) / 24.0 if phrase.tonic >= 0 else 0.0,
        math.log2(phrase.bpm / 110.0) if phrase.bpm else 0.0,
        0.5 if phrase.minor else -0.5 if phrase.tonic >= 0 else 0.0,
        math.tanh(math.log2(max(phrase.end_beat - phrase.begin_beat, 0.25) / 8.0) / 2),
    )
