"""The folder of presets: plain names in, nothing else reached."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.presets import store
from bridge.presets.presets import Preset
from bridge.presets.store import LARGEST, PresetShelf

WARM = Preset({"temperature": 1.5}, program=4)


def test_save_list_and_load(tmp_path: Path) -> None:
    shelf = PresetShelf(tmp_path / "presets")
    assert shelf.names() == []
    shelf.save("verse", WARM)
    shelf.save("chorus-2.b", Preset())
    assert shelf.names() == ["chorus-2.b", "verse"]
    assert PresetShelf(tmp_path / "presets").load("verse") == WARM
    assert sorted(path.name for path in (tmp_path / "presets").iterdir()) == ["chorus-2.b.toml", "verse.toml"]
    assert shelf.programs() == {4: "verse"}


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    shelf = PresetShelf(tmp_path)
    shelf.save("verse", WARM)
    first = shelf.load("verse")
    assert shelf.load("verse") is first
    (tmp_path / "verse.toml").write_text("[parameters]\ntemperature = 0.25\ntop_p = 0.5\n")
    assert shelf.load("verse").values == {"temperature": 0.25, "top_p": 0.5}


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", ".hidden", "", "a/b", "a\\b", "a\0b", "x" * 65, "ä"])
def test_names_that_are_no_plain_word_reach_no_file(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "presets"
    folder.mkdir()
    (tmp_path / "secret.toml").write_text("")
    shelf = PresetShelf(folder)
    for ask in (shelf.load, lambda name: shelf.save(name, WARM)):
        with pytest.raises(ValueError, match="letters, digits"):
            ask(name)
    assert list(folder.iterdir()) == []


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    shelf = PresetShelf(tmp_path)
    shelf.save("verse", WARM)
    (tmp_path / "huge.toml").write_bytes(b"#" * (LARGEST + 1))
    (tmp_path / "latin.toml").write_bytes(b'mode = "\xe4"')
    (tmp_path / "broken.toml").write_text("[parameters]\nwarmth = 1\n")
    (tmp_path / "folder.toml").mkdir()
    for name, message in (
        ("chorus", "no preset 'chorus' in .*: there are .*verse"),
        ("huge", "65537 bytes: 65536 at most"),
        ("latin", "cannot be read"),
        ("broken", "no parameter 'warmth'"),
        ("folder", "cannot be read"),
    ):
        with pytest.raises(ValueError, match=message):
            shelf.load(name)
    assert shelf.programs() == {4: "verse"}


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "presets").write_text("a file")
    with pytest.raises(ValueError, match="cannot save preset 'verse'"):
        PresetShelf(tmp_path / "presets").save("verse", WARM)


def test_only_plain_files_of_the_right_kind_are_offered(tmp_path: Path) -> None:
    shelf = PresetShelf(tmp_path)
    shelf.save("verse", WARM)
    (tmp_path / "folder.toml").mkdir()
    for name in ("notes.txt", ".hidden.toml", "two words.toml", ".toml", "verse.toml.bak", "con.toml"):
        (tmp_path / name).write_text("")
    assert shelf.names() == ["verse"]


def test_a_full_folder_takes_no_new_preset_and_every_new_take_of_an_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MOST", 2)
    shelf = PresetShelf(tmp_path)
    for name in ("one", "two", "two"):
        shelf.save(name, WARM)
    with pytest.raises(ValueError, match=r"cannot save preset 'three': .* holds 2 already; delete some"):
        shelf.save("three", WARM)
    (tmp_path / "zzz.toml").write_text("")
    shelf.save("one", WARM)
    assert shelf.names() == ["one", "two"], "no more are offered than are kept"


def test_the_largest_preset_is_read_and_a_larger_one_is_not(tmp_path: Path) -> None:
    shelf = PresetShelf(tmp_path)
    shelf.save("verse", WARM)
    path = tmp_path / "verse.toml"
    text = path.read_text()
    path.write_text(text + "#" * (store.LARGEST - len(text.encode())))
    assert shelf.load("verse") == WARM
    path.write_text(path.read_text() + "#")
    with pytest.raises(ValueError, match=f"preset 'verse' has {store.LARGEST + 1} bytes: {store.LARGEST} at most"):
        shelf.load("verse")


def test_where_there_is_no_preset_at_all_the_refusal_says_so_and_a_long_name_is_cut(tmp_path: Path) -> None:
    shelf = PresetShelf(tmp_path / "nowhere")
    with pytest.raises(ValueError, match=r"no preset 'verse' in .*: there are none; /antiphon/preset/save makes one"):
        shelf.load("verse")
    with pytest.raises(ValueError, match=r"x{64}\.\.\.") as refusal:
        shelf.load("x" * 5000)
    assert len(str(refusal.value)) < 400
