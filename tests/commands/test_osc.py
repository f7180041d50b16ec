"""`antiphon osc`: the addresses."""

from __future__ import annotations

from typed import run

from bridge.osc.table import INCOMING, OUTGOING, markdown


def test_osc_lists_every_address_and_describes_some() -> None:
    out = run("osc", width=200)
    assert all(address in out for address in (*INCOMING, *OUTGOING))
    few = run("osc", "panic", "/antiphon/play", width=200)
    assert "Silence" in few and "delay (seconds)" in few and "/antiphon/mode" not in few
    assert run("osc", "--markdown").strip() == markdown().strip()
    assert "did you mean /antiphon/panic?" in " ".join(run("osc", "panik", code=2).split())
