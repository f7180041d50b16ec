"""What a training run is told, read from a TOML file; every key of the file is a field of `TrainingSettings`.

    family = "gru"              # transformer, gru or convolution; its shape in [network]
    data = "prepared"           # what `antiphon prepare` wrote; paths are relative to the file
    out = "runs/mine"
    minutes = 60                # or processor_minutes, or steps

    [network]
    units = 512

    [emphasis]                  # how much oftener a source is drawn, or a kind of piece (bridge.data.notes)
    my-songs = 2.0
    flat = 0.5

A network without [network] has its family's usual shape; with `start_from` neither is needed, for it brings its own.
"""

from __future__ import annotations

import tomllib
import types
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from importlib import resources
from pathlib import Path
from typing import Any, Final, get_args, get_origin, get_type_hints

from bridge.presets.config import hint
from bridge.training.families import CONFIGS, Config

# A kind of piece (`bridge.data.notes`) is drawn so much oftener than by its notes: bands, lead sheets and expressive
# playing up, the many scores without velocities down.
EMPHASIS: Final[Mapping[str, float]] = types.MappingProxyType({
    "band": 2.0,
    "sheet": 1.6,
    "expressive": 1.4,
    "drums": 0.9,
    "flat": 0.4,
})  # fmt: skip
DEVICES: Final = ("auto", "cpu", "cuda")
_RATE_FROM_A_MODEL: Final = 0.2  # of the full learning rate, where the weights are not fresh
_NETWORK_KEYS: Final = ("family", "network")
_BUDGETS: Final = ("minutes", "processor_minutes", "steps")


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """What to train on, for how long, and how often to look.

    Exactly one budget is given, for the learning rate must know the end. Raises ValueError for values that cannot be.
    """

    data: Path
    out: Path
    minutes: float | None = None  # wall-clock
    processor_minutes: float | None = None  # of the first process, all its threads together
    steps: int | None = None
    batch: int = 6  # rows of a step, over all processes
    length: int = 1024  # events of a row
    turns: float = 0.5  # share of batches that are short: a phrase alone in memory, and turns that follow it
    turn_length: int = 128  # events of a row of these, of which there are as many as fit
    answers: Path | None = None  # what `antiphon improve` wrote: the model's own best answers, learnt as well
    answer_share: float = 0.2  # share of short rows that begin with one of them
    seed: int = 0
    threads: int = 1
    device: str = "auto"
    workers: int | None = None  # processes that prepare batches; None: some for a GPU, none for a CPU
    rate: float | None = None  # multiplies every learning rate; None: 1, or 0.2 with `start_from`
    start_from: Path | None = None  # a checkpoint, run or exported model whose weights to begin with
    dropout: float = 0.0  # share of what is read, added and understood that is dropped
    teacher: Path | None = None  # a checkpoint, run or exported model whose odds are learnt as well
    taught: float = 0.5  # share of the loss that is the divergence from the teacher's odds
    leave_out: tuple[str, ...] = ()  # sources not to train on
    emphasis: Mapping[str, float] = field(default_factory=lambda: dict(EMPHASIS))
    checks: int = 20  # looks at held-out pieces over the whole budget, at equal shares of it
    check_pieces: int = 64  # how many of those pieces are heard each time
    patience: int = 0  # stop after so many checks without a better one; 0: never
    keep_minutes: float = 5.0  # wall-clock time between checkpoints, beside the one at each check

    def __post_init__(self) -> None:
        given = [name for name in _BUDGETS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                f"give one of {', '.join(_BUDGETS)}, not {len(given)}: the learning rate must know the end"
            )
        for name in (*given, "batch", "length", "turn_length", "threads", "checks", "check_pieces", "keep_minutes"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name}={getattr(self, name)}: it must be more than 0")
        if self.patience < 0 or (self.workers or 0) < 0:
            raise ValueError(f"patience={self.patience}, workers={self.workers}: neither can be less than 0")
        for name in ("turns", "answer_share", "dropout", "taught"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name}={getattr(self, name)}: a share, 0 to 1")
        if self.device not in DEVICES:
            raise ValueError(f"device={self.device!r}: there are {', '.join(DEVICES)}")
        if any(not weight > 0 for weight in self.emphasis.values()):
            raise ValueError(f"emphasis={dict(self.emphasis)}: weights are more than 0; leave_out leaves a source out")

    @property
    def full_rate(self) -> float:
        """What every learning rate is multiplied by."""
        if self.rate is not None:
            return self.rate
        return 1.0 if self.start_from is None else _RATE_FROM_A_MODEL


def shipped() -> list[str]:
    """The names of the configurations that come with the package."""
    return sorted(
        Path(entry.name).stem for entry in (resources.files(__package__) / "configs").iterdir()
        if entry.name.endswith(".toml")
    )  # fmt: skip


def read_settings(config: str, overrides: Mapping[str, Any]) -> tuple[TrainingSettings, Config | None]:
    """Settings and the network's shape (None: that of `start_from`) from a TOML file or the name of a shipped one.

    `overrides` are keys that replace the file's, `network.units` and `emphasis.SOURCE` too; a budget replaces any
    other. Their paths are relative to where one is. Raises ValueError that names the file and key at fault.
    """
    values, name = _load(config)
    for key, value in overrides.items():
        table, dot, entry = key.partition(".")
        if dot:
            if not isinstance(values.get(table, {}), dict):
                raise ValueError(f"{name}: {key!r} cannot be set: {table} is not a table")
            values[table] = {**values.get(table, {}), entry: value}
        else:
            values = {k: v for k, v in values.items() if not (key in _BUDGETS and k in _BUDGETS)} | {key: value}
    hints = get_type_hints(TrainingSettings)
    for key in values:
        if key not in hints and key not in _NETWORK_KEYS:
            raise ValueError(f"{name}: unknown key {key!r}: {hint(key, (*hints, *_NETWORK_KEYS))}")
    for key, what in (("data", "what `antiphon prepare` wrote"), ("out", "a folder to write to")):
        if key not in values:
            raise ValueError(f"{name} does not say {key}: add `{key} = ...`, or give --{key} FOLDER, {what}")
    try:
        network = _network(values)
        checked = {k: _checked(k, v, hints[k]) for k, v in values.items() if k in hints}
        checked["emphasis"] = {**EMPHASIS, **checked.get("emphasis", {})}
        return TrainingSettings(**checked), network
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _load(config: str) -> tuple[dict[str, Any], str]:
    """The file's values, its paths made relative to the file's folder, and its name for messages."""
    path = Path(config)
    if path.is_file():
        text, folder = path.read_text(encoding="utf-8"), path.parent
    elif path.name.removesuffix(".toml") in shipped() and path.parent == Path():
        entry = resources.files(__package__) / "configs" / f"{path.name.removesuffix('.toml')}.toml"
        text, folder = entry.read_text(encoding="utf-8"), Path()
    else:
        raise ValueError(f"{config}: no such file; configurations that come with Antiphon: {', '.join(shipped())}")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{config} is not TOML: {error}") from error
    for key in ("data", "out", "start_from", "answers", "teacher"):
        if isinstance(values.get(key), str):
            values[key] = folder / values[key]
    return values, config


def _network(values: Mapping[str, Any]) -> Config | None:
    if "start_from" in values and not any(key in values for key in _NETWORK_KEYS):
        return None
    family, table = values.get("family", "transformer"), values.get("network", {})
    if family not in CONFIGS:
        raise ValueError(f"unknown family {family!r}: {hint(str(family), CONFIGS)}")
    if not isinstance(table, dict):
        raise ValueError("'network' must be a table, [network]")
    hints = get_type_hints(CONFIGS[family])
    own = {f.name for f in fields(CONFIGS[family])}
    for key in table:
        if key not in own:
            raise ValueError(f"unknown key {key!r} in [network] of a {family}: {hint(key, own)}")
    return CONFIGS[family](**{key: _checked(f"network.{key}", value, hints[key]) for key, value in table.items()})


def _checked(key: str, value: Any, kind: Any) -> Any:
    """`value` as `kind` (a type, an optional one, a tuple or a mapping of them). Raises ValueError naming the key."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (types.UnionType,):
        return None if value is None else _checked(key, value, parts[0])
    if origin is tuple and isinstance(value, (list, tuple)):
        return tuple(_checked(key, item, parts[0]) for item in value)
    if origin is Mapping and isinstance(value, dict):
        return {name: _checked(f"{key}.{name}", item, parts[1]) for name, item in value.items()}
    if kind is float and type(value) is int:
        return float(value)
    if kind is Path and isinstance(value, (str, Path)):
        return Path(value)
    if origin is None and type(value) is kind:
        return value
    wanted = {tuple: "a list", Mapping: "a table"}.get(origin, getattr(kind, "__name__", str(kind)))
    raise ValueError(f"{key} = {value!r}: it must be {wanted}")
