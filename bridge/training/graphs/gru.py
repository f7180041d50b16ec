"""`feed.onnx` of the GRU: one vector for each layer, replaced at every event."""

from __future__ import annotations

from bridge.engine.manifest import StateTensor, Weights
from bridge.training.families.gru import GruConfig
from bridge.training.graphs.builder import LayerBuilder
from bridge.training.graphs.feed import Feed, finish, read_events, state_tensor, write_state
from bridge.training.graphs.parameters import Parameters, gates


def build_feed(parameters: Parameters, config: GruConfig, weights: Weights) -> Feed:
    """One event into each layer's memory, hidden state out."""
    g = LayerBuilder(parameters, weights)
    x = read_events(g)
    state: list[StateTensor] = []
    for layer in range(config.layers):
        memory = state_tensor(g, f"h{layer}", "snapshot", (1, 1, config.units))
        name = f"backbone.layers.{layer}"
        normed = g.norm(x, f"{name}.norm", config.norm_epsilon)
        step = _step_by_products if weights == "int8" else _step
        every, last = step(g, f"{name}.gru", normed, memory.name, config.units)
        x = g.op("Add", x, g.linear(g.op("Reshape", every, g.integers(-1, config.units)), f"{name}.output"))
        write_state(g, memory, last)
        state.append(memory)
    return Feed(finish(g, x, config.width, config.norm_epsilon), tuple(state), {})


def _step(g: LayerBuilder, name: str, x: str, memory: str, units: int) -> list[str]:
    """The operator GRU over events x [T, width]: the memory after each of them, and after the last [1, 1, units]."""
    constants = [g.numbers(constant, array) for constant, array in gates(g.parameters, name).items()]
    # PyTorch multiplies by the reset gate after the product, hence linear_before_reset.
    return g.ops(
        "GRU", 2, g.op("Unsqueeze", x, g.integers(1)), *constants, "", memory, hidden_size=units, linear_before_reset=1
    )


def _step_by_products(g: LayerBuilder, name: str, x: str, memory: str, units: int) -> list[str]:
    """The same for one event, x [1, width], in products that can hold their weights in 8 bits."""
    before = g.op("Reshape", memory, g.integers(1, units))
    opening, offered = [], []
    for kind, value in (("ih", x), ("hh", before)):
        product = g.product(value, f"{name}.weight_{kind}_l0", g.parameters[f"{name}.weight_{kind}_l0"])
        summed = g.op("Add", product, g.numbers(f"{name}.bias_{kind}_l0", g.parameters[f"{name}.bias_{kind}_l0"]))
        both_gates, new = g.ops("Split", 2, summed, g.integers(2 * units, units), axis=1)
        opening.append(both_gates)
        offered.append(new)
    reset, update = g.ops("Split", 2, g.op("Sigmoid", g.op("Add", *opening)), axis=1, num_outputs=2)
    new = g.op("Tanh", g.op("Add", offered[0], g.op("Mul", reset, offered[1])))
    after = g.op("Add", new, g.op("Mul", update, g.op("Sub", before, new)))
    after = g.op("Reshape", after, g.integers(1, 1, units))
    return [after, after]
