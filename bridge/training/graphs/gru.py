"""`feed.onnx` of the GRU: one vector for each layer, replaced at every event."""

from __future__ import annotations

from bridge.engine.manifest import StateTensor, Weights
from bridge.training.families.gru import GruConfig
from bridge.training.graphs.builder import LayerBuilder
from bridge.training.graphs.feed import Feed, finish, read_events, state_tensor, write_state
from bridge.training.graphs.parameters import Parameters, gates


def build_feed(parameters: Parameters, config: GruConfig, weights: Weights) -> Feed:
    """One event into each layer's memory, hidden state out; T rows are T musics, each with a memory of its own."""
    g = LayerBuilder(parameters, weights)
    x = read_events(g)
    state: list[StateTensor] = []
    for layer in range(config.layers):
        memory = state_tensor(g, f"h{layer}", "snapshot", (1, config.units), free=0)
        name = f"backbone.layers.{layer}"
        normed = g.norm(x, f"{name}.norm", config.norm_epsilon)
        step = _step_by_products if weights == "int8" else _step
        after = step(g, f"{name}.gru", normed, memory.name, config.units)
        x = g.op("Add", x, g.linear(after, f"{name}.output"))
        write_state(g, memory, after, free=0)
        state.append(memory)
    return Feed(finish(g, x, config.width, config.norm_epsilon), tuple(state), {})


def _step(g: LayerBuilder, name: str, x: str, memory: str, units: int) -> str:
    """The operator GRU over one event of each music, x [T, width]: the memory after it, [T, units]."""
    constants = [g.numbers(constant, array) for constant, array in gates(g.parameters, name).items()]
    before = g.op("Unsqueeze", memory, g.integers(0))
    # PyTorch multiplies by the reset gate after the product, hence linear_before_reset.
    _, after = g.ops(
        "GRU", 2, g.op("Unsqueeze", x, g.integers(0)), *constants, "", before, hidden_size=units, linear_before_reset=1
    )
    return g.op("Squeeze", after, g.integers(0))


def _step_by_products(g: LayerBuilder, name: str, x: str, memory: str, units: int) -> str:
    """The same in products that can hold their weights in 8 bits."""
    opening, offered = [], []
    for kind, value in (("ih", x), ("hh", memory)):
        matrix = f"{name}.weight_{kind}_l0"
        product = g.product(value, [matrix], g.parameters[matrix])
        summed = g.op("Add", product, g.table(f"{name}.bias_{kind}_l0"))
        both_gates, new = g.ops("Split", 2, summed, g.integers(2 * units, units), axis=1)
        opening.append(both_gates)
        offered.append(new)
    reset, update = g.ops("Split", 2, g.op("Sigmoid", g.op("Add", *opening)), axis=1, num_outputs=2)
    new = g.op("Tanh", g.op("Add", offered[0], g.op("Mul", reset, offered[1])))
    return g.op("Add", new, g.op("Mul", update, g.op("Sub", memory, new)))
