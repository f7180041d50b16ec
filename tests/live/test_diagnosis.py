from __future__ import annotations

from statuses import STATUS

from bridge.live.diagnosis import Verdict, ago, diagnose

FINE = {
    **STATUS,
    "midi_in": "Antiphon In",
    "midi_out": "Antiphon Out",
    "midi_sources": 1,
    "midi_listeners": 1,
    "last_in_s": 1.0,
    "last_in_channel": 1,
    "last_out_s": 70.0,
    "last_out_channel": 2,
    "last_error": "",
}


def verdicts(**changes: object) -> dict[str, Verdict]:
    return {one.subject: one.verdict for one in diagnose({**FINE, **changes})}


def words(subject: str, **changes: object) -> str:
    (found,) = [one for one in diagnose({**FINE, **changes}) if one.subject == subject]
    return f"{found.text} {found.advice}"


def test_the_order_is_that_in_which_one_would_look() -> None:
    assert [one.subject for one in diagnose(FINE)] == [
        "backend", "ports", "connected in", "connected out", "channels in", "channels out", "mode", "clock", "model",
        "last note in", "last note out", "last error",
    ]  # fmt: skip
    assert set(verdicts().values()) == {Verdict.OK}


def test_nobody_who_listens_is_the_reason_unless_a_page_sounds() -> None:
    assert verdicts(midi_listeners=0)["connected out"] is Verdict.FAIL
    assert verdicts(midi_listeners=0, pages=1)["connected out"] is Verdict.WARN
    assert "connect 'Antiphon Out'" in words("connected out", midi_listeners=0)
    assert verdicts(midi_sources=0)["connected in"] is Verdict.WARN
    assert "does not tell" in words("connected", midi_sources=-1)


def test_without_a_port_nothing_is_said_of_connections() -> None:
    found = verdicts(midi="waiting", midi_detail='port "Moog" not found; ports here: none')
    assert found["ports"] is Verdict.FAIL and "connected in" not in found
    assert verdicts(midi="no backend")["backend"] is Verdict.FAIL
    assert verdicts(midi_backend="fake")["backend"] is Verdict.WARN


def test_channels_modes_and_clocks_that_keep_it_silent() -> None:
    assert verdicts(listen=[1, 2], last_in_channel=3)["channels in"] is Verdict.FAIL
    assert "channel 3" in words("channels in", listen=[1, 2], last_in_channel=3)
    assert verdicts(plays={})["channels out"] is Verdict.FAIL
    assert verdicts(mode="off")["mode"] is Verdict.FAIL
    assert verdicts(mode="accompany", clock="midi", running=False)["clock"] is Verdict.FAIL
    assert verdicts(mode="respond", clock="midi", running=False, clock_locked=True)["clock"] is Verdict.OK
    assert verdicts(keeping_up="hold")["model"] is Verdict.WARN


def test_the_last_notes_and_what_went_wrong() -> None:
    assert verdicts(last_in_s=None)["last note in"] is verdicts(last_out_s=None)["last note out"] is Verdict.WARN
    assert "1 min ago on channel 2; 3 came too late" in words("last note out", late=2, missed=1)
    assert "5 s ago: no such preset" in words("last error", last_error="no such preset", last_error_s=4.0)


def test_how_long_ago() -> None:
    assert [ago(seconds) for seconds in (0.0, 2.4, 2.5, 31.0, 61.0, 200.0)] == [
        "just now", "just now", "5 s ago", "30 s ago", "1 min ago", "3 min ago",
    ]  # fmt: skip


def test_a_status_of_another_version_is_no_fault() -> None:
    assert diagnose({"mode": "respond"})
