"""A watch, and a model that is told by hand, for the tests of what looks on at a simulated set."""

from __future__ import annotations

import numpy as np

from bridge.engine.constraints import Constraints
from bridge.engine.fake import FakeModel
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.simulator.watch import Watch
from bridge.simulator.watched_model import WatchedModel
from bridge.vocabulary import codec
from bridge.vocabulary.codec import CONTEXT_SIZE
from bridge.vocabulary.events import Input, Output

UNIFORM = np.full(5, 0.4, dtype=np.float32)


class Scene:
    """A watch, and a model that is told by hand."""

    def __init__(self, model: FakeModel | None = None, weights: str = "float32", reach: int | None = 512) -> None:
        self.watch = Watch(Settings(mode="duet"), FakeModel, reach, 1, lambda name: weights)
        self.watched = WatchedModel(model or FakeModel(), self.watch)
        self.watch.look_at(Performer(FakeModel()))

    def received(self, now: float, *items: Input) -> None:
        for item in items:
            self.watch.received(now, item)

    def gave(self, now: float, *outputs: Output) -> None:
        for output in outputs:
            self.watch.gave(now, now, output)

    def tell(self, *pitches: int) -> None:
        for pitch in pitches:
            event = np.array([[3, 0, pitch, codec.velocity_class(80), 7]])
            self.watched.feed(event, np.zeros((1, CONTEXT_SIZE), dtype=np.float32))

    def draw(self) -> None:
        self.watched.sample(Constraints(), UNIFORM, 1.0, 1.0)
