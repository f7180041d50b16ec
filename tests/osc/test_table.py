"""The OSC table: literal messages in, literal events out, and the README made from it."""

from __future__ import annotations

from bridge.osc.table import INCOMING, OUTGOING, markdown


def test_tables_name_every_address_once() -> None:
    for address in (*INCOMING, *OUTGOING):
        assert markdown().count(f"| `{address}` |") == (address in INCOMING) + (address in OUTGOING)
