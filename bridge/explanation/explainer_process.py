"""`python -m bridge.explanation.explainer_process`: explains notes of a set in a process of its own.

Questions are `[number, Asked]`. Of each two answers come, `[number, Explained]`: what the draw was told and what the
model looked at, at once; later, with the notes that it is owed to, found by leaving each of the last ones out. That is
done only while nobody asks, and on Linux only while no other program wants the processor. `[number, text]` says why it
cannot be.
"""

from __future__ import annotations

import math
import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

import msgspec
import numpy as np

from bridge.engine.attention import Attention
from bridge.engine.model import Sample
from bridge.engine.streaming import StreamingModel
from bridge.explanation.case import Case
from bridge.explanation.causes import Cause, Occlusion, with_attention
from bridge.explanation.explain import Explanation, fields_of, freely, passage
from bridge.explanation.live import Asked, as_report, case_of
from bridge.explanation.words import sentences
from bridge.system.helper import end_the_gaps, in_the_gaps, own_streams, received, send
from bridge.system.subprocesses import give_way
from bridge.vocabulary.requests import Explained

# The last notes whose attention is worked out, and that are left out in turn; causes that are told.
LOOKED: Final = 160
NEAR: Final = 24
TOLD: Final = 12


class Explainer:
    """Explains notes of one set; the model is the last question's."""

    def __init__(self) -> None:
        self._folder = ""
        self._model: StreamingModel | None = None
        self._attention: Attention | None = None

    def causes(self, asked: Asked, found: Explanation) -> Iterator[Explained | None]:
        """What is `told`, and the causes by leaving them out: after many small pieces of work, None after each."""
        case = found.case
        heard = Occlusion(self._of(asked), case, NEAR)
        yield None
        effects: list[Cause] = []
        for place in range(heard.first, len(case.events)):
            effects.append(Cause(place, heard.effect([place])))
            yield None
        paid = {cause.place: cause.attention for cause in found.causes}
        known = [Cause(one.place, one.effect, paid.get(one.place, math.nan)) for one in effects]
        known.sort(key=lambda cause: -cause.effect)
        whole = Explanation(case, found.fields, tuple(known), found.passage)
        yield as_report(asked, whole, "causes", list(sentences(whole)), TOLD)

    def told(self, asked: Asked) -> Explanation:
        """What is known at once. Raises ValueError where the model that is asked of does not load."""
        model, case = self._of(asked), case_of(asked)
        if asked.hidden is None:
            model.reset()
            model.feed(case.events, case.context)
            free = freely(case).of(model).all_log_probs()
        else:
            hidden = np.frombuffer(asked.hidden, dtype=np.float32)
            free = model.drawn_after(hidden, case.events, freely(case)).all_log_probs()
        told = free
        if asked.logits is not None:
            told = Sample.of_logits(case.event, np.frombuffer(asked.logits, dtype=np.float32)).all_log_probs()
        return Explanation(case, fields_of(case, told, free), tuple(self._looked_at(case)), passage(case))

    def _looked_at(self, case: Case) -> list[Cause]:
        """What the model looked at, most first, as far as the last notes alone say it; none where it says nothing."""
        if self._attention is None:
            return []
        first = max(len(case.events) - LOOKED, 0)
        paid = self._attention.of(case.events[first:], case.context[first:])
        places = [Cause(place, math.nan) for place in range(len(case.events) - first)]
        causes = [Cause(one.place + first, math.nan, one.attention) for one in with_attention(places, paid)]
        return sorted(causes, key=lambda cause: -cause.attention)

    def _of(self, asked: Asked) -> StreamingModel:
        if self._model is None or asked.folder != self._folder:
            self._folder, self._model = asked.folder, StreamingModel.load(Path(asked.folder), provider="cpu")
            manifest = self._model.manifest
            self._attention = None if manifest.attention is None else Attention(manifest)
        return self._model


def main() -> None:
    """Answer until the input ends."""
    give_way()
    questions, answers = own_streams()
    waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(questions, waiting), name="questions", daemon=True).start()
    explainer = Explainer()
    while (message := waiting.get()) is not None:
        number, fields = message
        try:
            asked = msgspec.convert(fields, Asked)
            found = explainer.told(asked)
            send(answers, [number, as_report(asked, found, "told", list(sentences(found)), TOLD)])
            with in_the_gaps():
                for report in explainer.causes(asked, found):
                    if not waiting.empty():  # somebody asks of another note: that comes first, and this is given up
                        break
                    if report is not None:
                        send(answers, [number, report])
        except (ValueError, OSError) as error:
            send(answers, [number, str(error)])


def _read(questions: IO[bytes], waiting: queue.SimpleQueue[Any]) -> None:
    for message in received(questions):
        waiting.put(message)
        end_the_gaps()  # a piece of work that was begun there could last long while the set wants the processor
    waiting.put(None)


if __name__ == "__main__":
    main()
