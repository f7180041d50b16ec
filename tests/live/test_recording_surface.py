"""The recorder as a surface: takes from the start or from mid-set, the last minutes, and what is told of them."""

from __future__ import annotations

from pathlib import Path

from engine_of_surfaces import FakeEngine

from bridge.engine.fake import FakeModel
from bridge.live.recording_surface import RecordingSurface
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.sessions.log import Session, read_log, replay
from bridge.vocabulary.events import ErrorReport, Fired, NoteOff, NoteOn, SetTempo
from bridge.vocabulary.requests import Capture, Notice, Record

SETTINGS = Settings(mode="harmonize", seed=1)


class Take:
    """A set with a recorder, played by hand."""

    def __init__(self, folder: Path, at_once: bool) -> None:
        self.engine = FakeEngine()
        self.surface = RecordingSurface(self.engine, SETTINGS, "fake", "", folder, at_once)
        self.session = Session(Performer(FakeModel(), SETTINGS))
        self.session.journal = self.surface.accept
        self.surface.start()

    def play(self, start: float) -> None:
        for pitch in (60, 64, 67):
            self.session.receive(NoteOn(start, pitch, 80), start)
            while self.session.advance(start):
                pass
            self.session.take_outputs(start)
            self.session.receive(NoteOff(start + 0.2, pitch), start + 0.2)
            self.session.take_outputs(start + 0.2)
            start += 0.5

    def texts(self, kind: type) -> list[str]:
        return [report.text for report in self.engine.told if isinstance(report, kind)]


def folders(place: Path) -> list[Path]:
    return sorted(path for path in place.iterdir() if path.is_dir())


def test_a_take_from_the_start_is_whole_and_replays(tmp_path: Path) -> None:
    take = Take(tmp_path, at_once=True)
    assert take.surface.status() == {"recording": True}
    take.play(1.0)
    take.surface.close()
    (folder,) = folders(tmp_path)
    assert take.texts(Notice) == [
        f"recording to {folder}", f"recorded: {folder}; again: antiphon replay {folder}"
    ]  # fmt: skip
    log = read_log(folder / "session.jsonl")
    assert log.whole and len(log.outputs()) > 2
    assert replay(log, lambda name, digest: FakeModel(name)) == log.outputs()
    take.surface.close()
    assert len(take.texts(Notice)) == 2, "closed once is closed"


def test_one_begun_in_mid_set_says_so_and_has_what_was_before_beside_it(tmp_path: Path) -> None:
    take = Take(tmp_path, at_once=False)
    assert take.surface.status() == {"recording": False}
    take.play(1.0)
    assert take.surface.take(Record(True), None) and take.surface.status() == {"recording": True}
    take.play(5.0)
    assert take.surface.take(Record(False), None)
    take.surface.close()
    (folder,) = folders(tmp_path)
    log = read_log(folder / "session.jsonl")
    assert not log.whole
    assert (folder / "earlier.jsonl.gz").exists()


def test_the_last_minutes_can_be_kept_by_request_or_by_a_pad(tmp_path: Path) -> None:
    take = Take(tmp_path, at_once=False)
    take.play(1.0)
    assert take.surface.take(Capture(), None)
    take.surface.accept(["out", 3.0, Fired("capture")])
    take.surface.close()
    assert len(folders(tmp_path)) == 2
    assert all(read_log(folder / "session.jsonl").entries for folder in folders(tmp_path))


def test_a_pad_begins_and_ends_a_take(tmp_path: Path) -> None:
    take = Take(tmp_path, at_once=False)
    for _ in range(2):
        take.surface.accept(["out", 1.0, Fired("record")])
        assert take.surface.status()["recording"]
        take.surface.accept(["out", 2.0, Fired("record")])
        assert not take.surface.status()["recording"]
    take.surface.close()
    assert len(folders(tmp_path)) == 2


def test_what_is_not_its_own_is_left_to_others(tmp_path: Path) -> None:
    take = Take(tmp_path, at_once=False)
    assert not take.surface.take(SetTempo(1.0, 120.0), None)


def test_a_folder_that_cannot_be_made_is_told_and_the_set_goes_on(tmp_path: Path) -> None:
    (tmp_path / "takes").write_text("a file")
    take = Take(tmp_path / "takes", at_once=True)
    take.surface.take(Capture(), None)
    take.play(1.0)
    errors = [report for report in take.engine.told if isinstance(report, ErrorReport)]
    assert [error.code for error in errors][:1] == ["record-failed"] and "takes" in errors[0].text
    assert not take.surface.status()["recording"]
    take.surface.close()
