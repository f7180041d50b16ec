"""The conductor: keeps the session clock with whoever beats time.

Sources are the internal tempo (set, tapped, or the human's own as `bridge.timing.human_tempo` hears it), a MIDI clock
(`bridge.timing.midi_clock`), Ableton Link and somebody's transport over OSC. In `auto` the first that
speaks keeps the clock until it stops (OSC), falls silent (MIDI) or has no peer left (Link); the tempo then goes on by
itself. Whatever a source does, the session clock neither jumps nor runs backwards: a phase that is a little off is
steered in, a song that is somewhere else altogether moves the bars.

Pure: it reads no clock, and what it has to say is left in `take_outputs`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bridge.timing.clock import FASTEST_BPM, SLOWEST_BPM, SessionClock, check_bpm
from bridge.timing.human_tempo import HumanTempo
from bridge.timing.midi_clock import MidiClock
from bridge.vocabulary.events import (
    CLOCK_NAMES,
    ClockContinue,
    ClockStart,
    ClockStop,
    ClockTick,
    ErrorReport,
    LinkState,
    Output,
    SetClock,
    SetLinkPlaying,
    SetLinkTempo,
    SetTempo,
    SetTransport,
    Severity,
    SongPosition,
    Tap,
)

# The session's line is left as it is while it is no further off than this, in seconds, now and a beat from now.
NEAR_ENOUGH: Final = 0.0005
# A song that is further off than this, in beats, is somewhere else: its bars are moved.
ELSEWHERE: Final = 0.5
# Bars are moved by whole steps of this many to the beat, the model's grid; what is left over is steered in.
STEPS_PER_BEAT: Final = 48
# A tempo that changes by this factor, or its inverse, within a few beats has doubled or halved.
DOUBLED: Final = 1.7
# A clock within this part of our own tempo, and this many beats from our own beat, is ours come back.
OWN_TEMPO: Final = 0.005
OWN_BEAT: Final = 0.1
# The human's beat is followed where it is off by so much: in seconds, and as a part of the tempo.
WITHIN: Final = 0.008
STEADY: Final = 0.003
# Ticks over which the tempo is remembered for that.
_REMEMBERED_TICKS: Final = 96.0

ClockInput = (
    SetTempo
    | Tap
    | SetTransport
    | SetClock
    | ClockTick
    | ClockStart
    | ClockContinue
    | ClockStop
    | SongPosition
    | LinkState
)


class Conductor:
    """Keeps `clock`. `choice` is what the user wants (CLOCK_NAMES), `source` who beats time now.

    `beats_time` says that others are beaten time to: then what comes in may be our own. Raises ValueError for a choice
    or a tempo that does not exist.
    """

    def __init__(
        self, choice: str = "auto", bpm: float = 0.0, beats_per_bar: float = 4.0, *, beats_time: bool = False
    ) -> None:
        self.clock = SessionClock().with_bars(beats_per_bar)
        if bpm:
            self.clock = self.clock.with_tempo(bpm, 0.0)
        self.choice = _checked(choice)
        self.source = "internal" if choice == "auto" else choice
        self._has_tempo = bpm > 0
        self._midi = MidiClock()
        self._human = HumanTempo()
        # Whether the tempo is the human's, as it is heard, and whether it has been made out already.
        self._follows_human = self._knows_human = False
        self._began = 0.0
        self._link: LinkState | None = None
        # Where the Link session was as it was joined: it may be hours old, and its first bar is nobody's.
        self._link_beat: float | None = None
        self._osc_running = False
        self._usual_bpm: float | None = None
        self._refused = False
        self._beats_time = beats_time
        self._loop_told = False
        self._outputs: list[Output] = []

    # --- in ------------------------------------------------------------------------------------

    def receive(self, item: ClockInput, now: float) -> None:
        """Take one input about time. Raises ValueError for a source or a tempo that does not exist."""
        match item:
            case SetTempo(_, bpm):
                self._set_tempo(bpm, now)
            case Tap(time):
                self._tap(time, now)
            case SetTransport(_, running, beat):
                self._set_transport(running, beat, now)
            case SetClock(_, source):
                self._choose(source, now)
            case LinkState():
                self._hear_link(item, now)
            case _:
                self._hear_midi(item, now)

    def set_bars(self, beats_per_bar: float) -> None:
        """Another time signature."""
        self.clock = self.clock.with_bars(beats_per_bar)

    def count_from(self, now: float) -> None:
        """Beat 0, and the first bar where one is known, are at `now`. To be called before anything is heard."""
        self.clock = replace(self.clock, anchor_time=now, anchor_beat=0.0)

    def begin(self, now: float) -> bool:
        """Beat time from here on if there is no tempo, and nobody to follow. True when that was so.

        It begins with the key that the human plays now, at the tempo heard, or at the clock's own until one is.
        """
        if self.source != "internal" or self._has_tempo:
            return False
        self._has_tempo = self._follows_human = True
        self._began = now
        self._human.look(now)
        bpm = self._human.bpm or self.clock.bpm
        self._knows_human = self._human.bpm is not None
        self._steer(bpm, 0.0, now)
        self._report(
            "own-tempo",
            f"no clock to follow: beginning at {bpm:.0f} bpm and following you; see /antiphon/tempo and /antiphon/tap",
        )
        return True

    def hear(self, time: float, now: float) -> bool:
        """The human pressed a key at `time` (seconds). True where the clock goes by that, and changed."""
        found = self._human.hear(time, look=self._follows_human)
        if not (found and self._follows_human and self.source == "internal"):
            return False
        period, beat = self._human.period, self._human.beat
        if period is None or beat is None:
            return False
        bpm = 60.0 / period
        if not SLOWEST_BPM <= bpm <= FASTEST_BPM:
            return False
        ahead = (now - beat) / period
        if not self._knows_human:
            # The first key was the downbeat: the bars are counted from there anew.
            self._knows_human = True
            self._lay_bars(bpm, ahead + round((beat - self._began) / period), now)
            return True
        known = self.clock.bar_beat_at(now)
        if known is None:
            return False
        error = ahead - known - round(ahead - known)
        if abs(error) * period < WITHIN and abs(bpm / self.clock.bpm - 1.0) < STEADY:
            return False
        self._steer(bpm, known + error, now)
        return True

    def wakeup(self) -> float:
        """When `watch` will next have something to do if nothing is heard; infinity when it will not."""
        return self._midi.silent_from

    def watch(self, now: float) -> bool:
        """Notice what does not happen: a MIDI clock that is silent. True when there was something to notice."""
        if now < self._midi.silent_from:
            return False
        was_running = self._midi.running
        self._midi.fall_silent()
        if self.source == "midi":
            if was_running:
                self._report(
                    "clock-silent",
                    f"the MIDI clock fell silent without a stop: it counts as stopped; {self._goes_on()}",
                )
            self._lose_bars()
            self._release()
        return True

    def take_outputs(self) -> list[Output]:
        """What there is to say since the last call."""
        taken, self._outputs = self._outputs, []
        return taken

    # --- how things stand ------------------------------------------------------------------------

    @property
    def tempo(self) -> float:
        """Beats per minute, 0 in free time."""
        return self.clock.bpm if self._has_tempo else 0.0

    @property
    def locked(self) -> bool:
        """Whether the source's tempo is known well enough to play to."""
        match self.source:
            case "midi":
                return self._midi.locked
            case "link":
                return self._link is not None
            case _:
                return self._has_tempo

    @property
    def running(self) -> bool:
        """Whether the source's song runs."""
        match self.source:
            case "midi":
                return self._midi.running
            case "link":
                return self._link is not None and self._link.running
            case "osc":
                return self._osc_running
            case _:
                return self.clock.metered

    def status(self, now: float) -> dict[str, object]:
        """The clock for people, JSON types only: bar and beat count from 1, and are None where no bar is known.

        Bars are those of the song that is followed, of Link's those since it was joined.
        """
        song = self.clock.bar_beat_at(now)
        bar, beat = (None, None) if song is None else divmod(song, self.clock.beats_per_bar)
        if bar is not None and self.source == "link" and self._link_beat is not None:
            bar -= self._link_beat // self.clock.beats_per_bar
        return {
            "clock": self.source,
            "clock_choice": self.choice,
            "clock_locked": self.locked,
            "clock_jitter_ms": round(1000 * self._midi.jitter, 2) if self.source == "midi" else None,
            "link_peers": 0 if self._link is None else self._link.peers,
            "tempo": round(self.tempo, 2),
            "running": self.running,
            "bar": None if bar is None else int(bar) + 1,
            "beat": None if beat is None else round(beat + 1, 2),
            "beats_per_bar": self.clock.beats_per_bar,
        }

    # --- whom to follow ----------------------------------------------------------------------------

    def _choose(self, choice: str, now: float) -> None:
        self.choice = _checked(choice)
        if choice == "auto":
            if self.source == "internal":
                self._release()
        else:
            self.source = choice
        if self.source == "link" and self._link is not None:
            self._hear_link(self._link, now)
        elif self.source == "midi":
            self._follow_midi(now)

    def _may_follow(self, source: str) -> bool:
        """Whether `source`, which speaks, is the one to follow; in `auto` it becomes that where nobody else is."""
        if self.choice == "auto" and self.source == "internal":
            self.source = source
        return self.source == source

    def _release(self) -> None:
        """The source has gone: in `auto` whoever else speaks is next, or nobody."""
        if self.choice != "auto":
            return
        self.source = "internal"
        if self._midi.alive and self._midi.locked:
            self.source = "midi"
        elif self._link is not None and self._link.peers:
            self.source = "link"

    # --- internal and OSC --------------------------------------------------------------------------

    def _set_tempo(self, bpm: float, now: float) -> None:
        check_bpm(bpm)
        if self.source == "midi" and self._midi.alive:
            self._report("tempo-followed", f"tempo {bpm:g} not taken: the MIDI clock sets it; see /antiphon/clock")
        elif self.source == "link" and self._link is not None:
            if bpm:
                self._outputs.append(SetLinkTempo(bpm))
            else:
                self._report("tempo-followed", "free time not taken: Link has a tempo; see /antiphon/clock")
        else:
            self.clock = self.clock.with_tempo(bpm, now)
            self._has_tempo = bpm > 0
            self._follows_human = False
            self._human.clear()

    def _tap(self, time: float, now: float) -> None:
        """A tap is on a beat; from the second on they make a tempo, and the first of a new count is a downbeat."""
        if self.source != "internal":
            self._report("tempo-followed", f"tap not taken: the clock is {self.source}; see /antiphon/clock")
            return
        counted = self._human.tap(time)
        period = self._human.period
        if not counted or period is None or not SLOWEST_BPM <= 60.0 / period <= FASTEST_BPM:
            return
        self._follows_human = False
        known = self.clock.bar_beat_at(time) if self._has_tempo else None
        self._has_tempo = True
        on_beat = self._human.taps - 1 if known is None or self._human.taps == 2 else round(known)
        self._lay_bars(60.0 / period, on_beat + (now - time) / period, now)

    def _lay_bars(self, bpm: float, song_beat: float, now: float) -> None:
        """Go on at `bpm`, with the song at `song_beat` now: bars are moved by whole steps, the rest is steered in."""
        steps = round((song_beat - self.clock.beat_at(now)) * STEPS_PER_BEAT)
        self.clock = replace(self.clock, metered=True, song_offset=steps / STEPS_PER_BEAT)
        self._steer(bpm, song_beat, now)

    def _set_transport(self, running: bool, beat: float, now: float) -> None:
        if self.source == "link" and self._link is not None:
            self._outputs.append(SetLinkPlaying(running))
            return
        if not self._may_follow("osc"):
            self._report("transport-ignored", f"transport not taken: the clock is {self.source}; see /antiphon/clock")
            return
        self._osc_running = running
        if running:
            self._has_tempo = True
            self._steer(self.clock.bpm, beat, now)
        else:
            self.clock = self.clock.with_transport(False, beat, now)
            self._release()

    # --- Link ----------------------------------------------------------------------------------------

    def _hear_link(self, state: LinkState, now: float) -> None:
        had_peers = self._link is not None and self._link.peers > 0
        self._link = state
        if self._link_beat is None or state.beat < self._link_beat:
            self._link_beat = state.beat
        if state.peers == 0 and self.choice == "auto":
            if self.source == "link":
                if had_peers:
                    self._report("link-alone", f"no Link peer is left: {self._goes_on()}")
                self._release()
            return
        if self._may_follow("link"):
            self._has_tempo = True
            self._steer(state.bpm, state.beat + (now - state.time) * state.bpm / 60.0, now)

    # --- MIDI clock ----------------------------------------------------------------------------------

    def _hear_midi(self, item: ClockInput, now: float) -> None:
        match item:
            case ClockTick(time):
                self._midi.tick(time)
            case ClockStart():
                self._midi.start()
            case ClockContinue():
                self._midi.go_on()
            case ClockStop():
                self._midi.stop()
                if self.source == "midi":
                    self._lose_bars()
            case SongPosition(_, sixteenths):
                self._midi.locate(sixteenths)
        if isinstance(item, ClockTick) and self._midi.locked and not self._is_own(now) and self._may_follow("midi"):
            self._follow_midi(now)

    def _is_own(self, now: float) -> bool:
        """Whether the ticks that come in are those that we send: as fast as our own tempo, at our own beat."""
        bpm, beat, own = self._midi.bpm, self._midi.beat_at(now), self.clock.bar_beat_at(now)
        if not (self._beats_time and self.source == "internal" and own is not None and bpm is not None):
            return False
        if abs(bpm / self.clock.bpm - 1.0) > OWN_TEMPO or (beat is not None and abs(beat - own) > OWN_BEAT):
            return False
        if not self._loop_told:
            self._loop_told = True
            self._report(
                "clock-loop",
                "our own MIDI clock comes back in and is not followed: do not route the clock of Antiphon Out to "
                "Antiphon In",
            )
        return True

    def _follow_midi(self, now: float) -> None:
        bpm = self._midi.bpm
        if bpm is None or not self._midi.locked:
            return
        if not SLOWEST_BPM <= bpm <= FASTEST_BPM:
            if not self._refused:
                self._refused = True
                self._report(
                    "clock-refused",
                    f"the MIDI clock runs at {bpm:.0f} bpm, {SLOWEST_BPM:g} to {FASTEST_BPM:g} can be followed: "
                    f"{self._goes_on()}",
                )
            return
        self._refused = False
        self._has_tempo = True
        self._notice_doubling(bpm)
        self._steer(bpm, self._midi.beat_at(now), now)

    def _notice_doubling(self, bpm: float) -> None:
        usual = self._usual_bpm or bpm
        if not 1 / DOUBLED < bpm / usual < DOUBLED:
            how = "doubled" if bpm > usual else "halved"
            looped = "; if our own clock comes back in beside it, do not route that" if self._beats_time else ""
            self._report(
                f"clock-{how}", f"the MIDI clock {how}, from {usual:.0f} to {bpm:.0f} bpm: following it{looped}"
            )
            usual = bpm
        self._usual_bpm = usual * (bpm / usual) ** (1.0 / _REMEMBERED_TICKS)

    # --- the line --------------------------------------------------------------------------------------

    def _steer(self, bpm: float, song_beat: float | None, now: float) -> None:
        """Bring the session's line to the source's: at `bpm`, and now at `song_beat` (None: no bar is known)."""
        clock = self.clock
        error = 0.0
        if song_beat is None:
            if clock.metered:
                self._lose_bars()
                clock = self.clock
        else:
            known = clock.bar_beat_at(now)
            if known is None or abs(song_beat - known) > ELSEWHERE:
                steps = round((song_beat - clock.beat_at(now)) * STEPS_PER_BEAT)
                clock = replace(clock, metered=True, song_offset=steps / STEPS_PER_BEAT)
            error = song_beat - clock.song_offset - clock.settled_beat_at(now)
        if (abs(bpm / clock.bpm - 1.0) + abs(error)) * 60.0 / bpm > NEAR_ENOUGH:
            clock = clock.steered(bpm, error, now)
        self.clock = clock

    def _lose_bars(self) -> None:
        self.clock = replace(self.clock, metered=False)

    def _goes_on(self) -> str:
        return f"the tempo goes on at {self.clock.bpm:.1f} bpm" if self._has_tempo else "there is no tempo to go on at"

    def _report(self, code: str, text: str) -> None:
        self._outputs.append(ErrorReport(Severity.WARNING, code, text))


def _checked(choice: str) -> str:
    if choice not in CLOCK_NAMES:
        raise ValueError(f"no clock {choice!r}: there are {', '.join(CLOCK_NAMES)}")
    return choice
