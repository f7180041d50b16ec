"""Each voice sends its program as it begins to be used."""

from __future__ import annotations

from performing import ons, phrase, simulation

from bridge.performer.programs import Programs
from bridge.sessions.simulation import Simulation
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.events import NoteOff, NoteOn, Panic, PassThrough

KEYS, BASS, DRUMS = (VOICES.index(voice) for voice in ("keys", "bass", "drums"))
KEYS_ON_1 = [b"\xb0\x00\x00", b"\xb0\x20\x00", b"\xc0\x00"]
BASS_ON_2 = [b"\xb1\x00\x00", b"\xb1\x20\x00", b"\xc1\x21"]


def programs(sim: Simulation) -> list[tuple[float, bytes]]:
    return [(time, data) for time, data in sim.sent if data[0] & 0xF0 == 0xC0]


def test_a_voice_sends_bank_and_program_once() -> None:
    sent: list[PassThrough] = []
    book = Programs(sent.append)
    for voice, channel in ((KEYS, 1), (BASS, 2), (KEYS, 1), (DRUMS, 10), (DRUMS, 3), (KEYS, 10)):
        book.use(voice, channel, lambda last: False)
    assert [one.data for one in sent] == KEYS_ON_1 + BASS_ON_2
    book.forget()
    book.use(KEYS, 1, lambda last: False)
    assert [one.data for one in sent[6:]] == KEYS_ON_1


def test_of_voices_that_share_a_channel_the_first_keeps_its_sound() -> None:
    sent: list[PassThrough] = []
    book = Programs(sent.append)
    for voice in (KEYS, BASS, KEYS):
        book.use(voice, 1, lambda last: True)
    assert [one.data for one in sent] == KEYS_ON_1
    book.use(BASS, 1, lambda last: False)
    assert sent[-1].data == b"\xc0\x21"


def test_it_leaves_before_the_first_note_and_again_after_a_panic() -> None:
    sim = simulation("harmonize", values={"programs": "on", "harmonies": 1}, voices={"strings": (True, 5)})
    sim.play([NoteOn(1.0, 60, 80), NoteOff(1.5, 60), NoteOn(2.0, 62, 80), NoteOff(2.5, 62)], until=3.0)
    assert [data for _, data in programs(sim) if data[0] == 0xC4] in ([], [b"\xc4\x30"])
    used = {channel for _, channel, _ in ons(sim)}
    assert used and {(data[0] & 0x0F) + 1 for _, data in programs(sim)} == used
    for channel in used:
        first = next(index for index, (_, data) in enumerate(sim.sent) if data[0] == 0x90 | channel - 1)
        assert any(data[0] == 0xC0 | channel - 1 for _, data in sim.sent[:first])
    before = len(programs(sim))
    sim.play([Panic(3.1), NoteOn(4.0, 60, 80), NoteOff(4.5, 60)], until=5.0)
    assert len(programs(sim)) > before


def test_nobody_sends_one_unasked() -> None:
    sim = simulation("duet")
    sim.play(phrase(), until=5.0)
    assert ons(sim) and programs(sim) == []
