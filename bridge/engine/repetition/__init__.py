"""The echo: what the music that was heard suggests of the next note, found by the host and told to the model.

Music repeats itself, in place and transposed, and a network needs very long to learn to notice. So it is told:

    stream   what followed in the whole stream the last time that the newest events were heard (`stream`)
    lines    for each voice, what it played last, and what followed in its own line the last time (`lines`)
    keys     for each pitch of each voice, how it was played last (`lines`)

The first says what may come next whoever plays it; the others are looked up once a draw has decided who plays
(lines), and at which pitch (keys). The idea is that of multiple viewpoints (Conklin and Witten 1995) and of the
Continuator (Pachet 2003): a performer's own phrases are the best guess of what they play next.

    matching  the latest of the longest runs, for all events at once
    stream    the echo in the whole stream
    lines     lines and keys; and all of it for a whole passage, as training needs it (`told`)
    memory    all of it one event at a time, with events taken back
"""

from bridge.engine.repetition.lines import (
    KEY,
    KEYS_SIZE,
    LINE,
    LINE_VIEWS,
    LINES_SIZE,
    NO_PITCH,
    NOTHING_TOLD,
    RECALL,
    RECALL_SIZE,
    RECENT,
    TOLD_SIZE,
    recall_from,
    recalls,
    told,
)
from bridge.engine.repetition.matching import LONGEST, WINDOW
from bridge.engine.repetition.memory import ECHO_SIZE, EchoMemory
from bridge.engine.repetition.stream import STREAM_SIZE, VIEWS, echoes

__all__ = [
    "ECHO_SIZE",
    "KEY",
    "KEYS_SIZE",
    "LINE",
    "LINES_SIZE",
    "LINE_VIEWS",
    "LONGEST",
    "NOTHING_TOLD",
    "NO_PITCH",
    "RECALL",
    "RECALL_SIZE",
    "RECENT",
    "STREAM_SIZE",
    "TOLD_SIZE",
    "VIEWS",
    "WINDOW",
    "EchoMemory",
    "echoes",
    "recall_from",
    "recalls",
    "told",
]
