"""The last set, on the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.performer.settings import Settings
from bridge.sessions.last_set import LARGEST, LastSet, last_set_path, load, save
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


def test_a_set_as_large_as_may_be_is_read_and_one_byte_more_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "last.json"
    save(path, LAST)
    monkeypatch.setattr("bridge.sessions.last_set.LARGEST", path.stat().st_size)
    assert load(path) == LAST
    path.write_text(path.read_text() + " ")
    with pytest.raises(ValueError, match="it has more than"):
        load(path)


def test_a_folder_in_its_place_is_told_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "last.json").mkdir()
    with pytest.raises(ValueError, match=r"the last set cannot be resumed: .*last\.json"):
        load(tmp_path / "last.json")
    with pytest.raises(OSError):
        save(tmp_path / "last.json", LAST)


def test_what_a_set_of_an_older_version_did_not_know_is_as_usual(tmp_path: Path) -> None:
    path = tmp_path / "last.json"
    path.write_text('{"antiphon": 1, "options": {}, "model": "duo", "settings": {"mode": "duet"}}')
    assert load(path) == LastSet({}, "duo", Settings(mode="duet"))


def test_each_daemon_has_its_own() -> None:
    one, other = last_set_path("stage"), last_set_path("desk")
    assert one.parent == other.parent and one != other and "stage" in one.name and one.suffix == ".json"
