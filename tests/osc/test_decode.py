"""Literal messages in, literal events out; what cannot be is refused with the reason."""

from __future__ import annotations

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.osc.decode import OscRefused, decode
from bridge.osc.table import INCOMING
from bridge.vocabulary import parameters
from bridge.vocabulary.events import (
    Again,
    Keep,
    Learn,
    NoteOff,
    NoteOn,
    Panic,
    Reset,
    Respond,
    SetClock,
    SetMode,
    SetParameter,
    SetRange,
    SetTempo,
    SetTransport,
    SetVoice,
    Stop,
    Tap,
    Unlearn,
)
from bridge.vocabulary.requests import (
    Advise,
    Capture,
    Explain,
    ForgetTaste,
    Get,
    ListPorts,
    ListPresets,
    LoadModel,
    LoadPreset,
    MorphPresets,
    RateClip,
    Recommend,
    Record,
    SavePreset,
    StatusRequest,
    Subscribe,
    Unsubscribe,
    UseClip,
    UsePort,
)

NOW = 12.5


TAKEN = [
    ("/antiphon/note", (60, 100, 1), NoteOn(NOW, 60, 100, 1)),
    ("/antiphon/note", (60.0, 100.0, 16.0), NoteOn(NOW, 60, 100, 16)),
    ("/antiphon/note", (60, 0, 2), NoteOff(NOW, 60, 2)),
    ("/antiphon/mode", ("duet",), SetMode(NOW, "duet")),
    ("/antiphon/respond", (), Respond(NOW)),
    ("/antiphon/again", (), Again(NOW)),
    ("/antiphon/keep", (), Keep(NOW)),
    ("/antiphon/stop", (), Stop(NOW)),
    ("/antiphon/panic", (), Panic(NOW)),
    ("/antiphon/reset", (), Reset(NOW)),
    ("/antiphon/set", ("temperature", 0.5), SetParameter(NOW, "temperature", 0.5)),
    ("/antiphon/set", ("polyphony", 3), SetParameter(NOW, "polyphony", 3.0)),
    ("/antiphon/set", ("thru", "on"), SetParameter(NOW, "thru", "on")),
    ("/antiphon/get", ("top_p",), Get("top_p")),
    ("/antiphon/voice", ("bass", 1, 3), SetVoice(NOW, "bass", True, 3)),
    ("/antiphon/voice", ("bass", False, 3), SetVoice(NOW, "bass", False, 3)),
    ("/antiphon/range", ("bass", 28, 55.0), SetRange(NOW, "bass", 28, 55)),
    ("/antiphon/learn", ("temperature",), Learn(NOW, "temperature")),
    ("/antiphon/unlearn", ("top_p",), Unlearn(NOW, "top_p")),
    ("/antiphon/preset", ("2nd-verse_b.1",), LoadPreset("2nd-verse_b.1")),
    ("/antiphon/preset/save", ("verse",), SavePreset("verse")),
    ("/antiphon/morph", ("verse", "chorus", 0.25), MorphPresets("verse", "chorus", 0.25)),
    ("/antiphon/presets", (), ListPresets()),
    ("/antiphon/ports", (), ListPorts()),
    ("/antiphon/port", ("out", "Prophet 6"), UsePort("out", "Prophet 6")),
    ("/antiphon/port", ("in", ""), UsePort("in", "")),
    ("/antiphon/model", ("my-Model_2",), LoadModel("my-Model_2")),
    ("/antiphon/tempo", (120,), SetTempo(NOW, 120.0)),
    ("/antiphon/tempo", (0.0,), SetTempo(NOW, 0.0)),
    ("/antiphon/tap", (), Tap(NOW)),
    ("/antiphon/transport", (1.0, 17), SetTransport(NOW, True, 17.0)),
    ("/antiphon/clock", ("link",), SetClock(NOW, "link")),
    ("/antiphon/record", (True,), Record(True)),
    ("/antiphon/capture", (), Capture()),
    ("/antiphon/recommend", (6.0,), Recommend(6)),
    ("/antiphon/like", (17,), RateClip(17, liked=True)),
    ("/antiphon/skip", (17,), RateClip(17, liked=False)),
    ("/antiphon/clip", (17,), UseClip(17)),
    ("/antiphon/prime", (17,), UseClip(17, prime=True)),
    ("/antiphon/taste/forget", (), ForgetTaste()),
    ("/antiphon/explain", (-1.0,), Explain(-1)),
    ("/antiphon/advise", (), Advise()),
    ("/antiphon/subscribe", (9000,), Subscribe(9000)),
    ("/antiphon/unsubscribe", (9000.0,), Unsubscribe(9000)),
    ("/antiphon/status", (), StatusRequest()),
]


# What controller apps send instead.
TAKEN_TOO = [
    *(("/antiphon/respond", (press,), Respond(NOW)) for press in (1.0, 1, True, None, "bang", 0.7)),
    *(("/antiphon/panic", (release,), None) for release in (0.0, 0, False, -0.0)),
    ("/antiphon/mode/duet", (), SetMode(NOW, "duet")),
    ("/antiphon/mode/duet", (1.0,), SetMode(NOW, "duet")),
    ("/antiphon/mode/duet", (0.0,), None),
    ("/antiphon/preset/verse", (True,), LoadPreset("verse")),
    ("/antiphon/preset/save/verse", (1,), SavePreset("verse")),
    ("/antiphon/preset/save/verse", (0,), None),
    ("/antiphon/set/temperature", (0.5,), SetParameter(NOW, "temperature", 0.5)),
    ("/antiphon/voice/bass", (1.0, 3.0), SetVoice(NOW, "bass", True, 3)),
    ("/antiphon/voice", ("bass", "off", 3), SetVoice(NOW, "bass", False, 3)),
    ("/antiphon/note", (60.4, 99.5, 1.0), NoteOn(NOW, 60, 100, 1)),
    ("/antiphon/set", ("polyphony", 2.6), SetParameter(NOW, "polyphony", 3.0)),
    ("/antiphon/set", ("late", struct.unpack("f", struct.pack("f", 0.005))[0]), SetParameter(NOW, "late", 0.005)),
    ("/antiphon/set", ("thru", 1.0), SetParameter(NOW, "thru", "on")),
    ("/antiphon/set", ("thru", False), SetParameter(NOW, "thru", "off")),
    ("/antiphon/set", ("thru", "ON"), SetParameter(NOW, "thru", "on")),
    *(("/antiphon/set", ("root", tonic), SetParameter(NOW, "root", "Db")) for tonic in ("C#", "Db", "db", 1, 1.0)),
    ("/antiphon/set", ("root", "Gb"), SetParameter(NOW, "root", "F#")),
    ("/antiphon/set", ("root", 0), SetParameter(NOW, "root", "C")),
    *(("/antiphon/record", (on,), Record(True)) for on in (1.0, "on", "On", "1", True)),
    ("/antiphon/mode", ("Duet",), SetMode(NOW, "duet")),
    ("/antiphon/mode/duet/", (1.0,), SetMode(NOW, "duet")),
    ("/antiphon/panic/", (0.0,), None),
    ("/antiphon/set/density", ("2.5",), SetParameter(NOW, "density", 2.5)),
    ("/antiphon/set", ("polyphony", "3"), SetParameter(NOW, "polyphony", 3.0)),
    ("/antiphon/tempo", ("120",), SetTempo(NOW, 120.0)),
    ("/antiphon/note", ("60", "100", "1"), NoteOn(NOW, 60, 100, 1)),
]


REFUSED = [
    ("/antiphon/nots", (60, 100, 1), "unknown-address", "did you mean /antiphon/note?"),
    ("/elsewhere", (), "unknown-address", "after /antiphon/: note, mode, respond"),
    ("/antiphon/*", (), "unknown-address", "'/antiphon/*'"),
    ("/antiphon/play", (60, 1, 1, 1.0, 0.0), "unknown-address", "only ever sent"),
    ("/antiphon/note", (60, 100), "missing-argument", "pitch velocity channel"),
    ("/antiphon/note", (60, 100, 1, 1), "extra-argument", "got 4"),
    ("/antiphon/respond", (1, 2), "extra-argument", "no arguments"),
    ("/antiphon/respond/now", (), "unknown-address", "did you mean /antiphon/respond?"),
    ("/antiphon/mode/", (), "missing-argument", "/antiphon/mode"),
    ("/antiphon/{stop,panic}", (1.0,), "unknown-address", "pattern"),
    ("/antiphon/set/dens*", (1.0,), "unknown-address", "pattern"),
    ("/antiphon/set", ("density", "nan"), "refused-value", "0 to 16"),
    ("/antiphon/set", ("density", "2,5"), "refused-value", "'2,5'"),
    ("/antiphon/mode/jazz", (1.0,), "refused-value", "respond, duet"),
    ("/antiphon/set/warmth", (0.5,), "refused-value", "temperature"),
    ("/antiphon/preset/..", (1.0,), "refused-value", "letters"),
    ("/antiphon/record", ("maybe",), "refused-value", "0 or 1"),
    ("/antiphon/set", ("root", "H"), "refused-value", "Db"),
    ("/antiphon/set", ("late", 0.00499), "refused-value", "0.005"),
    ("/antiphon/note", (128, 100, 1), "out-of-range", "0 to 127"),
    ("/antiphon/note", (60, 100, 0), "out-of-range", "1 to 16"),
    ("/antiphon/note", (127.6, 100, 1), "out-of-range", "0 to 127"),
    ("/antiphon/note", ("C4", 100, 1), "wrong-type", "whole"),
    ("/antiphon/note", (True, 100, 1), "wrong-type", "pitch"),
    ("/antiphon/note", (None, 100, 1), "wrong-type", "None"),
    ("/antiphon/note", (b"x", 100, 1), "wrong-type", "pitch"),
    ("/antiphon/note", (math.nan, 100, 1), "out-of-range", "finite"),
    ("/antiphon/note", (math.inf, 100, 1), "out-of-range", "finite"),
    ("/antiphon/note", (2**63 - 1, 100, 1), "out-of-range", "0 to 127"),
    ("/antiphon/mode", ("jazz",), "refused-value", "respond, duet"),
    ("/antiphon/mode", (1,), "wrong-type", "string"),
    ("/antiphon/set", ("temperature", 99.0), "refused-value", "0 to 3"),
    ("/antiphon/set", ("temperature", "hot"), "refused-value", "'hot'"),
    ("/antiphon/set", ("temperature", math.nan), "out-of-range", "finite"),
    ("/antiphon/set", ("temprature", 1.0), "refused-value", "temperature"),
    ("/antiphon/set", ("polyphony", 32.6), "refused-value", "1 to 32"),
    ("/antiphon/get", ("colour",), "refused-value", "temperature"),
    ("/antiphon/voice", ("kazoo", 1, 1), "refused-value", "keys"),
    ("/antiphon/voice", ("bass", 2, 1), "refused-value", "0 or 1"),
    ("/antiphon/range", ("bass", 55, 28), "refused-value", "above high 28"),
    ("/antiphon/range", ("kazoo", 1, 2), "refused-value", "keys"),
    ("/antiphon/learn", ("warmth",), "refused-value", "temperature"),
    ("/antiphon/unlearn", ("",), "refused-value", "temperature"),
    ("/antiphon/preset", ("../verse",), "refused-value", "letters"),
    ("/antiphon/preset", (".verse",), "refused-value", "not first"),
    ("/antiphon/preset/save", ("a/b",), "refused-value", "letters"),
    ("/antiphon/preset/save", ("c:\\verse",), "refused-value", "letters"),
    ("/antiphon/morph", ("verse", "chorus", 1.5), "out-of-range", "0 to 1"),
    ("/antiphon/morph", ("verse", "/etc/passwd", 0.5), "refused-value", "letters"),
    ("/antiphon/model", ("../../etc",), "refused-value", "letters"),
    ("/antiphon/model", ("",), "refused-value", "letters"),
    ("/antiphon/port", ("through", "Moog"), "refused-value", "in, out"),
    ("/antiphon/port", ("in", "x" * 1000), "refused-value", "1000 characters"),
    ("/antiphon/model", ("x" * 10_000,), "refused-value", "10000 characters"),
    ("/antiphon/tempo", (1.0,), "refused-value", "20 to 999"),
    ("/antiphon/tempo", (-1.0,), "out-of-range", "0 to 999"),
    ("/antiphon/clock", ("sundial",), "refused-value", "auto, internal, midi, link, osc"),
    ("/antiphon/transport", (1, math.inf), "out-of-range", "finite"),
    ("/antiphon/subscribe", (0,), "out-of-range", "1 to 65535"),
]


@pytest.mark.parametrize(("address", "args", "event"), TAKEN, ids=lambda value: str(value)[:40])
def test_takes(address, args, event):
    decoded = decode(address, args, NOW)
    assert decoded == event
    assert type(decoded) is type(event)


@pytest.mark.parametrize(("address", "args", "event"), TAKEN_TOO, ids=lambda value: str(value)[:40])
def test_takes_what_controller_apps_send(address, args, event):
    decoded = decode(address, args, NOW)
    assert decoded == event
    assert type(decoded) is type(event)


def test_every_address_is_tried() -> None:
    assert {address for address, _, _ in TAKEN} == set(INCOMING)


@pytest.mark.parametrize(("address", "args", "code", "text"), REFUSED, ids=lambda value: str(value)[:40])
def test_refuses_and_says_why(address, args, code, text):
    with pytest.raises(OscRefused) as refusal:
        decode(address, args, NOW)
    assert refusal.value.code == code
    assert text in refusal.value.text
    assert len(refusal.value.text) < 600


@pytest.mark.parametrize("name", sorted(parameters.PARAMETERS))
def test_every_parameter_takes_its_default(name):
    default = parameters.PARAMETERS[name].default
    assert decode("/antiphon/set", (name, default), NOW) == SetParameter(NOW, name, default)


anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.binary(max_size=8),
    st.lists(st.integers(), max_size=3),
)  # fmt: skip


@given(address=st.one_of(st.sampled_from(sorted(INCOMING)), st.text(max_size=30)), args=st.lists(anything, max_size=6))
def test_anything_is_taken_or_refused(address, args):
    try:
        decoded = decode(address, args, NOW)
    except OscRefused as refusal:
        assert refusal.code and refusal.text
    else:
        if address in INCOMING:
            assert len(args) - len(INCOMING[address].arguments) in ((0, 1) if not INCOMING[address].arguments else (0,))
        if isinstance(decoded, NoteOn):
            assert 0 <= decoded.pitch <= 127 and 1 <= decoded.velocity <= 127 and 1 <= decoded.channel <= 16
