"""Files are heard alike in this process and in several, and these end with the one that began them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from library_songs import Ear, make_library

from bridge.evaluation.reviewing.music import of_file
from bridge.library.listening import describe, here, in_processes, processes_for
from bridge.library.phrases import Span
from bridge.midi import files as midifile
from bridge.midi.files import NewTrack, TrackNote, write_new
from bridge.timing.timeline import Metre, Tempo, Timeline


def test_processes_are_begun_where_they_are_worth_it() -> None:
    assert [processes_for(files, cores=4) for files in (0, 15, 16, 31, 1000)] == [1, 1, 2, 3, 4]
    assert processes_for(10**6, cores=64) == 8


def test_what_cannot_be_read_is_refused_and_the_rest_is_heard(tmp_path: Path) -> None:
    library = make_library(tmp_path)
    ear = Ear()
    names = ["c.mid", "broken.mid", "gone.mid", "one note.mid"]
    heard = list(here(ear, ear)((library / name, name) for name in names))  # type: ignore[arg-type]
    assert [bool(one.refused) for one in heard] == [False, True, True, False]
    assert [len(one.phrases) for one in heard] == [len(one.vectors) for one in heard] == [1, 0, 0, 1]


def test_several_processes_hear_what_one_does(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from library_ear import model_with_ear

    from bridge.engine.embedding import Embedding
    from bridge.engine.streaming import StreamingModel

    folder, library = model_with_ear(tmp_path), make_library(tmp_path)
    names = ["c.mid", "broken.mid", "g.mid", "chromatic.mid"]
    files = [(library / name, name) for name in names]
    model = StreamingModel.load(folder)
    alone = list(here(model, Embedding(model.manifest))(files))
    with in_processes(folder, 2) as listen:
        together = list(listen(files))
    for one, other in zip(alone, together, strict=True):
        assert (one.phrases, one.refused) == (other.phrases, other.refused)
        np.testing.assert_array_equal(one.vectors, other.vectors)


_PARENT = """
import os, sys, time
from pathlib import Path
from bridge.library.listening import in_processes

if __name__ == "__main__":
    with in_processes(Path(sys.argv[1]), 1) as listen:
        list(listen([(Path(sys.argv[2]), "a file")]))
        import multiprocessing
        print(multiprocessing.active_children()[0].pid, flush=True)
        time.sleep(60)
"""


@pytest.mark.skipif(os.name != "posix", reason="kills a process as Linux and macOS do")
def test_a_process_that_hears_is_not_left_behind(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from library_ear import model_with_ear

    folder, library = model_with_ear(tmp_path), make_library(tmp_path)
    program = tmp_path / "parent.py"
    program.write_text(_PARENT)
    command = [sys.executable, str(program), str(folder), str(library / "c.mid")]
    parent = subprocess.Popen(
        command, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    )
    assert parent.stdout is not None
    with parent.stdout as lines:
        child = int(lines.readline())
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        deadline = time.monotonic() + 20
        while _runs(child):
            assert time.monotonic() < deadline, "it is there yet"
            time.sleep(0.02)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("written", [True, False])
def test_what_is_known_of_a_phrase_is_what_its_notes_say(tmp_path: Path, written: bool) -> None:
    melody = [TrackNote(16.0 + i, 0.5, 57 + step, 64, 1) for i, step in enumerate((0, 2, 3, 5, 7, 8, 11, 12))]
    drums = [TrackNote(16.0 + i, 0.25, 36, 64, 10) for i in range(8)]
    timeline = Timeline((Tempo(0.0, 120.0), Tempo(12.0, 87.654)), (Metre(0.0, 4, 4), Metre(8.0, 3, 4)))
    before = [TrackNote(i / 2, 0.5, 60, 64, 1) for i in range(8)]
    write_new(tmp_path / "a.mid", timeline, [NewTrack("a", [*before, *melody], {1: 0}), NewTrack("b", drums, {})])
    file = midifile.read(tmp_path / "a.mid")
    stretch = of_file(file, "a").stretch
    found = describe(stretch, Span(8, 24), file if written else None)
    assert (found.begin_beat, found.end_beat, found.notes, found.tonic, found.minor) == (16.0, 23.5, 16, 9, True)
    assert found.density == round(16 / 7.5, 3) and found.height == 63.0, "drums are no height"
    # Two bars of four, then bars of three from beat 8: beat 16 is in the fifth, beat 23 in the eighth.
    assert (found.first_bar, found.last_bar, found.bpm) == ((5.0, 8.0, 87.65) if written else (0.0, 0.0, 0.0))


def test_drums_alone_have_no_key_and_no_height(tmp_path: Path) -> None:
    drums = [TrackNote(i / 2, 0.25, 36 + i % 3, 64, 10) for i in range(12)]
    write_new(tmp_path / "a.mid", Timeline.steady(90.0), [NewTrack("b", drums, {})])
    file = midifile.read(tmp_path / "a.mid")
    found = describe(of_file(file, "a").stretch, Span(0, 12), file)
    assert (found.tonic, found.minor, found.height, found.notes) == (-1, False, 0.0, 12)
