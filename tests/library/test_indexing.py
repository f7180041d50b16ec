"""Only what changed is heard again."""

from __future__ import annotations

from pathlib import Path

import pytest
from library_songs import C_MAJOR, WIDTH, Ear, make_library, song, update

from bridge.library.store import Index


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return make_library(tmp_path)


def test_only_what_changed_is_heard_again(library: Path) -> None:
    done = update(library)
    assert (done.added, list(done.refused)) == (4, ["broken.mid"])
    done = update(library)
    assert (done.added, done.unchanged, done.refused) == (0, 5, {})
    song(library / "c.mid", [*C_MAJOR, *C_MAJOR])
    (library / "g.mid").unlink()
    inner = library / "inner"
    inner.mkdir()
    (library / "chromatic.mid").rename(inner / "chromatic.mid")
    done = update(library)
    assert (done.added, done.removed, done.moved) == (1, 1, 1)
    index = Index(library / ".antiphon", Ear.identity, WIDTH)
    assert set(index.files()) == {"c.mid", "inner/chromatic.mid", "one note.mid", "broken.mid"}
    assert list(index.refused()) == ["broken.mid"]
