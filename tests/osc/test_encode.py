"""What is told, and how it looks as a message."""

from __future__ import annotations

import pytest

from bridge.osc.encode import encode
from bridge.osc.table import OUTGOING
from bridge.vocabulary.events import (
    Bound,
    CancelNotes,
    Chosen,
    ErrorReport,
    Fired,
    Kept,
    Learned,
    Pace,
    PassThrough,
    PlayNote,
    ReleaseNote,
    Severity,
    Silence,
    Turn,
    TurnChanged,
    ValueReport,
)
from bridge.vocabulary.requests import (
    Advised,
    Explained,
    ExplainedCause,
    ExplainedField,
    LatencyReport,
    NoteOdds,
    PortsReport,
    PresetsReport,
    Recommended,
    ReleasedNote,
    SoundedNote,
    StatusReport,
)

NOW = 12.5


TOLD = [
    (PlayNote(1, 13.0, 13.5, 60, 90, 2), "/antiphon/play", (60, 90, 2, 0.5, 0.5)),
    (PlayNote(1, 12.0, None, 60, 90, 2), "/antiphon/play", (60, 90, 2, -1.0, 0.0)),
    (ReleasedNote(12.75, 60, 2), "/antiphon/play", (60, 0, 2, 0.0, 0.25)),
    (SoundedNote(60, 90, 2), "/antiphon/sounded", (60, 90, 2)),
    (
        NoteOdds(1, 14.0, 60, 2, 0.25, ((64, 0.5), (67, 0.12345))),
        "/antiphon/odds",
        (60, 2, 1.5, 0.25, 64, 0.5, 67, 0.1235, -1, 0.0),
    ),
    (CancelNotes((1, 2)), "/antiphon/cancel", (0,)),
    (Silence(), "/antiphon/cancel", (1,)),
    (Chosen(3, "inverted", 0.8, {"motif": 0.51234}), "/antiphon/chosen", (3, "inverted", 0.8, '{"motif": 0.512}')),
    (Kept((4, 5)), "/antiphon/kept", (2,)),
    (TurnChanged(Turn.MACHINE), "/antiphon/turn", ("machine",)),
    (Pace("fewer voices", 0.25, 12, 3), "/antiphon/pace", ("fewer voices", 0.25, 12, 3)),
    (ValueReport("top_p", 0.5), "/antiphon/value", ("top_p", 0.5)),
    (ValueReport("thru", "on"), "/antiphon/value", ("thru", "on")),
    (Learned("temperature", 21, 3), "/antiphon/learned", ("temperature", 21, 3)),
    (Learned("temperature", -1, 1), "/antiphon/learned", ("temperature", -1, 1)),
    (Bound("stop", ("note:36@10", "cc:67")), "/antiphon/bound", ("stop", "note:36@10 cc:67")),
    (Bound("stop", ()), "/antiphon/bound", ("stop", "")),
    (Fired("next_mode"), "/antiphon/fired", ("next_mode",)),
    (
        Recommended(1, 3, 17, 0.5, "tune, bar 4", "A minor", -2, 1.25, "50 % alike"),
        "/antiphon/recommended",
        (1, 17, 0.5, "tune, bar 4", "A minor", -2, 1.25, "50 % alike", 3),
    ),
    (
        Explained(
            17,
            "causes",
            ("A4 in keys", "the key is C"),
            (ExplainedField("pitch", "A4", 0.5, 1, 7, 0.9, (("A4", 0.5),)),),
            (ExplainedCause(3, 1.5, 60, 0.25, -1.0),),
        ),
        "/antiphon/explained",
        (
            17,
            "causes",
            "A4 in keys\nthe key is C",
            '{"fields": [{"name": "pitch", "value": "A4", "probability": 0.5, "rank": 1, "of": 7, "allowed": 0.9, '
            '"alternatives": [["A4", 0.5]]}], "causes": [{"note_id": 3, "onset": 1.5, "pitch": 60, "effect": 0.25, '
            '"attention": -1.0}]}',
        ),
    ),
    (Advised("duet", (("texture", 1.0),), "busy: duet"), "/antiphon/advised", ("duet", "busy: duet", "", "")),
    (
        Advised("duet", (), "busy: duet", preset="busy", model="gru"),
        "/antiphon/advised",
        ("duet", "busy: duet", "busy", "gru"),
    ),
    (PresetsReport("chorus verse"), "/antiphon/presets", ("chorus verse",)),
    (
        PortsReport(("Keystep",), ("Prophet 6",), True),
        "/antiphon/ports",
        ('{"in": ["Keystep"], "out": ["Prophet 6"]}',),
    ),
    (LatencyReport("step", 0.001, 0.003), "/antiphon/latency", ("step", 0.001, 0.003)),
    (StatusReport("{}"), "/antiphon/status", ("{}",)),
    (ErrorReport(Severity.WARNING, "late", "too late"), "/antiphon/error", ("warning", "late", "too late")),
]


@pytest.mark.parametrize(("report", "address", "args"), TOLD, ids=lambda value: str(value)[:40])
def test_tells(report, address, args):
    assert encode(report, NOW) == (address, args)
    assert [type(arg) for arg in encode(report, NOW)[1]] == [type(arg) for arg in args]
    specs = OUTGOING[address].arguments
    assert len(args) == len(specs)
    for spec, arg in zip(specs, args, strict=True):
        assert isinstance(arg, str) == (spec.kind == "str") or spec.kind == "value"
        if not isinstance(arg, str):
            assert spec.low <= arg <= spec.high
        if spec.choices:
            assert arg in spec.choices


def test_every_address_is_told() -> None:
    assert {address for _, address, _ in TOLD} == set(OUTGOING)


def test_what_has_no_osc_form_is_not_told() -> None:
    assert encode(ReleaseNote(1, 13.0), NOW) is None
    assert encode(PassThrough(b"\xb0\x40\x7f"), NOW) is None
