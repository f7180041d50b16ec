"""How a network listens to the echo."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")

import torch

from bridge.engine.repetition import LONGEST, RECALL_SIZE, STREAM_SIZE, VIEWS
from bridge.training.echoing import (
    LENGTHS,
    TRUST_SCALE,
    EchoCopy,
    EchoEmbedding,
    by_view,
    follow_offsets,
    gate_offsets,
)
from bridge.vocabulary import codec

WIDTH, COUNT = 8, len(codec.FIELDS)
PITCH = codec.FIELDS.index("pitch")
SIZES = (3, 2, 4, 5, 6)
EVENT = (4, 0, 60, 10, 20)


def told(*heard: tuple[int, tuple[int, ...], int]) -> torch.Tensor:
    """What is told where these views (by number) saw an event follow after runs of such lengths, the others none."""
    row = torch.zeros(STREAM_SIZE + RECALL_SIZE, dtype=torch.int64)
    for view, event, length in heard:
        row[view * (COUNT + 1) : (view + 1) * (COUNT + 1)] = torch.tensor((*event, length))
    return row


def test_what_followed_and_how_long_the_runs_were_lie_view_by_view() -> None:
    follow, lengths = by_view(told((1, EVENT, 3))[None])
    assert follow.shape == (1, len(VIEWS), COUNT) and lengths.shape == (1, len(VIEWS))
    assert tuple(follow[0, 1].tolist()) == EVENT and lengths[0].tolist() == [0, 3, *[0] * (len(VIEWS) - 2)]


def test_each_views_and_fields_rows_lie_end_to_end() -> None:
    offsets = follow_offsets(SIZES)
    assert offsets[0] == [0, 3, 5, 9, 14] and offsets[1] == [20, 23, 25, 29, 34]
    assert gate_offsets() == [view * LENGTHS for view in range(len(VIEWS))] and LENGTHS == LONGEST + 1


def test_a_network_that_learnt_without_the_echo_goes_on_as_it_was() -> None:
    embedding = EchoEmbedding(WIDTH, SIZES)
    rows, lengths = torch.zeros(1, len(VIEWS), COUNT, dtype=torch.int64), torch.full((1, len(VIEWS)), 4)
    assert embedding(rows, lengths).tolist() == [[0.0] * WIDTH]


def test_a_gate_opens_its_own_view_at_its_own_length() -> None:
    embedding = EchoEmbedding(WIDTH, SIZES)
    with torch.no_grad():
        embedding.gate.weight[1 * LENGTHS + 4] = 1.0
    rows = torch.ones(1, len(VIEWS), COUNT, dtype=torch.int64)
    wanted = embedding.follow.weight[torch.tensor([20 + 1, 23 + 1, 25 + 1, 29 + 1, 34 + 1])].sum(dim=0)
    lengths = torch.zeros(1, len(VIEWS), dtype=torch.int64)
    lengths[0, 1] = 4
    torch.testing.assert_close(embedding(rows, lengths)[0], wanted)
    lengths[0, 1] = 3
    assert embedding(rows, lengths).abs().sum() == 0


def boosts(copy: EchoCopy, heard: torch.Tensor, event: tuple[int, ...], field: int = PITCH) -> dict[int, float]:
    """By class: how much likelier it became."""
    size = codec.SIZES[field]
    with torch.no_grad():
        logits = copy(torch.zeros(1, size), torch.zeros(1, WIDTH), heard[None], torch.tensor([event]), field)[0]
    return {place: round(value, 4) for place, value in enumerate(logits.tolist()) if value}


def test_what_followed_is_likelier_the_longer_the_run_as_long_as_the_note_agrees() -> None:
    copy = EchoCopy(WIDTH)
    assert boosts(copy, told((0, EVENT, 4)), EVENT) == {60: 1.0}, "a quarter of a logit for each event"
    assert boosts(copy, told((0, EVENT, 8)), EVENT) == {60: 2.0}
    assert boosts(copy, told((0, EVENT, 4)), (5, *EVENT[1:])) == {}, "it began at another time"
    assert boosts(copy, told((0, EVENT, 4)), (*EVENT[:2], 99, 3, 3)) == {60: 1.0}, "fields to come are not looked at"
    assert boosts(copy, told(), EVENT) == {}, "nothing followed"


def test_views_that_say_the_same_add_up_and_others_stand_beside_each_other() -> None:
    copy = EchoCopy(WIDTH)
    assert boosts(copy, told((0, EVENT, 4), (1, EVENT, 4)), EVENT) == {60: 2.0}
    assert boosts(copy, told((0, EVENT, 4), (1, (*EVENT[:2], 67, 1, 1), 2)), EVENT) == {60: 1.0, 67: 0.5}


def test_a_class_that_is_never_drawn_is_not_made_likelier() -> None:
    velocity = codec.FIELDS.index("velocity")
    unknown = (*EVENT[:3], codec.UNKNOWN_VELOCITY, 20)
    assert boosts(EchoCopy(WIDTH), told((0, unknown, 4)), EVENT, velocity) == {}


def test_trust_is_learnt_in_tenths() -> None:
    copy = EchoCopy(WIDTH)
    with torch.no_grad():
        rows = (PITCH * len(VIEWS) * 2 + 1) * LENGTHS + 4  # the first view, agreeing, after four events
        copy.trust.weight[rows] = 0.3
    assert boosts(copy, told((0, EVENT, 4)), EVENT) == {60: round(0.3 * TRUST_SCALE, 4)}
