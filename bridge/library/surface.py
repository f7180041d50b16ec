"""The library as a surface: what fits what is played, and what becomes of it, asked of a process beside the set.

The engine thread copies what the model has at hand (`bridge.library.heard`) and passes it on; whatever is computed or
read is so elsewhere. What comes of it for the musician, a clip to play or to hear, comes back as an input of the set's,
so it is in the log and replays without the library.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from bridge.engine.embedding import identity_of
from bridge.engine.manifest import Manifest
from bridge.library.heard import Heard
from bridge.library.preferences import LIKE, SKIP, USED
from bridge.live.surfaces import Engine, Surface, reply
from bridge.system.helper import Helper, OpenQuestions
from bridge.vocabulary.events import ClipNote, ErrorReport, Input, Offered, PlayClip, PrimeWith, Severity
from bridge.vocabulary.requests import (
    Asker,
    ForgetTaste,
    Notice,
    RateClip,
    Recommend,
    Recommended,
    ShellRequest,
    UseClip,
)

# Questions of which the answer has not come yet; who asked an older one is not answered.
MOST_OPEN: Final = 64

_Asked = tuple[ShellRequest, Asker | None, float]


class LibrarySurface(Surface):
    """Answers for a `library` (its folder, or its index's) that the ear of the model `manifest` made.

    `heard` is called on the engine thread: what was played last. It raises ValueError for a model that has no ear.
    """

    def __init__(self, engine: Engine, library: Path, manifest: Manifest, heard: Callable[[], Heard]) -> None:
        self._engine = engine
        self._heard = heard
        self._ear, self._model = identity_of(manifest), manifest.name
        self._open = OpenQuestions[_Asked](MOST_OPEN)
        self._phrases = 0
        self._refused = ""  # why it could not begin
        # Seconds from request to answer, of the last one.
        self.took = 0.0
        self._helper = Helper(
            "bridge.library.library_process", [str(library), str(manifest.folder)], self._answered, self._lost
        )

    def start(self) -> None:
        """Have it read its index, so that the first question is answered as soon as any."""
        self._helper.start()

    def status(self) -> Mapping[str, Any]:
        """How many phrases there are."""
        return {"library": self._phrases, "library_ms": round(1000 * self.took, 1)}

    def take(self, item: Input | ShellRequest, asker: Asker | None) -> bool:
        """Pass on what is asked of a library."""
        match item:
            case Recommend(count):
                self._ask(item, asker, "recommend", True, count)
            case RateClip(clip, liked):
                self._ask(item, asker, "rate", False, clip, LIKE if liked else SKIP)
            case UseClip(clip):
                self._ask(item, asker, "clip", True, clip)
            case ForgetTaste():
                self._ask(item, asker, "forget", False)
            case _:
                return False
        return True

    def close(self) -> None:
        """End the process."""
        self._helper.close()

    def _ask(self, item: ShellRequest, asker: Asker | None, what: str, by_ear: bool, *arguments: object) -> None:
        """Ask, with what was heard behind the rest where the answer depends `by_ear` on that; on the engine thread."""
        began = time.perf_counter()
        heard: list[Heard] = []
        if by_ear:
            try:
                heard.append(self._heard())
            except ValueError as refusal:
                self._refuse(asker, str(refusal))
                return
            if heard[0].ear != self._ear:
                self._refuse(asker, f"the library was indexed for model {self._model}, and another plays: swap back")
                return
        number = self._open.add((item, asker, began))
        if not self._helper.ask([number, what, *arguments, *heard]):
            self._refuse(asker, "the library has not answered what it was asked before: ask again")

    def _answered(self, message: Any) -> None:
        """On the helper's thread."""
        number, what, *told = message
        item, asker, began = self._open.pop(number) or (None, None, 0.0)
        if number == 0:
            self._phrases, self._refused = (told[0], "") if what == "ready" else (0, told[0])
        elif what == "refused":
            self._refuse(asker, told[0])
        elif what == "said":
            reply(self._engine, asker, Notice(told[0]))
        elif what == "recommended":
            self.took = time.perf_counter() - began
            self._offer(asker, msgspec.convert(told[0], list[Recommended]))
        elif what == "clip" and isinstance(item, UseClip):
            self._use(item, asker, told)

    def _offer(self, asker: Asker | None, found: list[Recommended]) -> None:
        if not found:
            self._refuse(asker, "the library has nothing to offer: it holds no phrase; antiphon index FOLDER fills it")
            return
        for one in found:
            reply(self._engine, asker, one)
        now = time.perf_counter()
        offered = Offered(now, tuple(one.clip for one in found), tuple(one.title for one in found))
        self._engine.hand_in([offered], None)

    def _use(self, item: UseClip, asker: Asker | None, told: list[Any]) -> None:
        title, bpm, place, rows, moved = told
        notes = msgspec.convert(rows, tuple[ClipNote, ...])
        now = time.perf_counter()
        if item.prime:
            self._engine.hand_in([PrimeWith(now, item.clip, title, place, notes)], asker)
        else:
            self._engine.hand_in([PlayClip(now, item.clip, title, place, bpm, notes)], asker)
        way = f", {abs(moved)} semitones {'up' if moved > 0 else 'down'}" if moved else ""
        reply(self._engine, asker, Notice(f"{'the model heard' if item.prime else 'playing'} {title}{way}"))
        # Choosing it says something, too.
        self._helper.ask([self._open.number(), "rate", item.clip, USED])

    def _lost(self, why: str) -> None:
        for _, asker, _ in self._open.clear():
            self._refuse(asker, self._refused or f"the library's process is gone: {why}; ask again to start it anew")

    def _refuse(self, asker: Asker | None, why: str) -> None:
        reply(self._engine, asker, ErrorReport(Severity.ERROR, "library", why))
