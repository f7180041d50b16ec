from __future__ import annotations

from bridge.midi.connections import UNKNOWN, alsa_connections

CLIENTS = """Client info
  cur  clients : 4
  peak clients : 5
  max  clients : 192

Client   0 : "System" [Kernel Legacy]
  Port   0 : "Timer" (Rwe-)
  Port   1 : "Announce" (R-e-)
    Connecting To: 15:0
Client  20 : "Keystep" [Kernel Legacy]
  Port   0 : "Keystep MIDI 1" (RWeX)
    Connecting To: 128:0
Client 128 : "Antiphon In" [User Legacy]
  Port   0 : "in" (-We-)
    Connected From: 20:0, 14:0[real:0]
  Output pool :
Client 129 : "Antiphon Out" [User Legacy]
  Port   0 : "out" (R-e-)
"""


def test_who_is_connected_is_read_from_the_sequencer_s_list() -> None:
    assert alsa_connections(CLIENTS, "Antiphon In 128:0", is_input=True) == 2
    assert alsa_connections(CLIENTS, "Antiphon Out 129:0", is_input=False) == 0
    assert alsa_connections(CLIENTS, "Antiphon In 128:0", is_input=False) == 0


def test_what_the_list_does_not_say_is_unknown() -> None:
    assert alsa_connections(CLIENTS, "Antiphon Out", is_input=False) == UNKNOWN
    assert alsa_connections(CLIENTS, "Antiphon Out 130:0", is_input=False) == UNKNOWN
    assert alsa_connections("", "Antiphon Out 129:0", is_input=False) == UNKNOWN
