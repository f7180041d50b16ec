from __future__ import annotations

import threading
from pathlib import Path

from bridge.engine.fake import FakeModel
from bridge.performer.performer import Performer
from bridge.presets.presets import Preset
from bridge.presets.store import PresetShelf
from bridge.presets.worker import PresetClerk
from bridge.vocabulary.events import ErrorReport, Raw, Recall
from bridge.vocabulary.requests import ListPresets, LoadPreset, PresetsReport, SavePreset


def test_what_is_asked_is_done_in_order_on_another_thread(tmp_path: Path) -> None:
    threads: list[str] = []
    clerk = PresetClerk(PresetShelf(tmp_path), lambda: threads.append(threading.current_thread().name))
    status = Performer(FakeModel()).status()
    PresetShelf(tmp_path).save("verse", Preset(program=0))
    clerk.start()
    clerk.ask(SavePreset("verse"), None, status)
    clerk.ask(LoadPreset("verse"), None, {})
    clerk.ask(LoadPreset("chorus"), None, {})
    clerk.ask(Raw(1.0, b"\xc0\x00"), None, {})
    clerk.ask(Raw(1.0, b"\xc0\x07"), None, {})
    clerk.ask(ListPresets(), None, {})
    clerk.close()
    done = []
    while (one := clerk.take()) is not None:
        done.append(one.outcome)
    assert [type(outcome) for outcome in done] == [PresetsReport, Recall, ErrorReport, Recall, Raw, PresetsReport]
    assert done[0] == done[-1] == PresetsReport("verse")
    assert isinstance(done[2], ErrorReport) and "no preset 'chorus'" in done[2].text
    assert done[4] == Raw(1.0, b"\xc0\x07"), "it selects no preset: it goes on as it came"
    assert threads == ["presets"] * 6


def test_one_that_was_never_started_ends() -> None:
    PresetClerk(PresetShelf(Path("nowhere")), lambda: None).close()
