"""The last set, on the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.performer.performer import Settings
from bridge.sessions.last_set import LARGEST, LastSet, load, save
from bridge.vocabulary.codec import CONTEXT_SIZE
from bridge.vocabulary.controllers import bind
from bridge.vocabulary.events import PastNote
from bridge.vocabulary.parts import Part

NOTE = PastNote(-2.0, "keys", 60, 80, None, (0.25,) * CONTEXT_SIZE, machine=True)
LAST = LastSet(
    {"in_name": "Keystep", "osc_port": 7401, "osc_allow": ["10.0.0.1"], "record": None},
    "duo",
    Settings(
        mode="duet", tempo=96.5, values={"temperature": 0.5, "scale": "blues"}, voices={"bass": (False, 2)},
        ranges={"bass": (30, 50)}, controllers={"density": bind("density", 20)}, binds={"stop": ("cc:67",)},
        parts=(Part("bass", 0, 47),), mpe=True, listen=(1, 2),
    ),
    (NOTE, NOTE),
)  # fmt: skip


def test_it_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "new" / "last.json"
    for last in (LastSet({}, "", Settings()), LAST):
        save(path, last)
        assert load(path) == last
    assert [one.name for one in path.parent.iterdir()] == ["last.json"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "cannot be resumed"),
        ("[]", "no last set of this version"),
        ('{"antiphon": 9}', "no last set of this version"),
        ('{"antiphon": 1, "options": {}, "model": "duo", "settings": {"mode": 3}}', "cannot be resumed"),
        ('{"antiphon": 1, "options": {}, "model": "duo", "settings": {"drum_channel": 40}}', "drum channel"),
        ("x" * (LARGEST + 1), "bytes"),
    ],
)
def test_what_is_none_is_refused(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "last.json"
    with pytest.raises(ValueError, match="no last set to resume"):
        load(path)
    path.write_text(text)
    with pytest.raises(ValueError, match=why):
        load(path)
