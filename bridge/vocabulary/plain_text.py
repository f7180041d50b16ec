"""Text of strangers, made fit to be shown: the names of ports, the fields of a manifest, what came by OSC.

A terminal obeys what is written to it: an escape sequence in a port's name could move the cursor, change the title or
answer as if it had been typed. Whatever is shown goes through here, in one place (`bridge.live.terminal`).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Shown in place of what may not be: one character wide, so that columns stay columns.
REPLACEMENT: Final = "\ufffd"
# Most characters of an error that is told: enough for the thing, the value and the way out.
LONGEST: Final = 600
_PRINTABLE: Final = re.compile(r"[\x20-\x7e\n\t]*")
# Controls, format characters (among them those that turn the direction of writing), halves of surrogate pairs, what
# has no meaning, and separators of lines and paragraphs.
_UNFIT: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
# Format characters that words and emoji are joined by.
_JOINERS: Final = "\u200c\u200d"


def shown(text: str) -> str:
    """`text` without anything that a terminal would obey; line ends and tabs stay."""
    if _PRINTABLE.fullmatch(text):
        return text
    return "".join(
        character
        if character in "\n\t" or character in _JOINERS or unicodedata.category(character) not in _UNFIT
        else REPLACEMENT
        for character in text
    )


def one_line(text: str, most: int = LONGEST) -> str:
    """`text` fit to be shown on one line of at most `most` characters; what is too long loses its middle.

    The beginning of an error names the thing and its end the way out: both stay.
    """
    if len(text) > 4 * most:  # look at no more than can matter: a stranger's text may have any length
        text = text[: 2 * most] + text[-2 * most :]
    line = shown(" ".join(text.split()))
    if len(line) <= most:
        return line
    head = (most - 3) * 2 // 3
    return f"{line[:head]} … {line[head + 3 - most :]}"
