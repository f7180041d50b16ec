"""A session comes out of its log again, note for note."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import replace as with_changes
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recorded_sets import CLOCKS, SCRIPT, SETTINGS, STEERED, STEERING, load, record, write

from bridge.engine.fake import FakeModel
from bridge.engine.model import Model
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.sessions.log import (
    EARLIER_NAME,
    BadLog,
    Entry,
    Session,
    SessionLog,
    header,
    line,
    pack,
    played_notes,
    read_log,
    replay,
    unpack,
)
from bridge.sessions.simulation import Simulation
from bridge.vocabulary.events import (
    BeatLine,
    CancelNotes,
    Input,
    MoveNotes,
    NoteOff,
    NoteOn,
    Output,
    PassThrough,
    PlayNote,
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
        ('{header}\n["in", 1, {{"type": "PassThrough", "data": 7}}]\n["go", 1]\n', "line 2: PassThrough"),
        ('{header}\n[["in"], 1]\n["go", 1]\n', "line 2: no entry"),
        ('{header}\n["go"]\n["go", 1]\n', "line 2: no entry"),
        ('{header}\n["go", true]\n["go", 1]\n', "line 2: no time: True"),
        ('{header}\n["in", 1, {{"type": []}}]\n["go", 1]\n', r"line 2: \[\] is no kind of input or output"),
        ('{header}\n["in", 1, {{}}]\n["go", 1]\n', "line 2: None is no kind"),
        ('{header}\n["in", 1, 5]\n["go", 1]\n', "line 2: 'in' has 1 parts of the wrong kind"),
        ('{header}\n["out", 1, null]\n["go", 1]\n', "line 2: 'out' has 1 parts of the wrong kind"),
        ('{header}\n["go", 1, "more"]\n["go", 1]\n', "line 2: 'go' has 1 parts of the wrong kind"),
        # What comes out is no input, and what comes in no output.
        (
            '{header}\n["in", 1, {{"type": "CancelNotes", "note_ids": [1]}}]\n["go", 1]\n',
            "'in' has 1 parts of the wrong",
        ),
        ('{header}\n["out", 1, {{"type": "NoteOff", "time": 1, "pitch": 60}}]\n["go", 1]\n', "'out' has 1 parts of"),
        (
            '{header}\n["in", 1, {{"type": "SetTempo", "time": 1, "bpm": 1e9}}]\n["go", 1]\n',
            r"bad\.jsonl, line 2: tempo cannot be 1e\+09: 0 for free time, or 20 to 999",
        ),
        (
            '{header}\n["go", 1]\n["out", 1, {{"type": "SetLinkTempo", "bpm": 5}}]\n["go", 1]\n',
            r"bad\.jsonl, line 3: tempo cannot be 5",
        ),
        (
            '{header}\n["in", 1, {{"type": "LinkState", "time": 1, "beat": 0, "bpm": 0, "running": true, "peers": 1}}]'
            '\n["go", 1]\n',
            r"bad\.jsonl, line 2: Link's tempo cannot be 0: it is 20 to 999",
        ),
        ('{header}\n["go", -1]\n["go", -86402]\n["go", 1]\n', "line 3: -86402 s is .* from the entry before"),
    ],
)
def test_a_bad_log_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "bad.jsonl"
    if "{header}" in text:
        text = text.format(header=json.dumps(header(SETTINGS, FakeModel(), "")))
    path.write_text(text)
    with pytest.raises(BadLog, match=message):
        read_log(path)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\n\n"])
def test_a_log_is_read_whatever_its_lines_end_with_and_to_a_day_between_two_entries(
    tmp_path: Path, newline: str
) -> None:
    path = tmp_path / "long.jsonl"
    lines = [json.dumps(header(SETTINGS, FakeModel(), "")), '["begin",5]', '["go",86405]', '["go",10]']
    path.write_bytes(newline.join(lines).encode())
    log = read_log(path)
    assert log.entries == (["begin", 5.0], ["go", 86405.0], ["go", 10.0])
    assert log.began == 5.0 and log.can_be_replayed


def test_a_log_of_nothing_began_at_no_time() -> None:
    log = SessionLog(Settings(), "fake", "", ())
    assert log.began == 0.0 and not list(log.inputs()) and not log.outputs() and not played_notes(log)


def test_a_set_whose_model_was_changed_and_whose_core_recovered_replays(tmp_path: Path) -> None:
    asked: list[tuple[str, str]] = []

    def loaded(name: str, digest: str) -> Model:
        asked.append((name, digest))
        return FakeModel()

    session = Session(Performer(FakeModel(), SETTINGS))
    entries: list[Entry] = []
    session.journal = entries.append
    sim = Simulation(session)
    sim.play(SCRIPT[:6], 3.0)
    session.change_model(FakeModel(), "cafe", 3.0)
    session.recover(3.1)
    sim.play(SCRIPT[6:], 9.0)
    kinds = [entry[0] for entry in entries]
    assert kinds.count("model") == kinds.count("heal") == 1 and entries[kinds.index("model")][2:] == ["fake", "cafe"]
    log = read_log(write(tmp_path, entries))
    assert replay(log, loaded) == log.outputs() == sim.outputs
    assert asked == [("fake", ""), ("fake", "cafe")]


# --- what was before a take ----------------------------------------------------------------------------------


def take(folder: Path, earlier: str | bytes | None, lines: str = '["go",20]\n') -> Path:
    """A log that began in mid-set, with these lines before it, packed; bytes as they are."""
    path = folder / "set.jsonl"
    path.write_text(json.dumps(header(SETTINGS, FakeModel(), "", whole=False)) + "\n" + lines)
    if earlier is not None:
        data = earlier if isinstance(earlier, bytes) else gzip.compress(earlier.encode())
        (folder / EARLIER_NAME).write_bytes(data)
    return path


def test_a_take_has_the_calls_before_it_and_the_set_began_with_the_first(tmp_path: Path) -> None:
    log = read_log(take(tmp_path, '["begin",3]\n["in",4,{"type":"NoteOn","time":4,"pitch":60,"velocity":9}]\n'))
    assert log.earlier == (["begin", 3.0], ["in", 4.0, NoteOn(4.0, 60, 9)])
    assert log.entries == (["go", 20.0],)
    assert log.began == 3.0 and log.can_be_replayed and not log.whole
    assert not list(log.inputs()), "what was before is not of the take"


@pytest.mark.parametrize(
    "earlier",
    [None, b"", b"no gzip", gzip.compress(b'["begin",3]\n')[:-9], gzip.compress(b"\xff")],
    ids=["none", "empty", "not packed", "cut short", "no text"],  # what is packed holds the time
)
def test_a_take_whose_earlier_calls_are_lost_can_be_heard_and_not_replayed(tmp_path: Path, earlier: bytes) -> None:
    log = read_log(
        take(tmp_path, earlier, '["in",20,{"type":"NoteOn","time":20,"pitch":60,"velocity":9}]\n["go",21]\n')
    )
    assert log.earlier == () and not log.can_be_replayed and log.began == 20.0
    assert [(note.onset, note.duration) for note in played_notes(log)] == [(20.0, 1.0)]
    with pytest.raises(BadLog, match=f"what was before it is missing \\({EARLIER_NAME} beside the log\\)"):
        replay(log, load)


@pytest.mark.parametrize(
    ("earlier", "lines", "message"),
    [
        ('["begin",3]\nnonsense\n', '["go",20]\n', rf"{EARLIER_NAME}, line 2: "),
        ('["begin",3]\n["go",1e6]\n', '["go",20]\n', rf"{EARLIER_NAME}, line 2: .* from the entry before"),
        ('["begin",3]\n', '["go",1e6]\n["go",1e6]\n', r"set\.jsonl, line 2: .* from the entry before"),
    ],
)
def test_what_is_wrong_with_calls_before_a_take_is_told_by_file_and_line(
    tmp_path: Path, earlier: str, lines: str, message: str
) -> None:
    with pytest.raises(BadLog, match=message):
        read_log(take(tmp_path, earlier, lines))


def test_more_calls_before_a_take_than_memory_is_made_for_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = '["begin",3]\n["go",4]\n'
    path = take(tmp_path, calls)
    monkeypatch.setattr("bridge.sessions.log.MOST_EARLIER", len(calls))
    assert len(read_log(path).earlier) == 2
    monkeypatch.setattr("bridge.sessions.log.MOST_EARLIER", len(calls) - 1)
    with pytest.raises(BadLog, match=f"holds more than {len(calls) - 1} characters"):
        read_log(path)


def test_an_earlier_call_that_is_refused_is_named_as_one(tmp_path: Path) -> None:
    log = read_log(take(tmp_path, '["begin",3]\n["in",4,{"type":"SetMode","time":4,"mode":"jazz"}]\n'))
    with pytest.raises(BadLog, match=r"earlier entry 2, 'in' at 4 s, .*jazz"):
        replay(log, load)


# --- the notes of a session ----------------------------------------------------------------------------------


def heard(*entries: Entry) -> list[tuple[float, float, int, bool, bool]]:
    notes = played_notes(SessionLog(Settings(), "fake", "", tuple(entries)))
    return [(note.onset, note.duration, note.pitch, note.machine, note.cancelled) for note in notes]


def test_the_humans_notes_end_with_their_key_or_the_next_stroke_or_the_session() -> None:
    strokes: list[NoteOn | NoteOff] = [
        NoteOn(1.0, 60, 80), NoteOn(2.0, 60, 80), NoteOff(2.5, 60), NoteOff(2.6, 60), NoteOn(3.0, 60, 80, 2),
        NoteOff(3.5, 60), NoteOn(4.0, 62, 80), NoteOn(4.25, 62, 0), NoteOff(5.0, 99),
    ]  # fmt: skip
    assert heard(*(["in", item.time, item] for item in strokes), ["go", 6.0]) == [
        (1.0, 1.0, 60, False, False),
        (2.0, 0.5, 60, False, False),
        (3.0, 3.0, 60, False, False),
        (4.0, 0.25, 62, False, False),
    ]


def test_the_machines_notes_are_as_they_sounded_or_as_they_were_planned() -> None:
    assert heard(
        ["out", 1.0, PlayNote(1, 1.5, 2.0, 60, 80, 1)],
        ["out", 1.0, PlayNote(2, 1.5, 4.0, 64, 80, 1)],
        ["out", 1.0, PlayNote(3, 3.0, 3.5, 64, 80, 1)],
        ["out", 1.0, PlayNote(4, 3.0, 9.0, 67, 80, 1)],
        ["out", 1.0, PlayNote(5, 3.0, 3.25, 64, 80, 2)],
        ["out", 1.0, PlayNote(6, 4.0, 4.5, 70, 80, 1)],
        *(
            ["in", time, Sounded(time, number)]
            for time, number in ((1.52, 1), (1.53, 2), (3.01, 3), (3.01, 4), (3.01, 5))
        ),
        ["out", 3.5, CancelNotes((6,))],
        ["go", 6.0],
    ) == [
        (1.52, pytest.approx(0.48), 60, True, False),
        (1.53, pytest.approx(1.48), 64, True, False),  # until its key was struck again
        (3.01, pytest.approx(0.49), 64, True, False),
        (3.01, pytest.approx(0.24), 64, True, False),  # on another channel
        (3.01, pytest.approx(2.99), 67, True, False),  # to the session's end
        (4.0, 0.5, 70, True, True),
    ]


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


def test_a_header_with_a_tempo_that_cannot_be_is_refused_as_it_is_read(tmp_path: Path) -> None:
    head = header(SETTINGS, FakeModel(), "")
    head["settings"]["tempo"] = 5000.0
    (tmp_path / "bad.jsonl").write_text(json.dumps(head) + "\n")
    with pytest.raises(BadLog, match=r"bad\.jsonl .* its first line is not a header \(tempo cannot be 5000"):
        read_log(tmp_path / "bad.jsonl")


def test_calls_that_are_refused_now_are_named(tmp_path: Path) -> None:
    entries: list[Entry] = [["in", 1.0, SetMode(1.0, "respond")], ["in", 2.0, SetMode(2.0, "jazz")]]
    with pytest.raises(BadLog, match=r"entry 2, 'in' at 2 s, .*jazz"):
        replay(read_log(write(tmp_path, entries)), load)


def test_a_recording_begun_in_mid_set_is_not_replayed() -> None:
    with pytest.raises(BadLog, match="mid-set"):
        replay(SessionLog(Settings(), "fake", "", (), whole=False), load)


def test_a_set_that_begins_is_noted_and_counts_its_bars_from_there() -> None:
    session = Session(Performer(FakeModel(), Settings(mode="off", tempo=120.0)))
    entries: list[Entry] = []
    session.journal = entries.append
    session.begin(7.5)
    assert entries == [["begin", 7.5]]
    assert session.performer.conductor.clock.bar_beat_at(9.5) == pytest.approx(4.0)


def test_who_watches_a_replay_is_told_after_each_call_who_plays_and_what_came_out() -> None:
    entries, sim = record(SCRIPT, until=5.0)
    seen: list[tuple[float, Output]] = []
    players = set()

    def watch(performer: Performer, came_out: Sequence[tuple[float, Output]]) -> None:
        players.add(id(performer))
        seen.extend(came_out)

    replay(SessionLog(SETTINGS, "fake", "", tuple(entries)), load, watch)
    assert seen == sim.outputs and len(players) == 1


def test_bytes_of_a_passed_message_come_back_as_bytes() -> None:
    item = PassThrough(b"\x90\x3c\x5a")
    fields = pack(item)
    assert json.loads(json.dumps(fields))["data"] == "903c5a" and unpack(fields) == item
    assert fields["data"] == "903c5a", "and what was given is left as it was"
