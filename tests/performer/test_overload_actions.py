"""A model whose steps get slow, on the simulated clock: what the machine lets go of, and how it comes back."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from performing import codes, offs, ons, phrase, plans

from bridge.engine.fake import FakeModel
from bridge.performer.performer import Performer
from bridge.performer.settings import Settings
from bridge.sessions.log import Entry, Session, header, line, read_log, replay
from bridge.sessions.simulation import Simulation
from bridge.vocabulary.events import Input, Pace, PlayNote, StepTime, TooLate

BAND = {"bass": (True, 2), "drums": (True, 10), "guitar": (True, 3), "strings": (True, 4)}
# The perceptible: what leaves later than this after its time, in seconds, is late.
LATE = 0.0101


class SlowModel(FakeModel):
    """Every call takes `cost` seconds of the simulation's."""

    def __init__(self) -> None:
        super().__init__()
        self.cost = 0.002
        self._spent = 0.0

    def feed(self, *arguments: Any) -> None:
        self._spent += self.cost
        super().feed(*arguments)

    def sample(self, *arguments: Any, **options: Any) -> Any:
        self._spent += self.cost
        return super().sample(*arguments, **options)

    def spent(self) -> float:
        """What the last piece of work took."""
        spent, self._spent = self._spent, 0.0
        return max(spent, 0.0001)


def settings_for(mode: str) -> Settings:
    return Settings(mode=mode, tempo=120.0, voices=BAND, values={"lookahead": 0.0})


def played(mode: str, costs: tuple[tuple[float, float], ...]) -> tuple[Simulation, list[Entry]]:
    """A set in which the human plays all the time, and the model's calls cost so much up to each of these seconds."""
    model = SlowModel()
    sim = Simulation(Session(Performer(model, settings_for(mode))), step=model.spent)
    entries: list[Entry] = []
    sim.session.journal = entries.append
    script: list[Input] = []
    until = costs[-1][0]
    for number in range(int(2 * (until - 10.0))):
        script += phrase(1.0 + number / 2, pitches=(60 + number % 5,))
    begun = 0.0
    for end, cost in costs:
        model.cost = cost
        sim.play([item for item in script if begun <= item.time < end], until=end)
        begun = end
    return sim, entries


def rungs(sim: Simulation) -> list[tuple[float, str]]:
    return [(time, output.rung) for time, output in sim.outputs if isinstance(output, Pace)]


def during(sim: Simulation, rung: str) -> list[tuple[float, float]]:
    """The stretches of time on that rung."""
    steps = [*rungs(sim), (sim.now, "end")]
    return [(first[0], second[0]) for first, second in pairwise(steps) if first[1] == rung]


ALL_THE_WAY = ((15.0, 0.002), (22.0, 0.12), (32.0, 0.35), (60.0, 0.002))


def test_it_goes_down_every_rung_and_comes_back_up() -> None:
    sim, _ = played("accompany", ALL_THE_WAY)
    order = [rung for _, rung in rungs(sim)]
    ladder = ["full", "shorter plans", "fewer voices", "hold", "rest"]
    places = [0, *map(ladder.index, order)]
    assert all(abs(after - before) == 1 for before, after in pairwise(places)), "one rung at a time"
    assert list(dict.fromkeys(order))[:4] == ladder[1:]
    assert order[-5:] == ["rest", "hold", "fewer voices", "shorter plans", "full"]
    assert "too-slow" in codes(sim)
    status = sim.session.performer.status(sim.now)
    assert (status["keeping_up"], status["late"]) == ("full", 0)
    assert status["missed"] == sim.session.performer.stage.keeping_up.missed > 8
    before, after = (sum(begin <= time < begin + 10.0 for time, _, _ in ons(sim)) for begin in (5.0, 49.0))
    assert after > 0.7 * before, "it plays again as it did"


@pytest.mark.parametrize("mode", ["accompany", "duet", "respond", "harmonize"])
@pytest.mark.parametrize("slow", [0.03, 0.1, 0.3, 1.0])
def test_nothing_is_ever_late_and_nothing_hangs(mode: str, slow: float) -> None:
    sim, _ = played(mode, ((6.0, 0.002), (16.0, slow), (26.0, 0.002)))
    for time, note in plans(sim):
        # What a key holds was due at once: 50 ms are its limit.
        assert time - note.onset <= (LATE if note.release is not None else 0.05)
    began = {note.note_id: note.onset for _, note in plans(sim)}
    assert began
    sim.close()
    keys: set[tuple[int, int]] = set()
    for _, data in sim.sent:
        (keys.add if data[0] & 0xF0 == 0x90 else keys.discard)((data[0] & 0x0F, data[1]))
    assert not keys


def test_with_fewer_voices_bass_and_drums_go_on() -> None:
    sim, _ = played("accompany", ((15.0, 0.002), (30.0, 0.08)))
    stretches = during(sim, "fewer voices")
    channels = {note.channel for time, note in plans(sim) for begin, end in stretches if begin + 0.3 < time < end}
    assert channels and channels <= {2, 10}


def test_hold_sustains_what_sounds_and_rest_is_silence() -> None:
    sim, _ = played("accompany", ((15.2, 0.002),))
    stage = sim.session.performer.stage
    while stage.keeping_up.draws:
        stage.keeping_up.miss(sim.now)
        sim.play((), until=sim.now + 0.51)
    hold = sim.now
    sounding = {(note.channel, note.pitch) for note in stage.ledger.sounding(hold) if note.channel != 10}
    assert sounding
    sim.play((), until=hold + 1.0)
    assert not [time for time, _ in plans(sim) if time > hold]
    assert not [off for off, *key in offs(sim) if off > hold and tuple(key) in sounding], "the chord rings on"
    for _ in range(6):  # steps stay slow
        sim.session.receive(StepTime(sim.now, 0.3, 0.3), sim.now)
        sim.play((), until=sim.now + 0.5)
    assert rungs(sim)[-1][1] == "rest"
    assert sounding <= {tuple(key) for off, *key in offs(sim) if off > hold + 1.0}
    assert not sim.port.sounding


def test_where_it_goes_on_after_hold_the_chord_ends() -> None:
    sim, _ = played("accompany", ((15.2, 0.002),))
    stage = sim.session.performer.stage
    while stage.keeping_up.draws:
        stage.keeping_up.miss(sim.now)
        sim.play((), until=sim.now + 0.51)
    sounding = {(note.channel, note.pitch) for note in stage.ledger.sounding(sim.now) if note.channel != 10}
    hold = sim.now
    sim.play((), until=hold + 1.9)
    assert rungs(sim)[-1][1] == "fewer voices"
    assert sounding and sounding <= {tuple(key) for off, *key in offs(sim) if off > hold + 1.0}


def test_a_note_that_comes_too_late_is_taken_back_before_it_sounds() -> None:
    sim, entries = played("accompany", ((8.0, 0.002), (16.0, 0.2)))
    withheld = {entry[2].note_id for entry in entries if entry[0] == "in" and isinstance(entry[2], TooLate)}
    assert withheld
    assert not {note.note_id for _, note in plans(sim)} & withheld
    told = {note.note_id for note in sim.session.performer.stage.memory.notes}
    assert not told & withheld, "the model does not remember what nobody heard"


def test_the_log_replays_it(tmp_path: Path) -> None:
    sim, entries = played("accompany", ALL_THE_WAY)
    path = tmp_path / "session.jsonl"
    head = json.dumps(header(settings_for("accompany"), FakeModel(), ""))
    path.write_text("\n".join([head, *(line(entry) for entry in entries)]) + "\n")
    log = read_log(path)
    assert {StepTime} <= {type(item) for _, item in log.inputs()}
    assert replay(log, lambda name, digest: FakeModel(name)) == sim.outputs
    assert any(isinstance(output, PlayNote) for _, output in sim.outputs)
