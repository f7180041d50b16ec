"""The whole of `prepare`: bad files, bad places, a full disk, a run killed; the same bytes from the same files."""

import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console
from songs import scale, tune, with_header, write_albums, write_song

from bridge.commands.prepare import command
from bridge.data.corpus import Corpus
from bridge.data.local_workers import Readings, read_here, read_in_workers
from bridge.data.prepare import Engine, prepare
from bridge.data.reading import read

QUIET = Console(quiet=True)


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    return write_albums(tmp_path / "songs")


def data_of(folder: Path) -> dict[str, bytes]:
    """Everything that must be the same byte for byte."""
    return {
        path.name: path.read_bytes() for path in folder.iterdir() if path.suffix == ".npy" or path.name == "index.json"
    }


def test_notes_and_pieces(tmp_path: Path) -> None:
    folder = tmp_path / "songs"
    folder.mkdir()
    for i in range(3):
        write_song(folder / f"good{i}.mid", tune(i, 30 + i))
    (folder / "broken.mid").write_bytes(b"MThd\0\0\0\6\0\1\0\1\1\xe0nonsense")
    write_song(folder / "short.mid", scale(3))
    result = prepare(folder, tmp_path / "out", QUIET, pictures=False)
    assert (result.pieces, result.notes) == (3, 93)
    assert result.refused == {"no tracks": 1, "too few notes": 1}
    corpus = Corpus(tmp_path / "out")
    assert [(p.file, p.shard, p.start, p.stop) for p in corpus.pieces] == [
        ("good0.mid", "songs-000.npy", 0, 30),
        ("good1.mid", "songs-000.npy", 30, 61),
        ("good2.mid", "songs-000.npy", 61, 93),
    ]
    assert corpus.notes(corpus.pieces[1])["pitch"].tolist() == [note[2] for note in tune(1, 31)]
    assert not (tmp_path / "out" / ".unfinished").exists()


def bad_files(folder: Path) -> dict[str, str]:
    """A file of every kind that must not stop a run; returns the reason by which each is refused."""
    write_song(folder / "good.mid", tune(0))
    good = (folder / "good.mid").read_bytes()
    track = good[14:]
    empty = b"MTrk\0\0\0\4\0\xff\x2f\0"
    (folder / "zero.mid").touch()
    (folder / "no.mid").write_text("this is no MIDI file, though it says so")
    (folder / "cut.mid").write_bytes(with_header(good, kind=1, tracks=3)[:-50])
    (folder / "type2.mid").write_bytes(with_header(good, kind=2, tracks=2) + track)
    (folder / "many.mid").write_bytes(with_header(good, kind=1, tracks=10_000)[:14] + empty * 10_000)
    (folder / "silent.mid").write_bytes(good[:14] + empty)
    (folder / "garbage.mid").write_bytes(good[:60] + random.Random(0).randbytes(len(good) - 60))
    (folder / "folder.mid").symlink_to(folder)
    (folder / "nowhere.mid").symlink_to(folder / "gone")
    os.mkfifo(folder / "pipe.mid")
    with (folder / "large.mid").open("wb") as file:
        file.write(good)
        file.truncate(100 * 2**20)
    write_song(folder / "one.mid", [(i * 240, 240, 60, 64) for i in range(160)])
    write_song(folder / "gun.mid", [(i * 20, 10, 36 + i // 200, 64) for i in range(400)])
    write_song(folder / "stuck.mid", [(i * 240, 60_000, 40 + i, 64) for i in range(40)])
    return {
        "zero": "empty file", "no": "not MIDI", "cut": "truncated", "type2": "type 2", "many": "too many tracks",
        "silent": "no notes", "garbage": "broken", "nowhere": "missing", "pipe": "not a file", "large": "too large",
        "one": "one note", "gun": "machine-gun", "stuck": "stuck notes",
    }  # fmt: skip


def test_every_kind_of_bad_file_is_named_and_nothing_stops(tmp_path: Path) -> None:
    folder = tmp_path / "songs"
    folder.mkdir()
    expected = bad_files(folder)
    # SMPTE time can be kept: without beats.
    (folder / "smpte.mid").write_bytes(with_header((folder / "good.mid").read_bytes(), division=0xE728))
    arguments = [str(folder), "-o", str(tmp_path / "out"), "--workers", "1", "--licence", "CC0-1.0"]
    outcome = CliRunner().invoke(command, arguments)
    assert outcome.exit_code == 0, outcome.output
    lines = (tmp_path / "out" / "refused.csv").read_text().splitlines()[1:]
    assert {Path(line.split(",")[0]).stem: line.split(",")[1] for line in lines} == expected
    # Of a tune in beats and the same in SMPTE time one is a copy.
    assert [piece.licence for piece in Corpus(tmp_path / "out").pieces] == ["CC0-1.0"]
    for reason in expected.values():
        assert f"  {reason}: " in outcome.output
    assert "gun.mid" in outcome.output and "1 copies left out; 13 files refused" in outcome.output


def test_places_that_are_wrong_are_told_before_anything_is_made(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    write_song(tmp_path / "short.mid", scale(3))
    run = CliRunner().invoke
    for arguments, text in (
        (["nowhere", "-o", "out"], "nowhere: no such file or folder; give a folder"),
        (["empty", "-o", "out"], "empty: no MIDI files here"),
        ([".", "empty", "-o", "out"], "empty: no MIDI files here"),
        ([".", "-o", "file"], "file cannot be made a folder: it is a file; name another"),
        ([".", "-o", "out", "--scheduler", "tcp://127.0.0.1:1"], "--scheduler is for --engine dask"),
    ):
        paths = [str(tmp_path / a) if a in ("nowhere", "empty", ".", "out", "file") else a for a in arguments]
        outcome = run(command, paths)
        assert outcome.exit_code != 0 and text in outcome.output.replace("\n", " "), outcome.output
        assert not (tmp_path / "out").exists()
    outcome = run(command, [str(tmp_path), "-o", str(tmp_path / "out"), "--workers", "1"])
    assert outcome.exit_code == 1 and "none of 1 files could be read" in outcome.output
    assert "too few notes (3 notes" in outcome.output and not (tmp_path / "out" / "index.json").exists()


def test_a_file_where_the_data_are_to_lie_is_refused_before_anything_is_read(songs: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file cannot be made a folder: it is a file; name another"):
        prepare(songs, tmp_path / "file", QUIET, engine=lambda items: pytest.fail("read"))


def test_workers_order_and_place_do_not_change_a_byte(songs: Path, tmp_path: Path) -> None:
    def shuffled(items: object) -> Readings:
        done = list(read_here(items))  # type: ignore[arg-type]
        random.Random(1).shuffle(done)
        yield from done

    def prepared(place: Path, out: str, engine: Engine = read_here) -> None:
        prepare(place, tmp_path / out, QUIET, engine=engine, shard_notes=1000, pictures=False)

    prepared(songs, "one")
    prepared(songs, "two", lambda items: read_in_workers(items, 2))
    prepared(songs, "three", shuffled)
    shutil.copytree(songs, tmp_path / "moved" / "songs")
    prepared(tmp_path / "moved" / "songs", "four")
    assert len(data_of(tmp_path / "one")) == 7
    for other in ("two", "three", "four"):
        assert data_of(tmp_path / other) == data_of(tmp_path / "one")


KILLED = """
import os, signal, sys
from pathlib import Path
from bridge.data import prepare, report
from bridge.data.local_workers import read_here

def dying(items):
    for count, reading in enumerate(read_here(items)):
        if count == 70:
            os.kill(os.getpid(), signal.SIGKILL)
        yield reading

if sys.argv[3] == "reading":
    prepare.prepare(Path(sys.argv[1]), Path(sys.argv[2]), engine=dying, pictures=False)
else:
    report.write = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    prepare.prepare(Path(sys.argv[1]), Path(sys.argv[2]))
"""


@pytest.mark.parametrize(("moment", "left"), [("reading", 26), ("writing", 0)])
def test_a_run_that_was_killed_goes_on_and_ends_the_same(songs: Path, tmp_path: Path, moment: str, left: int) -> None:
    out = tmp_path / "out"
    done = subprocess.run([sys.executable, "-c", KILLED, str(songs), str(out), moment], capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert not (out / "index.json").exists() and not list(out.glob("*.npy"))
    with pytest.raises(ValueError, match="not whole"):
        Corpus(out)
    read_again = []

    def counting(items: object) -> Readings:
        for number, item in items:  # type: ignore[attr-defined]
            read_again.append(item.file)
            yield number, read(item)

    prepare(songs, out, QUIET, pictures=False, engine=counting)
    assert len(read_again) == left
    prepare(songs, tmp_path / "straight", QUIET, pictures=False)
    assert data_of(out) == data_of(tmp_path / "straight")


def test_going_on_reads_what_changed_meanwhile(songs: Path, tmp_path: Path) -> None:
    def stopping(items: object) -> Readings:
        yield from read_here(items)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare(songs, tmp_path / "out", QUIET, pictures=False, engine=stopping)
    write_song(songs / "album 0" / "0.mid", tune(500, 33))
    (songs / "album 1" / "1.mid").unlink()
    prepare(songs, tmp_path / "out", QUIET, pictures=False)
    prepare(songs, tmp_path / "anew", QUIET, pictures=False)
    assert data_of(tmp_path / "out") == data_of(tmp_path / "anew")


def test_two_runs_do_not_write_into_one_folder(songs: Path, tmp_path: Path) -> None:
    def nosy(items: object) -> Readings:
        with pytest.raises(ValueError, match="another `antiphon prepare` is writing here"):
            prepare(songs, tmp_path / "out", QUIET, pictures=False)
        yield from read_here(items)  # type: ignore[arg-type]

    assert prepare(songs, tmp_path / "out", QUIET, pictures=False, engine=nosy).pieces == 90


@pytest.fixture
def small_disk(tmp_path: Path) -> object:
    """A file system of 300 KB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(place)], capture_output=True, text=True
    )
    if not mounted or mounted.returncode:
        pytest.skip(f"cannot mount a small disk here: {mounted.stderr if mounted else 'no mount'}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("size", ["300k", "700k"])
def test_a_full_disk_is_told_and_the_run_goes_on_when_there_is_room(
    songs: Path, tmp_path: Path, small_disk: Path, size: str
) -> None:
    def resize(to: str) -> None:
        subprocess.run(["mount", "-o", f"remount,size={to}", str(small_disk)], check=True)

    resize(size)
    outcome = CliRunner().invoke(command, [str(songs), "-o", str(small_disk / "out"), "--workers", "1"])
    assert outcome.exit_code == 1 and "is full; what was read so far is kept in" in outcome.output, outcome.output
    assert [path.name for path in (small_disk / "out").iterdir()] == [".unfinished"]
    assert not list((small_disk / "out" / ".unfinished").glob("*.npy"))
    resize("64m")
    prepare(songs, small_disk / "out", QUIET, pictures=False)
    prepare(songs, tmp_path / "straight", QUIET, pictures=False)
    assert data_of(small_disk / "out") == data_of(tmp_path / "straight")


def test_a_path_named_twice_counts_once(songs: Path, tmp_path: Path) -> None:
    result = prepare([songs, songs / "album 1", songs], tmp_path / "out", QUIET, pictures=False)
    assert (result.pieces, result.duplicates) == (90, 0)
