"""What the patches say and hear, as the OSC table and the parameter table have it."""

from __future__ import annotations

from typing import Final

from bridge.osc.server import DEFAULT_PORT, DEFAULT_TARGET
from bridge.osc.table import INCOMING, OUTGOING, Argument
from bridge.vocabulary.events import MODE_NAMES
from bridge.vocabulary.parameters import PARAMETERS, Parameter

PORT: Final = DEFAULT_PORT  # where Antiphon listens
OWN_PORT: Final = DEFAULT_TARGET[1]  # where it sends
PREFIX: Final = "/antiphon/"
COMMANDS: Final = tuple(address.removeprefix(PREFIX) for address in INCOMING)
REPORTS: Final = tuple(address.removeprefix(PREFIX) for address in OUTGOING)
MODES: Final = MODE_NAMES
NOT_RUNNING: Final = "not running: start antiphon jam"
# A message for each address, as somebody would send it first.
EXAMPLES: Final = {
    "note": "60 100 1",
    "mode": "duet",
    "set": "density 2.",
    "get": "density",
    "voice": "bass 1 2",
    "range": "bass 28 55",
    "learn": "temperature",
    "unlearn": "temperature",
    "preset": "verse",
    "preset/save": "verse",
    "morph": "verse chorus 0.5",
    "model": "duo",
    "tempo": "120.",
    "clock": "auto",
    "transport": "1 0.",
    "record": "1",
    "recommend": "6",
    "like": "1",
    "skip": "1",
    "clip": "1",
    "prime": "1",
    "explain": "0",
    "subscribe": "7402",
    "unsubscribe": "7402",
}
# The parameters in groups, as the patches and the Live device show them; a test sees that none is missing.
_NAMED: Final = {
    "How it answers": ("silence", "length", "bars", "choose", "trade", "barge_in", "alone", "alone_beats", "count_in"),
    "How it plays": (
        "temperature", "top_p", "density", "energy", "register", "texture", "space", "share", "velocity", "lookahead",
    ),
    "Which notes": (
        "scale", "root", "chord", "pull", "split", "avoid_doubling", "low", "high", "polyphony", "most", "repeats",
        "harmonies", "place",
    ),
    "Time": ("signature", "quantize", "strength", "swing", "humanize", "offset", "late"),
    "Through": ("programs", "thru", "thru_channel"),
}  # fmt: skip
# A parameter that is new stands by itself until it finds its group.
_OTHERS: Final = tuple(name for name in PARAMETERS if not any(name in names for names in _NAMED.values()))
GROUPS: Final[dict[str, tuple[str, ...]]] = {**_NAMED, **({"Others": _OTHERS} if _OTHERS else {})}


def example(command: str) -> str:
    """A whole message, without the prefix."""
    if command in EXAMPLES:
        return f"{command} {EXAMPLES[command]}"
    return " ".join([command, *map(_some, INCOMING[PREFIX + command].arguments)])


def _some(argument: Argument) -> str:
    """A value that an argument takes."""
    if argument.choices:
        return argument.choices[0]
    if argument.kind in ("int", "float"):
        return f"{max(argument.low, min(argument.high, 1)):g}"
    return next(iter(PARAMETERS)) if argument.note == "a parameter" else "name"


def shown_name(name: str) -> str:
    """A parameter's name as people read it."""
    return name.replace("_", " ").capitalize()


def span(parameter: Parameter) -> str:
    """What a parameter may be, with its unit, and what is usual."""
    if parameter.choices:
        return f"{', '.join(parameter.choices)}; usual: {parameter.default}"
    unit = f" {parameter.unit}" if parameter.unit else ""
    return f"{parameter.low:g} to {parameter.high:g}{unit}; usual: {float(parameter.default):g}"


def ungrouped() -> set[str]:
    """Parameters that no group has, and names in groups that are no parameters."""
    return set(PARAMETERS) ^ {name for names in GROUPS.values() for name in names}
