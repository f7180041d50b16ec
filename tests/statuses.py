"""How things may stand: a calm moment, and one in which all goes wrong at once."""

from __future__ import annotations

from bridge.engine.fake import FakeModel
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings

STATUS = {
    **Performer(FakeModel(), Settings(mode="duet", tempo=96.0)).status(),
    "step_ms": 1.5,
    "step_p99_ms": 2.25,
    "midi": "open",
    "midi_backend": "jack",
    "recording": True,
    "bar": 12,
    "beat": 3.02,
}
TROUBLE = {
    **STATUS,
    "mode": "harmonize",
    "turn": "machine",
    "midi": "no backend",
    "late": 1234,
    "unheard": 99,
    "own_notes_ignored": 3,
    "keeping_up": "fewer voices",
    "clock": "midi",
    "clock_locked": False,
    "sounded": 123456,
    "bar": 1234,
}
