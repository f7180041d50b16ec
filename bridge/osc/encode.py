"""What Antiphon sends by OSC: each output of the core and report of the shell as an address and its arguments."""

from __future__ import annotations

import json
from dataclasses import asdict

from bridge.vocabulary.events import (
    BeatLine,
    Bound,
    CancelNotes,
    Chosen,
    ErrorReport,
    Fired,
    Kept,
    Learned,
    MoveNotes,
    Pace,
    PassThrough,
    PlayNote,
    ReleaseNote,
    SetLinkPlaying,
    SetLinkTempo,
    Silence,
    TurnChanged,
    ValueReport,
)
from bridge.vocabulary.requests import (
    HELD,
    RUNNERS_UP,
    Advised,
    Explained,
    LatencyReport,
    NoteOdds,
    Notice,
    PortsReport,
    PresetsReport,
    Recommended,
    ReleasedNote,
    Report,
    SoundedNote,
    StatusReport,
)


def encode(report: Report, now: float) -> tuple[str, tuple[int | float | str, ...]] | None:
    """Address and arguments of what is to be told at `now`; None for what has no OSC form.

    `ReleaseNote` and `MoveNotes` know no pitch, `PassThrough` is MIDI, the rest is for other clocks: None. See
    `bridge.osc.plan` for how clients hear of released and moved notes. `CancelNotes` names notes that OSC clients
    have no ids for: it becomes `/antiphon/cancel 0`, so tell it only when the whole plan is dropped.
    """
    match report:
        case PlayNote():
            duration = HELD if report.release is None else max(report.release - report.onset, 0.0)
            delay = max(report.onset - now, 0.0)
            return "/antiphon/play", (report.pitch, report.velocity, report.channel, duration, delay)
        case ReleasedNote():
            return "/antiphon/play", (report.pitch, 0, report.channel, 0.0, max(report.time - now, 0.0))
        case NoteOdds():
            delay = max(report.onset - now, 0.0)
            others = [*report.others, *[(-1, 0.0)] * (RUNNERS_UP - len(report.others))]
            ranked = [part for pitch, odds in others for part in (pitch, round(odds, 4))]
            return "/antiphon/odds", (report.pitch, report.channel, delay, round(report.probability, 4), *ranked)
        case SoundedNote():
            return "/antiphon/sounded", (report.pitch, report.velocity, report.channel)
        case CancelNotes():
            return "/antiphon/cancel", (0,)
        case Silence():
            return "/antiphon/cancel", (1,)
        case TurnChanged():
            return "/antiphon/turn", (str(report.turn),)
        case Chosen():
            terms = json.dumps({name: round(value, 3) for name, value in report.terms.items()})
            return "/antiphon/chosen", (report.candidates, report.kind, report.score, terms)
        case Kept():
            return "/antiphon/kept", (len(report.note_ids),)
        case Pace():
            return "/antiphon/pace", (report.rung, report.lookahead, report.missed, report.late)
        case ValueReport():
            return "/antiphon/value", (report.name, report.value)
        case Learned():
            return "/antiphon/learned", (report.name, report.controller, report.channel)
        case Bound():
            return "/antiphon/bound", (report.action, " ".join(report.triggers))
        case Fired():
            return "/antiphon/fired", (report.action,)
        case PresetsReport():
            return "/antiphon/presets", (report.names,)
        case PortsReport():
            return "/antiphon/ports", (json.dumps({"in": report.inputs, "out": report.outputs}),)
        case Recommended():
            shown = report.title, report.key, report.transpose, report.tempo, report.reason
            return "/antiphon/recommended", (report.rank, report.clip, report.score, *shown, report.of)
        case Advised():
            return "/antiphon/advised", (report.mode, report.text, report.preset, report.model)
        case Explained():
            figures = json.dumps(
                {"fields": list(map(asdict, report.fields)), "causes": list(map(asdict, report.causes))}
            )
            return "/antiphon/explained", (report.note_id, report.part, "\n".join(report.words), figures)
        case LatencyReport():
            return "/antiphon/latency", (report.stage, report.median, report.p99)
        case StatusReport():
            return "/antiphon/status", (report.json,)
        case ErrorReport():
            return "/antiphon/error", (str(report.severity), report.code, report.text)
        case ReleaseNote() | MoveNotes() | PassThrough() | BeatLine() | SetLinkTempo() | SetLinkPlaying() | Notice():
            return None
