"""Graphs of small models, written by hand in ONNX's text form, and the same computed plainly by numpy.

They lean on `docs/model-contract.md` and on nothing of ours but the vocabulary, so that they tell whether the engine
keeps to the contract, not whether it agrees with the exporter.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper

from bridge.vocabulary import codec
from bridge.vocabulary.guide import GUIDE_SIZES

WIDTH = 32
WINDOW = 16
REWIND = 8
SLOTS = WINDOW + REWIND
LAYERS, HEADS, KV_HEADS, HEAD_DIM, BASE = 2, 4, 2, 8, 10000.0
DILATIONS = (1, 3, WINDOW - 1)
GRU_WIDTH = 24

Weights = dict[str, np.ndarray]

_INPUTS = len(codec.FIELDS) + codec.CONTEXT_SIZE
_ONNX_TYPE = {"float32": "float", "float16": "float16"}
_NUMPY_TYPE = {"float32": np.float32, "float16": np.float16}
_NUMBER = {"float32": TensorProto.FLOAT, "float16": TensorProto.FLOAT16}


def graph(text: str, constants: Mapping[str, np.ndarray], opset: int = 24) -> onnx.ModelProto:
    """A checked model from its text; `constants` are values that the text names."""
    model = onnx.parser.parse_model(f'<ir_version: 11, opset_import: ["" : {opset}]>\n{text}')
    model.graph.initializer.extend(numpy_helper.from_array(np.asarray(a), name) for name, a in constants.items())
    onnx.checker.check_model(model, full_check=True)
    return model


def random_weights(shapes: Mapping[str, tuple[int, ...]], seed: int) -> Weights:
    """Normal numbers, each matrix scaled by its inputs."""
    random = np.random.default_rng(seed)
    return {
        name: (random.normal(0, 1, shape) / np.sqrt(shape[-2] if len(shape) > 1 else 4)).astype(np.float32)
        for name, shape in shapes.items()
    }


# --- how all of them read an event ---------------------------------------------------------------

_READ = f"""
    numbers = Cast <to={TensorProto.FLOAT}> (events)
    scaled = Mul (numbers, scale)
    joined = Concat <axis=1> (scaled, context)
"""
_SCALE = np.array([1 / size for size in codec.SIZES], dtype=np.float32)
_EVENTS = f"int64[T,{len(codec.FIELDS)}] events, float[T,{codec.CONTEXT_SIZE}] context"


def _joined(events: np.ndarray, context: np.ndarray) -> np.ndarray:
    return np.concatenate([events * _SCALE, context], axis=1).astype(np.float32)


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-x)))


# --- snapshot state: a GRU -----------------------------------------------------------------------


def gru_weights(seed: int = 0) -> Weights:
    shapes = {"input_weights": (1, 3 * GRU_WIDTH, _INPUTS), "recurrent_weights": (1, 3 * GRU_WIDTH, GRU_WIDTH)}
    return random_weights(shapes, seed)


def gru_feed(weights: Weights, dtype: str = "float32") -> onnx.ModelProto:
    """`feed.onnx` with one small tensor of state, wholly replaced at each event."""
    state = f"{_ONNX_TYPE[dtype]}[1,1,{GRU_WIDTH}]"
    text = f"""feed ({_EVENTS}, {state} h) => (float[T,{GRU_WIDTH}] hidden, {state} h_out) {{
    {_READ}
    sequence = Unsqueeze (joined, batch_axis)
    before = Cast <to={TensorProto.FLOAT}> (h)
    every, after = GRU <hidden_size={GRU_WIDTH}> (sequence, input_weights, recurrent_weights, , , before)
    hidden = Reshape (every, flat)
    h_out = Cast <to={_NUMBER[dtype]}> (after)
    }}"""
    return graph(text, {**weights, "scale": _SCALE, "batch_axis": np.array([1]), "flat": np.array([-1, GRU_WIDTH])})


def gru_full(weights: Weights, events: np.ndarray, context: np.ndarray, dtype: str = "float32") -> np.ndarray:
    """Hidden states [T, H], computed from the start; gates in ONNX's order (update, reset, new)."""
    x = _joined(events, context) @ weights["input_weights"][0].T
    recurrent, h, out = weights["recurrent_weights"][0], np.zeros(GRU_WIDTH, np.float32), []
    for row in x:
        h = h.astype(_NUMPY_TYPE[dtype]).astype(np.float32)
        update, reset = _sigmoid(row[: 2 * GRU_WIDTH] + recurrent[: 2 * GRU_WIDTH] @ h).reshape(2, -1)
        new = np.tanh(row[2 * GRU_WIDTH :] + recurrent[2 * GRU_WIDTH :] @ (reset * h))
        h = (1 - update) * new + update * h
        out.append(h)
    return np.stack(out)


# --- ring state with rotary positions: a transformer ---------------------------------------------


def transformer_weights(seed: int = 0) -> Weights:
    heads = (HEADS + 2 * KV_HEADS) * HEAD_DIM
    shapes: dict[str, tuple[int, ...]] = {"read": (_INPUTS, WIDTH)}
    for layer in range(LAYERS):
        shapes |= {f"qkv{layer}": (WIDTH, heads), f"mix{layer}": (HEADS * HEAD_DIM, WIDTH)}
    norms = {f"norm{layer}": np.ones(WIDTH, np.float32) for layer in range(LAYERS)}
    return {**random_weights(shapes, seed), **norms, "last_norm": np.ones(WIDTH, np.float32)}


def transformer_feed(weights: Weights, dtype: str = "float32") -> onnx.ModelProto:
    """`feed.onnx` with keys and values in rings."""
    ring, names = f"{_ONNX_TYPE[dtype]}[1,{KV_HEADS},{SLOTS},{HEAD_DIM}]", transformer_state()
    layers = ""
    for i in range(LAYERS):
        layers += f"""
        n{i} = RMSNormalization <axis=-1, epsilon=1e-6> (x{i}, norm{i})
        flat{i} = MatMul (n{i}, qkv{i})
        by_head{i} = Reshape (flat{i}, shape_of_heads)
        heads{i} = Transpose <perm=[0,2,1,3]> (by_head{i})
        unturned{i}, value{i} = Split <axis=1> (heads{i}, turned_or_not)
        turned{i} = RotaryEmbedding (unturned{i}, cosines, sines)
        query{i}, key{i} = Split <axis=1> (turned{i}, query_or_key)
        new_k{i} = Cast <to={_NUMBER[dtype]}> (key{i})
        new_v{i} = Cast <to={_NUMBER[dtype]}> (value{i})
        k{i}_out = TensorScatter <axis=2, mode="circular"> (k{i}, new_k{i}, write_index)
        v{i}_out = TensorScatter <axis=2, mode="circular"> (v{i}, new_v{i}, write_index)
        keys{i} = Cast <to={TensorProto.FLOAT}> (k{i}_out)
        values{i} = Cast <to={TensorProto.FLOAT}> (v{i}_out)
        mixed{i} = Attention <scale={HEAD_DIM**-0.5}> (query{i}, keys{i}, values{i}, mask)
        ordered{i} = Transpose <perm=[0,2,1,3]> (mixed{i})
        joint{i} = Reshape (ordered{i}, shape_of_rows)
        added{i} = MatMul (joint{i}, mix{i})
        x{i + 1} = Add (x{i}, added{i})"""
    text = f"""feed ({_EVENTS}, int64[1] write_index, float[T,{HEAD_DIM // 2}] cos, float[T,{HEAD_DIM // 2}] sin,
          bool[T,{SLOTS}] mask, {", ".join(f"{ring} {name}" for name in names)})
     => (float[T,{WIDTH}] hidden, {", ".join(f"{ring} {name}_out" for name in names)}) {{
    {_READ}
    x0 = MatMul (joined, read)
    cosines = Unsqueeze (cos, first_axis)
    sines = Unsqueeze (sin, first_axis)
    {layers}
    hidden = RMSNormalization <axis=-1, epsilon=1e-6> (x{LAYERS}, last_norm)
    }}"""
    shapes = {
        "first_axis": [0],
        "shape_of_heads": [1, -1, HEADS + 2 * KV_HEADS, HEAD_DIM],
        "turned_or_not": [HEADS + KV_HEADS, KV_HEADS],
        "query_or_key": [HEADS, KV_HEADS],
        "shape_of_rows": [-1, HEADS * HEAD_DIM],
    }
    return graph(text, {**weights, "scale": _SCALE, **{name: np.array(shape) for name, shape in shapes.items()}})


def transformer_state() -> list[str]:
    return [f"{kind}{layer}" for layer in range(LAYERS) for kind in "kv"]


def _norm(x: np.ndarray, weight: np.ndarray) -> np.ndarray:
    return np.asarray(x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + 1e-6) * weight)


def _rotate(x: np.ndarray) -> np.ndarray:
    """x [T, heads, HEAD_DIM], turned by the angles of positions 0 to T - 1."""
    angle = np.arange(len(x))[:, None, None] * BASE ** (-2 * np.arange(HEAD_DIM // 2) / HEAD_DIM)
    first, second = x[..., : HEAD_DIM // 2], x[..., HEAD_DIM // 2 :]
    turned = (first * np.cos(angle) - second * np.sin(angle), second * np.cos(angle) + first * np.sin(angle))
    return np.concatenate(turned, axis=-1)


def transformer_full(weights: Weights, events: np.ndarray, context: np.ndarray, dtype: str = "float32") -> np.ndarray:
    """Hidden states [T, H], computed at once from the start; float64 inside."""
    x = (_joined(events, context) @ weights["read"]).astype(np.float64)
    age = np.arange(len(x))[:, None] - np.arange(len(x))
    hidden_from = np.where((age >= 0) & (age < WINDOW), 0.0, -np.inf)
    for layer in range(LAYERS):
        heads = (_norm(x, weights[f"norm{layer}"]) @ weights[f"qkv{layer}"]).reshape(len(x), -1, HEAD_DIM)
        query = _rotate(heads[:, :HEADS])
        key = _rotate(heads[:, HEADS:-KV_HEADS]).astype(_NUMPY_TYPE[dtype]).astype(np.float64)
        value = heads[:, -KV_HEADS:].astype(_NUMPY_TYPE[dtype]).astype(np.float64)
        key, value = (np.repeat(kept, HEADS // KV_HEADS, axis=1) for kept in (key, value))
        scores = np.einsum("ihd,jhd->hij", query, key) * HEAD_DIM**-0.5 + hidden_from
        share = np.exp(scores - scores.max(axis=-1, keepdims=True))
        share /= share.sum(axis=-1, keepdims=True)
        x = x + np.einsum("hij,jhd->ihd", share, value).reshape(len(x), -1) @ weights[f"mix{layer}"]
    return _norm(x, weights["last_norm"]).astype(np.float32)


# --- ring state without positions: a convolution --------------------------------------------------


def convolution_weights(seed: int = 0) -> Weights:
    shapes: dict[str, tuple[int, ...]] = {"read": (_INPUTS, WIDTH)}
    return random_weights(shapes | {f"taps{i}": (2 * WIDTH, WIDTH) for i in range(len(DILATIONS))}, seed)


def convolution_feed(weights: Weights, dtype: str = "float32") -> onnx.ModelProto:
    """`feed.onnx` with each layer's past inputs in a ring: it reads the slot `dilation` back, nothing where masked."""
    ring, names = f"{_ONNX_TYPE[dtype]}[1,1,{SLOTS},{WIDTH}]", convolution_state()
    layers = ""
    for i in range(len(DILATIONS)):
        layers += f"""
        rows{i} = Unsqueeze (x{i}, leading)
        kept{i} = Cast <to={_NUMBER[dtype]}> (rows{i})
        past{i}_out = TensorScatter <axis=2, mode="circular"> (past{i}, kept{i}, write_index)
        place{i} = Sub (places, dilation{i})
        slot{i} = Mod (place{i}, slots)
        found{i} = Gather <axis=2> (past{i}_out, slot{i})
        numbers{i} = Cast <to={TensorProto.FLOAT}> (found{i})
        flat{i} = Squeeze (numbers{i}, leading)
        column{i} = Unsqueeze (slot{i}, column)
        there{i} = GatherElements <axis=1> (mask, column{i})
        before{i} = Where (there{i}, flat{i}, nothing)
        both{i} = Concat <axis=1> (before{i}, x{i})
        mixed{i} = MatMul (both{i}, taps{i})
        bent{i} = Tanh (mixed{i})
        x{i + 1} = Add (x{i}, bent{i})"""
    text = f"""feed ({_EVENTS}, int64[1] write_index, bool[T,{SLOTS}] mask, {", ".join(f"{ring} {n}" for n in names)})
     => (float[T,{WIDTH}] hidden, {", ".join(f"{ring} {name}_out" for name in names)}) {{
    {_READ}
    x0 = MatMul (joined, read)
    length = Shape <start=0, end=1> (events)
    count = Squeeze (length)
    ages = Range (zero, count, one)
    places = Add (ages, write_index)
    {layers}
    hidden = Identity (x{len(DILATIONS)})
    }}"""
    constants = {
        **weights,
        "scale": _SCALE,
        "zero": np.array(0),
        "one": np.array(1),
        "slots": np.array(SLOTS),
        "leading": np.array([0, 1]),
        "column": np.array([1]),
        "nothing": np.array(0, dtype=np.float32),
        **{f"dilation{i}": np.array(dilation) for i, dilation in enumerate(DILATIONS)},
    }
    return graph(text, constants)


def convolution_state() -> list[str]:
    return [f"past{i}" for i in range(len(DILATIONS))]


def convolution_full(weights: Weights, events: np.ndarray, context: np.ndarray, dtype: str = "float32") -> np.ndarray:
    """Hidden states [T, H], computed at once from the start."""
    x = _joined(events, context) @ weights["read"]
    for i, dilation in enumerate(DILATIONS):
        before = np.zeros_like(x)
        before[dilation:] = x[: max(len(x) - dilation, 0)].astype(_NUMPY_TYPE[dtype])
        x = x + np.tanh(np.concatenate([before, x], axis=1) @ weights[f"taps{i}"])
    return np.asarray(x)


# --- sample.onnx, the same for all ---------------------------------------------------------------


def head_weights(width: int = WIDTH, seed: int = 1, sharpness: float = 1.0) -> Weights:
    """Of the graph that draws; logits are multiplied by `sharpness`."""
    shapes: dict[str, tuple[int, ...]] = {"guide_table": (sum(GUIDE_SIZES), width)}
    for field, size in zip(codec.FIELDS, codec.SIZES, strict=True):
        read = size + (field == "velocity")  # a velocity may be given as unknown
        shapes |= {f"{field}_logits": (width, size), f"{field}_embed": (read, width)}
    weights = random_weights(shapes, seed)
    return weights | {f"{field}_logits": weights[f"{field}_logits"] * np.float32(sharpness) for field in codec.FIELDS}


def head_full(
    weights: Weights, hidden: np.ndarray, event: tuple[int, ...], guide: np.ndarray | None = None
) -> list[np.ndarray]:
    """Logits of every field after `hidden` [H], each given the classes of `event` before it; float64."""
    rows = np.cumsum((0, *GUIDE_SIZES[:-1])) + (0 if guide is None else guide)
    h, out = hidden.astype(np.float64) + weights["guide_table"][rows].sum(axis=0), []
    for field, value in zip(codec.FIELDS, event, strict=True):
        out.append(np.tanh(h) @ weights[f"{field}_logits"])
        h = h + weights[f"{field}_embed"][value]
    return out


_FIELD = """
        bent_{f} = Tanh (h_{f})
        logits_{f} = MatMul (bent_{f}, {f}_logits)
        {mask_row}
        masked_{f} = Where (allowed_{f}, logits_{f}, never)
        sorted_{f}, order_{f} = TopK <axis=1> (masked_{f}, all_of_{f})
        cooled_{f} = Div (sorted_{f}, temperature_{f})
        p_{f} = Softmax <axis=1> (cooled_{f})
        ahead_{f} = CumSum <exclusive=1> (p_{f}, class_axis)
        inside_{f} = Less (ahead_{f}, top_p_{f})
        kept_{f} = Where (inside_{f}, p_{f}, nothing)
        total_{f} = ReduceSum <keepdims=1> (kept_{f}, class_axes)
        aim_{f} = Mul (uniform_{f}, total_{f})
        reached_{f} = LessOrEqual (ahead_{f}, aim_{f})
        possible_{f} = Greater (kept_{f}, nothing)
        passed_{f} = And (reached_{f}, possible_{f})
        ones_{f} = Cast <to=7> (passed_{f})
        places_{f} = ReduceSum <keepdims=0> (ones_{f}, class_axes)
        last_{f} = Sub (places_{f}, one)
        flat_{f} = Reshape (order_{f}, flat)
        drawn_{f} = Gather (flat_{f}, last_{f})
        known_{f} = GreaterOrEqual (given_{f}, none)
        taken_{f} = Where (known_{f}, given_{f}, drawn_{f})
        odds_{f} = LogSoftmax <axis=1> (masked_{f})
        within_{f} = Min (taken_{f}, last_of_{f})
        column_{f} = Unsqueeze (within_{f}, class_axes)
        odd_{f} = GatherElements <axis=1> (odds_{f}, column_{f})
        best_{f}, likeliest_{f} = TopK <axis=1> (odds_{f}, four)
        row_{f} = Gather ({f}_embed, taken_{f})
        h_{next} = Add (h_{f}, row_{f})"""


def sample(weights: Weights) -> onnx.ModelProto:
    """`sample.onnx`: logits of each field from tanh(h), then h = h + the embedding of the class taken."""
    width, count = weights["guide_table"].shape[1], len(codec.FIELDS)
    floats = ", ".join(f"float[{count}] {name}" for name in ("uniform", "temperature", "top_p"))
    masks = ", ".join(
        f"bool[{codec.SIZES[1]},{size}] pitch_mask" if field == "pitch" else f"bool[{size}] {field}_mask"
        for field, size in zip(codec.FIELDS, codec.SIZES, strict=True)
    )
    body = ""
    for name in ("uniform", "temperature", "top_p", "given"):
        parts = ", ".join(f"{name}_{field}" for field in codec.FIELDS)
        body += f"\n        {parts} = Split <axis=0, num_outputs={count}> ({name})"
    for field, after in zip(codec.FIELDS, (*codec.FIELDS[1:], "end"), strict=True):
        row = "Gather (pitch_mask, taken_voice)" if field == "pitch" else f"Identity ({field}_mask)"
        body += _FIELD.format(f=field, next=after, mask_row=f"allowed_{field} = {row}")
    for output, part in (("event", "taken"), ("log_odds", "odd"), ("alternatives", "likeliest"), ("best", "best")):
        body += f"\n        {output} = Concat <axis=0> ({', '.join(f'{part}_{field}' for field in codec.FIELDS)})"
    told = f"int64[{len(GUIDE_SIZES)}] guide, int64[{count}] given"
    text = f"""sample (float[1,{width}] hidden, {floats}, {masks}, {told})
     => (int64[{count}] event, float[{count}] log_prob, int64[{count},4] alternatives,
         float[{count},4] alternative_probs) {{
        rows = Add (guide, guide_offsets)
        said = Gather (guide_table, rows)
        sum = ReduceSum <keepdims=1> (said, entry_axes)
        h_{codec.FIELDS[0]} = Add (hidden, sum)
        {body}
        log_prob = Squeeze (log_odds, class_axes)
        alternative_probs = Exp (best)
    }}"""
    constants = {
        **weights,
        "guide_offsets": np.cumsum((0, *GUIDE_SIZES[:-1])),
        "entry_axes": np.array([0]),
        "class_axes": np.array([1]),
        "class_axis": np.array(1),
        "flat": np.array([-1]),
        "four": np.array([4]),
        "one": np.array(1),
        "none": np.array(0),
        "never": np.array(-np.inf, dtype=np.float32),
        "nothing": np.array(0, dtype=np.float32),
        **{f"all_of_{field}": np.array([size]) for field, size in zip(codec.FIELDS, codec.SIZES, strict=True)},
        **{f"last_of_{field}": np.array([size - 1]) for field, size in zip(codec.FIELDS, codec.SIZES, strict=True)},
    }
    return graph(text, constants)
