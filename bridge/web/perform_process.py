"""`python -m bridge.web.perform_process`: plays to selections of notes, in a process of its own beside the set.

A question is `[number, model, selection]` (`bridge.sessions.selection`, as JSON), an answer `[number, notes]` or
`[number, "refused", text]`. The model is loaded when it is first asked for, and kept while the same one is.
"""

from __future__ import annotations

from typing import Any

from bridge.engine.folders import find_model_by_name
from bridge.engine.streaming import StreamingModel
from bridge.live.model_trial import try_folder
from bridge.sessions.selection import play_to, read_selection
from bridge.system.helper import own_streams, received, send
from bridge.system.subprocesses import give_way


class Answerer:
    """Keeps the last model."""

    def __init__(self) -> None:
        self._model: StreamingModel | None = None
        self._name = ""

    def answer(self, name: str, selection: str) -> list[dict[str, Any]]:
        """What the model of that name plays to a selection. Raises ValueError or OSError, for people."""
        asked = read_selection(selection)
        if self._model is None or name != self._name:
            folder = find_model_by_name(name)
            try_folder(folder, "cpu")
            self._model, self._name = StreamingModel.load(folder, provider="cpu"), name
        return [{name: getattr(note, name) for name in note.__struct_fields__} for note in play_to(self._model, asked)]


def main() -> None:
    """Answer until the input ends."""
    give_way()
    questions, answers = own_streams()
    answerer = Answerer()
    for number, name, selection in received(questions):
        try:
            send(answers, [number, answerer.answer(name, selection)])
        except (OSError, ValueError) as error:
            send(answers, [number, "refused", str(error)])


if __name__ == "__main__":
    main()
