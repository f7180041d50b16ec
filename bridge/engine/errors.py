"""What is raised when a model cannot be used."""

from __future__ import annotations

from bridge.vocabulary.plain_text import one_line


class ModelError(ValueError):
    """A model folder was refused. The text names the thing, the value and the way out.

    It is one line of bounded length, whatever a stranger's folder holds: a runtime's error may quote all of a graph.
    """

    def __init__(self, text: str) -> None:
        super().__init__(one_line(text))
