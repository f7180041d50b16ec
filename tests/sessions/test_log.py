"""A session comes out of its log again, note for note."""

from __future__ import annotations

import json
from dataclasses import replace as with_changes
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recorded_sets import CLOCKS, SCRIPT, SETTINGS, STEERED, STEERING, load, record, write

from bridge.engine.fake import FakeModel
from bridge.performer.performer import Settings
from bridge.sessions.log import (
    BadLog,
    Entry,
    SessionLog,
    header,
    line,
    pack,
    played_notes,
    read_log,
    replay,
    unpack,
)
from bridge.vocabulary.events import (
    BeatLine,
    Input,
    MoveNotes,
    NoteOff,
    NoteOn,
    Output,
    SetMode,
    Sounded,
    StepTime,
)


def test_replay_equals_the_original(tmp_path: Path) -> None:
    entries, sim = record(SCRIPT, until=12.0)
    log = read_log(write(tmp_path, entries))
    assert log.settings == SETTINGS
    again = replay(log, load)
    assert again == log.outputs() == sim.outputs
    assert len([output for _, output in again if type(output).__name__ == "PlayNote"]) > 20


def test_a_set_to_other_peoples_clocks_replays(tmp_path: Path) -> None:
    settings = with_changes(SETTINGS, clock_out=True)
    entries, sim = record(CLOCKS, until=11.0, settings=settings)
    kinds = {type(output) for _, output in sim.outputs}
    assert {MoveNotes, BeatLine} <= kinds
    path = write(tmp_path, entries, settings)
    log = read_log(path)
    assert log.settings == settings
    assert replay(log, load) == log.outputs() == sim.outputs
    moved = {note_id for _, output in sim.outputs if isinstance(output, MoveNotes) for note_id in output.note_ids}
    heard = [note for note in played_notes(log) if note.machine and not note.cancelled]
    assert moved and len(heard) > 10
    end = max(entry[1] for entry in log.entries)
    assert all(note.duration > 0 for note in heard if note.onset < end)


def test_controllers_ranges_and_presets_replay(tmp_path: Path) -> None:
    entries, sim = record(STEERING, 9.0, STEERED)
    log = read_log(write(tmp_path, entries, STEERED))
    assert log.settings == STEERED
    assert [item for _, item in log.inputs() if not isinstance(item, (Sounded, StepTime))] == STEERING
    assert replay(log, load) == sim.outputs
    assert {type(output).__name__ for _, output in sim.outputs} >= {
        "PlayNote",
        "Learned",
        "ValueReport",
        "Bound",
        "Fired",
    }


def test_a_log_of_before_there_were_controllers_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, record(SCRIPT, until=3.0)[0])
    head, *rest = path.read_text().split("\n")
    fields = json.loads(head)
    for later in ("ranges", "controllers", "drum_channel", "listen", "binds"):
        del fields["settings"][later]
    path.write_text("\n".join([json.dumps(fields), *rest]))
    assert read_log(path).settings == SETTINGS


def test_another_seed_plays_something_else() -> None:
    entries, _ = record(SCRIPT, until=12.0)
    other = SessionLog(Settings(mode="duet", seed=8), "fake", "", tuple(entries))
    assert replay(other, load) != [(entry[1], entry[2]) for entry in entries if entry[0] == "out"]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, 0.01, 0.3, 1.5]), st.integers(40, 70), st.booleans(), st.booleans()),
        max_size=20,
    ),
    st.integers(0, 2**32 - 1),
)
def test_any_session_replays(notes: list[tuple[float, int, bool, bool]], seed: int) -> None:
    time, script = 1.0, []
    for gap, pitch, on, duet in notes:
        time += gap
        script.append(NoteOn(time, pitch, 70) if on else NoteOff(time, pitch))
        if duet:
            script.append(SetMode(time, "duet"))
    entries, sim = record(script, time + 3.0, Settings(seed=seed))
    parsed = tuple([unpack(part) if isinstance(part, dict) else part for part in json.loads(line(e))] for e in entries)
    assert replay(SessionLog(Settings(seed=seed), "fake", "", parsed), load) == sim.outputs


@pytest.mark.parametrize("item", [*SCRIPT, *STEERING, *CLOCKS[-40:]])
def test_pack_and_unpack(item: Input) -> None:
    assert unpack(json.loads(json.dumps(pack(item)))) == item


def test_every_output_packs_and_unpacks() -> None:
    _, sim = record(SCRIPT, until=12.0)
    outputs: list[Output] = [output for _, output in sim.outputs]
    assert len({type(output) for output in outputs}) >= 5
    for output in outputs:
        assert unpack(json.loads(json.dumps(pack(output)))) == output


def test_a_log_cut_short_in_its_last_line_is_read(tmp_path: Path) -> None:
    entries, _ = record(SCRIPT, until=5.0)
    path = write(tmp_path, entries)
    path.write_text(path.read_text()[:-5])
    assert len(read_log(path).entries) == len(entries) - 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no session log"),
        ("hello\n", "no session log"),
        ('{"antiphon": 99}\n', "format 99"),
        ("{header}\nnonsense\n[]\n", "line 2"),
        ('{header}\n["in", 1.0, {{"type": "Kazoo"}}]\n["go", 1]\n', "Kazoo"),
        ('{header}\n["go", NaN]\n["go", 1]\n', "line 2"),
        ('{header}\n["go", Infinity]\n["go", 1]\n', "line 2"),
        ('{header}\n["go", 1e400]\n["go", 1]\n', "line 2"),
        ('{header}\n["go", 1]\n["go", 1e9]\n["go", 1]\n', "line 3: .* from the entry before"),
        ('{header}\n["go", "soon"]\n["go", 1]\n', "no time"),
        ('{header}\n["hop", 1]\n["go", 1]\n', "no entry"),
        ('{header}\n{{}}\n["go", 1]\n', "no entry"),
        ('{header}\n["in", 1]\n["go", 1]\n', "wrong kind"),
        ('{header}\n["model", 1, "duo"]\n["go", 1]\n', "wrong kind"),
        ('{header}\n["in", 1, {{"type": "NoteOn", "time": 1, "pitch": "C", "velocity": 1}}]\n["go", 1]\n', "NoteOn"),
        (
            '{header}\n["in", 1, {{"type": "NoteOn", "time": 1, "pitch": 60, "velocity": 1, "x": 1}}]\n["go", 1]\n',
            "'x'",
        ),
        ('{header}\n["in", 1, {{"type": "NoteOff", "time": 1e12, "pitch": 60}}]\n["go", 1]\n', "NoteOff is for"),
        ('{header}\n["in", 1, {{"type": "PassThrough", "data": "zz"}}]\n["go", 1]\n', "PassThrough"),
    ],
)
def test_a_bad_log_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "bad.jsonl"
    if "{header}" in text:
        text = text.format(header=json.dumps(header(SETTINGS, FakeModel(), "")))
    path.write_text(text)
    with pytest.raises(BadLog, match=message):
        read_log(path)


def test_a_log_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadLog, match="not text"):
        read_log(tmp_path / "bad.jsonl")


@pytest.mark.parametrize(
    "settings", [{"mode": "jazz"}, {"seed": "x"}, {"colour": 1}, [], {"voices": {"bass": 2}}], ids=str
)
def test_a_header_with_settings_that_cannot_be_is_refused(tmp_path: Path, settings: object) -> None:
    head = header(SETTINGS, FakeModel(), "") | {"settings": settings}
    (tmp_path / "bad.jsonl").write_text(json.dumps(head) + "\n")
    with pytest.raises(ValueError):
        replay(read_log(tmp_path / "bad.jsonl"), load)


def test_calls_that_are_refused_now_are_named(tmp_path: Path) -> None:
    entries: list[Entry] = [["in", 1.0, SetMode(1.0, "respond")], ["in", 2.0, SetMode(2.0, "jazz")]]
    with pytest.raises(BadLog, match=r"entry 2, 'in' at 2 s, .*jazz"):
        replay(read_log(write(tmp_path, entries)), load)


def test_a_recording_begun_in_mid_set_is_not_replayed() -> None:
    with pytest.raises(BadLog, match="mid-set"):
        replay(SessionLog(Settings(), "fake", "", (), whole=False), load)
