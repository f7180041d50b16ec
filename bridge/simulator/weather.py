"""What goes wrong around a simulated set: stalls, ports that come and go, a cable in a loop, faults of the model."""

from __future__ import annotations

from bridge.simulator.deeds import Cable, Deeds, Fault, Ports, Random, Room, Stall, chance, pause
from bridge.vocabulary.events import StepTime


def weather(draw: Random, room: Room, begin: float) -> Deeds:
    """Mishaps of the machine and its cables: several in a minute, or one in some minutes."""
    mean = float(draw.choice([10.0, 40.0, 40.0, 200.0]))
    time = begin
    while True:
        time += pause(draw, mean)
        kind = draw.random()
        if kind < 0.6:
            yield Stall(time, float(draw.choice([0.02, 0.06, 0.3, 1.5])))
        elif kind < 0.7:
            yield StepTime(time, float(draw.choice([0.001, 0.005, 0.02, 0.1, 0.5])))
        elif kind < 0.9:
            inside = chance(draw, 0.5)
            yield Ports(time, input_open=inside, output_open=not inside or chance(draw, 0.3))
            time += pause(draw, 4.0)
            yield Ports(time, input_open=True, output_open=True)
        elif kind < 0.95:
            yield Cable(time, plugged=True)
            time += pause(draw, 5.0)
            yield Cable(time, plugged=False)
        else:
            yield Fault(time)
