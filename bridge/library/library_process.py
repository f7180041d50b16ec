"""`python -m bridge.library.library_process LIBRARY MODEL`: a library that answers a set, in a process of its own.

Questions are `[number, what, ...]`, answers `[number, what, ...]`:

    recommend, count, Heard     recommended, [Recommended, ...]
    rate, clip, value           said, text
    forget                      said, text
    clip, clip, Heard           clip, name, bpm, place, [ClipNote, ...], moved

or `[number, "refused", text]`. The first message, of number 0, says how many phrases there are.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec

from bridge.library.heard import Heard
from bridge.library.preferences import LIKE, USED
from bridge.library.recommend import name_of
from bridge.library.shelf import Shelf, as_report
from bridge.system.helper import own_streams, received, send


def answer(shelf: Shelf, what: str, arguments: list[Any]) -> list[Any]:
    """What is to be said to a question. Raises ValueError, LookupError or OSError, for people."""
    match what, arguments:
        case "recommend", [count, heard]:
            found = shelf.recommend(msgspec.convert(heard, Heard), count)
            return ["recommended", [as_report(rank, len(found), one) for rank, one in enumerate(found, start=1)]]
        case "rate", [clip, value]:
            words = shelf.rate(clip, value)
            name = name_of(shelf.entry(clip))
            said = "liked" if value == LIKE else "used" if value == USED else "skipped"
            return ["said", f"{name}: {said}; your taste: {words}"]
        case "forget", []:
            shelf.forget()
            return ["said", "every like, skip and use is forgotten"]
        case "clip", [clip, heard]:
            entry, found_clip, moved = shelf.clip(clip, msgspec.convert(heard, Heard))
            return ["clip", name_of(entry), entry.phrase.bpm, found_clip.place, found_clip.notes, moved]
    raise ValueError(f"no question {what!r}")


def main(library: str, model: str) -> None:
    """Answer until the input ends."""
    # No `give_way`: an answer is a few milliseconds, and is wanted as soon as it can be had.
    questions, answers = own_streams()
    try:
        shelf = Shelf.open(Path(library), Path(model))
    except (OSError, ValueError) as error:
        send(answers, [0, "refused", str(error)])
        return
    shelf.warm_up()
    send(answers, [0, "ready", len(shelf)])
    for number, what, *arguments in received(questions):
        try:
            said = answer(shelf, what, arguments)
        except (ValueError, LookupError, OSError) as error:
            said = ["refused", str(error.args[0] if isinstance(error, LookupError) else error)]
        send(answers, [number, *said])


if __name__ == "__main__":
    main(*sys.argv[1:3])
