"""Only what changed is heard again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from library_songs import C_MAJOR, WIDTH, Ear, make_library, song, update, update_by

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


def test_an_indexing_that_was_interrupted_goes_on_where_it_was(library: Path) -> None:
    class Tired(Ear):
        """Hears one file, and then somebody presses Ctrl-C."""

        heard = 0

        def read_whole(self, events: np.ndarray, context: np.ndarray) -> np.ndarray:
            self.heard += 1
            if self.heard > 1:
                raise KeyboardInterrupt
            return super().read_whole(events, context)

    ear = Tired()
    with pytest.raises(KeyboardInterrupt):
        update_by(ear, library)
    half = Index(library / ".antiphon", ear.identity, ear.width)
    assert 0 < len(half.files()) < 5
    half.close()
    done = update(library)
    assert done.added and done.unchanged > 0, "what was heard is not heard again"
    whole = Index(library / ".antiphon", ear.identity, ear.width)
    assert {"c.mid", "g.mid", "chromatic.mid", "one note.mid"} <= set(whole.files())
    assert set(whole.refused()) == {"broken.mid"}
