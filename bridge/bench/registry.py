"""Every measurement by name. Each is a module with `measure(conditions)`, imported when it is run."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Final

from bridge.bench import jack_server
from bridge.bench.result import BenchError, Conditions, Result


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measurement: where it is, what it asks, whether it needs a JACK server, and whether it is among the quick."""

    name: str
    module: str
    question: str
    needs_jack: bool = False
    quick: bool = False

    def run(self, conditions: Conditions) -> Result:
        """Measure. What is missing or goes wrong becomes part of the result, so that the others are still measured."""
        reason = jack_server.missing() if self.needs_jack else ""
        if reason:
            return Result(self.name, skipped=reason)
        try:
            result: Result = importlib.import_module(f"bridge.bench.{self.module}").measure(conditions)
        except ImportError as error:
            return Result(self.name, skipped=str(error))
        except (BenchError, OSError, ValueError) as error:
            return Result(self.name, failed=str(error))
        return result


_ALL: Final = (
    Measurement("step", "step", "how long one event takes the model, early and late in a set, and cold", quick=True),
    Measurement("notochord", "notochord", "how long a note takes beside Notochord's own feed and query"),
    Measurement(
        "harmonize", "harmonize", "note-on in to first added note-on out, over real ports", needs_jack=True, quick=True
    ),
    Measurement("answer", "answering", "end of a phrase to the first note of the answer", needs_jack=True, quick=True),
    Measurement("barge-in", "barge_in", "how soon an answer falls silent when you play", needs_jack=True, quick=True),
    Measurement(
        "flood", "flood", "what a flood of OSC costs, and whether panic is heard in it", needs_jack=True, quick=True
    ),
    Measurement("jitter", "jitter", "how far from their planned times notes leave in a duet", needs_jack=True),
    Measurement("page", "page", "whether somebody at the page costs the notes anything", needs_jack=True),
    Measurement("starving", "starving", "what it plays where it has no time to think", needs_jack=True),
    Measurement("midi-clock", "midi_clock", "how near the machine keeps to a DAW's MIDI clock", needs_jack=True),
    Measurement("tempo-ramp", "tempo_ramp", "how near it keeps to a MIDI clock that speeds up", needs_jack=True),
    Measurement("link", "link_phase", "how near it keeps to an Ableton Link session", needs_jack=True),
    Measurement("streaming", "streaming", "whether rewinding leaves the model where a straight run would", quick=True),
    Measurement("memory", "memory", "whether an eight-hour set makes the process grow"),
    Measurement("server-death", "server_death", "whether it survives its MIDI server", needs_jack=True),
    Measurement("replay", "replaying", "whether a recorded session comes out again", quick=True),
    Measurement("recording", "take_ended", "what it costs the model's steps that a take of three hours is ended"),
    Measurement(
        "recommend", "recommending", "how soon clips and explanations come, and what that costs notes", needs_jack=True
    ),
    Measurement("start", "start", "how long until one can play"),
)

MEASUREMENTS: Final = {measurement.name: measurement for measurement in _ALL}
