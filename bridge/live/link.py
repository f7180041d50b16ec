"""Ableton Link: one more peer on the network, whose session the performer may follow.

The Link library is GPL, and it is inside LinkPython-extern, its Python binding: an optional extra, imported only when
asked for. A thread polls the session, since Link's own callbacks come on its threads and say less; times are mapped
from Link's clock to `time.perf_counter`, which may drift from it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from bridge.live.surfaces import Engine, Surface
from bridge.sessions.log import Entry
from bridge.vocabulary.events import ErrorReport, Input, LinkState, SetClock, SetLinkPlaying, SetLinkTempo, Severity
from bridge.vocabulary.requests import Asker, ShellRequest

POLL: Final = 0.01  # seconds
TELL_EVERY: Final = 0.5  # seconds, when nothing changed
# Link counts a beat in whole microseconds: a tempo nearer than this, in BPM, is the same.
SAME_TEMPO: Final = 0.001
# A beat further from where it should be than this has been moved by somebody.
MOVED: Final = 0.002
HOW_TO_GET_IT: Final = "Ableton Link needs the package LinkPython-extern (GPL): pip install 'antiphon[link]'"


class LinkMissing(ImportError):
    """The Link library is not installed; the text says how to get it."""


class LinkPeer:
    """This program's place in the Link session of the network.

    `inbox(state)` is called from a thread of its own with a `LinkState` whenever tempo, beat, transport or the
    number of peers changed, and every TELL_EVERY seconds. Raises LinkMissing where the package is not there.
    """

    def __init__(self, inbox: Callable[[LinkState], None], bpm: float = 120.0, quantum: float = 4.0) -> None:
        try:
            import link
        except ImportError as error:
            raise LinkMissing(HOW_TO_GET_IT) from error
        self._inbox = inbox
        self._link: Any = link.Link(bpm)
        self._link.startStopSyncEnabled = True
        self.quantum = quantum
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)

    def start(self) -> None:
        """Join the session."""
        self._link.enabled = True
        self._thread.start()

    def close(self) -> None:
        """Leave it. A second call does nothing."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()
        self._link.enabled = False

    def set_tempo(self, bpm: float) -> None:
        """Change everybody's tempo."""
        with self._lock:
            session = self._link.captureSessionState()
            session.setTempo(bpm, self._link.clock().micros())
            self._link.commitSessionState(session)

    def set_playing(self, playing: bool) -> None:
        """Start or stop whoever follows starts and stops."""
        with self._lock:
            session = self._link.captureSessionState()
            session.setIsPlaying(playing, self._link.clock().micros())
            self._link.commitSessionState(session)

    def state(self) -> LinkState:
        """The session at this moment."""
        with self._lock:
            micros, now = self._moment()
            session = self._link.captureSessionState()
            return LinkState(
                now,
                session.beatAtTime(micros, self.quantum),
                session.tempo(),
                bool(session.isPlaying()),
                int(self._link.numPeers()),
            )

    def _moment(self) -> tuple[int, float]:
        """One moment on Link's clock (microseconds) and on ours (seconds): the best of some tries."""
        best = (float("inf"), 0, 0.0)
        for _ in range(3):
            before = time.perf_counter()
            micros = int(self._link.clock().micros())
            after = time.perf_counter()
            best = min(best, (after - before, micros, (before + after) / 2))
        return best[1], best[2]

    def _run(self) -> None:
        told = self.state()
        self._inbox(told)
        while not self._closing.wait(POLL):
            state = self.state()
            if state.time - told.time >= TELL_EVERY or changed(told, state):
                told = state
                self._inbox(state)


class LinkSurface(Surface):
    """Link as a surface: what it says goes to the engine, tempo and start or stop that were decided go to it.

    Raises LinkMissing where the package is not there.
    """

    def __init__(self, engine: Engine, bpm: float) -> None:
        self._peer = LinkPeer(lambda state: engine.hand_in([state], None), bpm)

    def start(self) -> None:
        """Join the session."""
        self._peer.start()

    def accept(self, entry: Entry) -> None:
        """Carry out what was decided for the session."""
        match entry:
            case ["out", _, SetLinkTempo(bpm)]:
                self._peer.set_tempo(bpm)
            case ["out", _, SetLinkPlaying(playing)]:
                self._peer.set_playing(playing)

    def publish(self, status: Mapping[str, Any]) -> None:
        """Count the bars that the set counts."""
        self._peer.quantum = status["beats_per_bar"]

    def close(self) -> None:
        """Leave the session."""
        self._peer.close()


class NoLink(Surface):
    """Stands where Link was not joined, and says so to whoever wants its clock."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, item: Input | ShellRequest, asker: Asker | None) -> bool:
        """Refuse Link's clock."""
        if not (isinstance(item, SetClock) and item.source == "link"):
            return False
        way_out = f"start with --clock link, or auto, which joins where it can ({HOW_TO_GET_IT})"
        text = f"Link was not joined at the start: {way_out}"
        self._engine.tell(ErrorReport(Severity.ERROR, "no-link", text))
        return True


def changed(told: LinkState, state: LinkState) -> bool:
    """Whether `state` is not what was to be expected after `told`."""
    expected = told.beat + (state.time - told.time) * told.bpm / 60.0
    if (state.running, state.peers) != (told.running, told.peers):
        return True
    return abs(state.bpm - told.bpm) > SAME_TEMPO or abs(state.beat - expected) * 60.0 / state.bpm > MOVED
