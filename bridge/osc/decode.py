"""What an OSC message means: an input of the core or a request to the shell, or why it is refused. Pure.

Controller apps and patches send what they can, not what a table asks for, so where only one thing can be meant it is
taken:

- A button sends 1 when it is pressed and 0 when it is let go, or T, I, N or a word: an address that takes no argument
  takes any one of these. Its release (0 or F) means nothing.
- Many apps cannot send two types in one message: a first argument that is a word may stand in the address, as in
  `/antiphon/set/temperature 0.8` and `/antiphon/mode/duet`, and the latter is a button then.
- Whole numbers come as floats and are rounded, as controllers are. A float of 32 bits that stands for the edge of a
  range lies inside it.
- A switch takes 1, 0, T, F, on and off. A word for one of a few may be written in capitals, and a number as a word:
  what a text field sends.
- A slash at the end of an address is nothing.

Patterns (`/antiphon/*`) are refused: what they match here, panic and record among it, nobody means together.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence
from typing import Any, Final

from bridge.osc.table import INCOMING, OUTGOING, Address, Argument
from bridge.vocabulary.parameters import read_number, within
from bridge.vocabulary.requests import Decoded

LONGEST_TEXT: Final = 256  # characters of a string argument
_SHOWN: Final = 60  # characters of a refused value that an error repeats
_PREFIX: Final = "/antiphon/"
_SWITCH: Final = {"on": 1, "off": 0, "1": 1, "0": 0}
_PATTERN: Final = frozenset("*?[]{}")


class OscRefused(ValueError):
    """A message that was not understood. `code` is for programs, `text` for people."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


def decode(address: str, args: Sequence[object], now: float) -> Decoded | None:
    """The meaning of one message; events get the time `now` (seconds). None: a button let go, which means nothing.

    Raises OscRefused for an unknown address, missing or extra arguments, wrong types and values.
    """
    entry, words = _find(address.rstrip("/"))
    assert entry.make is not None
    given, wanted = [*words, *args], entry.arguments
    if len(words) == len(wanted) and len(args) == 1:
        if _is_release(given.pop()):
            return None
    if len(given) != len(wanted):
        names = " ".join(argument.name for argument in wanted) or "no arguments"
        code = "missing-argument" if len(given) < len(wanted) else "extra-argument"
        raise OscRefused(code, f"{shown(address)} got {len(args)} arguments: it takes {len(wanted)} ({names})")
    values = [_checked(entry, argument, value) for argument, value in zip(wanted, given, strict=True)]
    try:
        return entry.make(now, *values)
    except ValueError as refusal:
        raise OscRefused("refused-value", f"{entry.address}: {refusal}") from refusal


def shown(value: object) -> str:
    """`value` as an error repeats it: cut, and with nothing in it that would move a terminal's cursor."""
    text = str(value) if isinstance(value, str) and value in INCOMING else repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _find(address: str) -> tuple[Address, list[str]]:
    """The entry that is meant, and what of its arguments stands in the address. Raises OscRefused."""
    entry = INCOMING.get(address)
    if entry is not None:
        return entry, []
    whole, _, word = address.rpartition("/")
    if _PATTERN.intersection(address):
        raise OscRefused("unknown-address", f"{shown(address)} is a pattern: send to one address at a time")
    entry = INCOMING.get(whole)
    if entry is not None and word and entry.arguments and entry.arguments[0].kind == "str":
        return entry, [word]
    raise OscRefused("unknown-address", _unknown(address))


def _unknown(address: str) -> str:
    if address in OUTGOING:
        return f"{address} is only ever sent by Antiphon, not taken"
    near = difflib.get_close_matches(address, INCOMING, n=1)
    hint = (
        f"did you mean {near[0]}?"
        if near
        else f"there are, after {_PREFIX}: {', '.join(name.removeprefix(_PREFIX) for name in INCOMING)}"
    )
    return f"no address {shown(address)}: {hint}"


def _is_release(value: object) -> bool:
    """Whether a button was let go: 0 or F. None (N), a word and any other number are a press."""
    return isinstance(value, (bool, int, float)) and value == 0


def _checked(entry: Address, argument: Argument, value: object) -> Any:
    """`value` as `argument` takes it: int, float or str. Raises OscRefused."""
    where = f"{entry.address}: {argument.name} cannot be {shown(value)}"
    if argument.is_switch:
        return _switch(where, value)
    if argument.kind == "value" and isinstance(value, bool):
        return value
    if isinstance(value, str) and argument.kind in ("str", "value"):
        if argument.choices and (value := value.lower()) not in argument.choices:
            raise OscRefused("refused-value", f"{where}: choose from {', '.join(argument.choices)}")
        if len(value) > LONGEST_TEXT:
            raise OscRefused("refused-value", f"{where}: {len(value)} characters, at most {LONGEST_TEXT}")
        return value
    if isinstance(value, str):
        value = read_number(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and argument.kind != "str":
        return _number(where, argument, value)
    wanted = {"int": "a whole number", "float": "a number", "str": "a string", "value": "a number or a string"}
    raise OscRefused("wrong-type", f"{where}: it is {wanted[argument.kind]}")


def _switch(where: str, value: object) -> int:
    if isinstance(value, str):
        value = _SWITCH.get(value.lower())
    if isinstance(value, (bool, int, float)) and value in (0, 1):
        return int(value)
    raise OscRefused("refused-value", f"{where}: it is 0 or 1 (or off, on)")


def _number(where: str, argument: Argument, value: float) -> float:
    if not math.isfinite(value):
        raise OscRefused("out-of-range", f"{where}: not a finite number")
    value = round(value) if argument.kind == "int" else within(value, argument.low, argument.high)
    if not argument.low <= value <= argument.high:
        raise OscRefused("out-of-range", f"{where}: the range is {argument.low:g} to {argument.high:g}")
    return int(value) if argument.kind == "int" else float(value)
