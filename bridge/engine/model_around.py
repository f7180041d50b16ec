"""A model, and a batch of its, with something around it: what is not overridden is as theirs."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.engine.model import Batch, Critic, Model, Snapshot
from bridge.vocabulary.guide import Guide


class ModelAround:
    """The part of `bridge.engine.model.Model` that whoever stands between a model and its player hands on."""

    def __init__(self, model: Model) -> None:
        self.model = model

    @property
    def name(self) -> str:
        """The model's."""
        return self.model.name

    @property
    def provider(self) -> str:
        """The model's."""
        return self.model.provider

    @property
    def position(self) -> int:
        """The model's."""
        return self.model.position

    @property
    def rewindable(self) -> int:
        """The model's."""
        return self.model.rewindable

    @property
    def critic(self) -> Critic | None:
        """The model's."""
        return self.model.critic

    @property
    def most_candidates(self) -> int:
        """The model's."""
        return self.model.most_candidates

    def score(self, event: Sequence[int], guide: Guide | None = None) -> tuple[float, ...]:
        """As the model's."""
        return self.model.score(event, guide)

    def snapshot(self) -> Snapshot:
        """As the model's."""
        return self.model.snapshot()

    def restore(self, snapshot: Snapshot) -> None:
        """What nobody in between can follow: refused."""
        raise NotImplementedError("a set rewinds its model and restores no snapshot")

    def keep_near(self) -> None:
        """As the model's."""
        self.model.keep_near()

    def warm_up(self) -> None:
        """As the model's."""
        self.model.warm_up()


class BatchAround:
    """The same of `bridge.engine.model.Batch`."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch

    @property
    def count(self) -> int:
        """The batch's."""
        return self.batch.count

    @property
    def room(self) -> int:
        """The batch's."""
        return self.batch.room

    def drop(self) -> None:
        """As the batch's."""
        self.batch.drop()
