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


def without(*names: str, **changes: object) -> dict[str, object]:
    """A status that does not say everything."""
    return {name: value for name, value in {**FINE, **changes}.items() if name not in names}


def found(subject: str, status: dict[str, object]) -> tuple[Verdict, str]:
    (one,) = [one for one in diagnose(status) if one.subject == subject]
    return one.verdict, f"{one.text} {one.advice}"


def test_why_there_is_no_backend_is_told_where_it_is_known() -> None:
    assert words("backend", midi="no backend", midi_detail="jackd does not run") == "jackd does not run "
    assert words("backend", midi="no backend", midi_detail="") == "no MIDI backend opens "
    assert words("backend", midi="starting", midi_detail="") == "MIDI is starting "
    assert words("backend", midi="restarting", midi_detail="JACK is gone") == "MIDI is restarting: JACK is gone "


def test_the_last_note_came_on_a_channel_that_is_heard_or_not() -> None:
    for listen, last in (([1, 2], 2), ([1, 2], None), ([], 3), (None, 3)):
        assert verdicts(listen=listen, last_in_channel=last)["channels in"] is Verdict.OK, (listen, last)
    assert words("channels in", listen=[1, 2], last_in_channel=None).startswith("it hears channels 1, 2")
    assert words("channels in", listen=[]).startswith("it hears every channel")


def test_in_mode_off_the_voices_are_told_that_are_turned_on() -> None:
    voices = {"keys": [True, 1], "bass": [False, 2], "drums": [True, 10]}
    assert words("channels out", mode="off", voices=voices).startswith("keys on 1, drums on 10 an instrument")
    assert words("channels out", mode="duet", voices=voices, plays={"bass": 3}).startswith("bass on 3 an")


def test_a_clock_that_stands_still_or_trembles_matters_where_it_is_followed() -> None:
    still = {"mode": "accompany", "running": False}
    assert [verdicts(clock=clock, **still)["clock"] for clock in ("midi", "link", "osc")] == [Verdict.FAIL] * 3
    assert verdicts(clock="internal", **still)["clock"] is Verdict.OK
    assert verdicts(clock="link", mode="accompany", running=True)["clock"] is Verdict.OK
    assert found("clock", without("running", clock="link", mode="accompany"))[0] is Verdict.OK
    assert verdicts(clock="midi", running=True, clock_locked=False)["clock"] is Verdict.WARN
    assert verdicts(clock="link", running=True, clock_locked=False)["clock"] is Verdict.OK
    assert found("clock", without("clock_locked", clock="midi", running=True))[0] is Verdict.OK
    assert words("clock", clock="midi", running=True, clock_locked=True, tempo=92.5) == "midi, 92.5 bpm "
    assert words("clock", clock="internal", tempo=0.0) == "internal, free time "


def test_what_was_left_out_is_told_where_something_was() -> None:
    assert "left out" not in found("last note out", without("late", "missed"))[1]
    assert "; 1 came too late" in found("last note out", without("missed", late=1))[1]
    assert "; 1 came too late" in found("last note out", without("late", missed=1))[1]


def test_to_hear_something_in_respond_one_has_to_stop() -> None:
    assert "play a phrase and stop" in words("last note out", last_out_s=None, mode="respond")
    assert "play something" in words("last note out", last_out_s=None, mode="duet")


def test_an_error_whose_time_is_not_known_is_of_now() -> None:
    for status in (without("last_error_s", last_error="oh"), {**FINE, "last_error": "oh", "last_error_s": None}):
        assert found("last error", status) == (Verdict.WARN, "just now: oh ")


def test_a_minute_is_one_from_60_seconds_on() -> None:
    assert [ago(seconds) for seconds in (59.9, 60.0, 60.5, 89.0)] == ["60 s ago", *["1 min ago"] * 3]
