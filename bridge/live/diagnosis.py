"""Why do I hear nothing? What a set's status says to that, in the order in which one would look. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from bridge.midi.connections import UNKNOWN
from bridge.midi.port import PortState


class Verdict(StrEnum):
    """How good a finding is. Only a failure keeps one from playing."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `text` says what is, `advice` what to do about it (empty: nothing)."""

    verdict: Verdict
    subject: str
    text: str
    advice: str = ""


_MODES: Final = {
    "respond": "it answers when you stop",
    "duet": "it plays along, in voices that you do not play",
    "accompany": "a band on the clock",
    "harmonize": "each note of yours gets others",
}
# Clocks that come from elsewhere, and may stand still there.
_THEIR_CLOCKS: Final = ("midi", "link", "osc")
_ANSWERS_ALONE: Final = ("respond", "harmonize", "duet")


def diagnose(status: Mapping[str, Any]) -> list[Finding]:
    """The answer, from a status as `/antiphon/status` tells it: backend, ports, connections, channels, mode, clock,
    model, the last note in and out, what went wrong last.
    """
    return [
        _backend(status),
        *_ports(status),
        _channels_in(status),
        _channels_out(status),
        _mode(status),
        *_clock(status),
        _model(status),
        _last_in(status),
        _last_out(status),
        *_last_error(status),
    ]


def _backend(status: Mapping[str, Any]) -> Finding:
    backend, state = status.get("midi_backend", ""), status.get("midi", "")
    if backend == "fake":
        text = "no MIDI in this set (--no-midi or --dry): only the page and OSC are heard"
        return Finding(Verdict.WARN, "backend", text, "for a synth or a DAW: antiphon jam without it")
    if state in (PortState.NO_BACKEND, PortState.STARTING, PortState.RESTARTING):
        detail = str(status.get("midi_detail", ""))
        if state == PortState.NO_BACKEND:
            return Finding(Verdict.FAIL, "backend", detail or "no MIDI backend opens")
        return Finding(Verdict.WARN, "backend", f"MIDI is {state}: {detail}".rstrip(": "))
    return Finding(Verdict.OK, "backend", f"MIDI by {backend}")


def _ports(status: Mapping[str, Any]) -> Iterator[Finding]:
    """The ports, and whether anybody is connected to them."""
    if _backend(status).verdict is not Verdict.OK:
        return
    if status.get("midi") != PortState.OPEN:
        yield Finding(Verdict.FAIL, "ports", str(status.get("midi_detail", "")), "antiphon ports lists those there are")
        return
    heard, played = status.get("midi_in", ""), status.get("midi_out", "")
    yield Finding(Verdict.OK, "ports", f"in {heard!r}, out {played!r}")
    sources, listeners = (int(status.get(name, UNKNOWN)) for name in ("midi_sources", "midi_listeners"))
    on_page = bool(status.get("pages"))
    if sources == 0:
        advice = f"connect your keyboard or a track to {heard!r}, or choose one: --in, or Band on the page"
        yield Finding(Verdict.WARN, "connected in", f"nobody is connected to {heard!r}", advice)
    elif sources > 0:
        yield Finding(Verdict.OK, "connected in", f"{sources} connected to {heard!r}")
    if listeners == 0:
        advice = f"connect {played!r} to a synth or a track that sounds, or choose one: --out, or Band on the page"
        verdict = Verdict.WARN if on_page else Verdict.FAIL
        yield Finding(verdict, "connected out", f"nobody is connected to {played!r}: its notes go nowhere", advice)
    elif listeners > 0:
        yield Finding(Verdict.OK, "connected out", f"{listeners} connected to {played!r}")
    if UNKNOWN in (sources, listeners):
        text = "this system does not tell who is connected"
        yield Finding(Verdict.OK, "connected", text, "look in your DAW: its track must hear our output port")


def _channels_in(status: Mapping[str, Any]) -> Finding:
    listen, last = status.get("listen") or [], status.get("last_in_channel")
    told = f"it hears {'channels ' + ', '.join(map(str, listen)) if listen else 'every channel'}"
    if listen and last is not None and last not in listen:
        advice = f"play on another channel, or antiphon jam --listen {last}"
        return Finding(Verdict.FAIL, "channels in", f"your last note came on channel {last}, and {told}", advice)
    return Finding(Verdict.OK, "channels in", told)


def _channels_out(status: Mapping[str, Any]) -> Finding:
    playing = {voice: channel for voice, (on, channel) in status.get("voices", {}).items() if on}
    mode = status.get("mode")
    if mode != "off":
        playing = dict(status.get("plays", playing))
    if not playing:
        advice = "turn one on that you do not play: /antiphon/voice strings 1 5, or Band on the page"
        return Finding(Verdict.FAIL, "channels out", f"there is no voice that it may play in {mode}", advice)
    told = ", ".join(f"{voice} on {channel}" for voice, channel in playing.items())
    return Finding(Verdict.OK, "channels out", told, "an instrument must hear its voice's channel")


def _mode(status: Mapping[str, Any]) -> Finding:
    mode = str(status.get("mode"))
    if mode == "off":
        return Finding(Verdict.FAIL, "mode", "off: it only listens", "/antiphon/mode respond, or a mode on the page")
    return Finding(Verdict.OK, "mode", f"{mode}: {_MODES.get(mode, 'it plays')}")


def _clock(status: Mapping[str, Any]) -> Iterator[Finding]:
    source = status.get("clock")
    if source in _THEIR_CLOCKS and not status.get("running", True) and status.get("mode") not in _ANSWERS_ALONE:
        advice = "start the transport there, or /antiphon/clock internal"
        yield Finding(Verdict.FAIL, "clock", f"it follows {source}, which stands still", advice)
    elif source == "midi" and not status.get("clock_locked", True):
        yield Finding(Verdict.WARN, "clock", "the MIDI clock is not steady yet")
    else:
        tempo = f"{status.get('tempo'):g} bpm" if status.get("tempo") else "free time"
        yield Finding(Verdict.OK, "clock", f"{source}, {tempo}")


def _model(status: Mapping[str, Any]) -> Finding:
    told = f"{status.get('model')} on {str(status.get('provider', '')).partition(',')[0]}"
    step = status.get("step_ms")
    if status.get("keeping_up", "full") != "full":
        text = f"{told} does not keep up ({status['keeping_up']}; a note takes {step} ms)"
        return Finding(Verdict.WARN, "model", text, "end what else is running, or take a smaller model")
    return Finding(Verdict.OK, "model", told + (f", {step:g} ms a note" if step else ""))


def _last_in(status: Mapping[str, Any]) -> Finding:
    since = status.get("last_in_s")
    if since is None:
        return Finding(Verdict.WARN, "last note in", "none yet", "play one; if this stays so, look at the lines above")
    return Finding(Verdict.OK, "last note in", f"{ago(since)} on channel {status.get('last_in_channel')}")


def _last_out(status: Mapping[str, Any]) -> Finding:
    since, late = status.get("last_out_s"), int(status.get("late", 0)) + int(status.get("missed", 0))
    dropped = f"; {late} came too late and were left out" if late else ""
    if since is None:
        advice = "play a phrase and stop, or press Answer now" if status.get("mode") == "respond" else "play something"
        return Finding(Verdict.WARN, "last note out", f"none yet{dropped}", advice)
    return Finding(Verdict.OK, "last note out", f"{ago(since)} on channel {status.get('last_out_channel')}{dropped}")


def _last_error(status: Mapping[str, Any]) -> Iterator[Finding]:
    error = status.get("last_error")
    if error:
        since = status.get("last_error_s") or 0.0
        yield Finding(Verdict.WARN, "last error", f"{ago(since)}: {error}")
    else:
        yield Finding(Verdict.OK, "last error", "none")


def ago(seconds: float) -> str:
    """How long ago, as people say it: to five seconds within a minute, else to minutes."""
    if seconds < 60:
        return f"{max(5 * round(seconds / 5), 5)} s ago" if seconds >= 2.5 else "just now"
    return f"{round(seconds / 60)} min ago"
