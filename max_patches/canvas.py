"""Max patches on fixed coordinates: boxes, cords, subpatches, and how large a text is.

Built with py2max, which refuses objects, inlets and outlets that Max does not have. Nothing is placed by a layout
engine: the same source always makes the same file, and a test measures that no box lies on another.
"""

from __future__ import annotations

import itertools
import math
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from py2max import Patcher
from py2max.core.box import Box
from py2max.core.common import Rect

Where = tuple[float, float]  # left, top
Size = tuple[float, float]  # width, height
Ports = tuple[int, int]  # numbers of inlets and outlets
Shown = tuple[float, float, float, float]  # left, top, width, height in presentation mode

CHARACTER: Final = 6.6  # pixels of Arial 12, on average, rounded up
ROW: Final = 32.0  # from the top of a box to the top of the next below it
_LINE: Final = 15.0


def width_of(text: str) -> float:
    """How wide a box with this text is, in pixels."""
    return max(40.0, round(CHARACTER * len(text) + 14))


@dataclass(slots=True)
class Canvas:
    """A patch being drawn, with every box where it is put."""

    patcher: Patcher

    @classmethod
    def new(cls, title: str, size: Size, *, presented: bool = False, **more: Any) -> Canvas:
        """A patch of its own. `presented`: it opens in presentation mode."""
        patcher = Patcher(title=title, strict=True, on_invalid="raise", openinpresentation=int(presented))
        patcher.rect = Rect(60.0, 80.0, *size)
        for name, value in more.items():
            setattr(patcher, name, value)
        return cls(patcher)

    def box(self, text: str, at: Where, width: float = 0.0, ports: Ports | None = None, **more: Any) -> Box:
        """An object box with `text`, in as many lines as `width` makes of it.

        `ports` where Max makes them from the arguments and py2max does not know.
        """
        inlets, outlets = ports or (None, None)
        width = width or width_of(text)
        lines = max(1, math.ceil((CHARACTER * len(text) - CHARACTER) / width))
        rect = Rect(*at, width, 8.0 + 14.0 * lines)
        return self.patcher.add_textbox(text, patching_rect=rect, numinlets=inlets, numoutlets=outlets, **more)

    def message(self, text: str, at: Where, width: float = 0.0, shown: Shown | None = None) -> Box:
        """A message box."""
        return self.patcher.add_message(
            text, patching_rect=Rect(*at, width or width_of(text), 22.0), **presented(shown)
        )

    def comment(self, text: str, at: Where, width: float = 0.0, shown: Shown | None = None, **more: Any) -> Box:
        """A remark to whoever reads the patch, wrapped at `width`."""
        lines = len(textwrap.wrap(text, int(width / CHARACTER))) if width else 1
        rect = Rect(*at, width or width_of(text), 6.0 + _LINE * lines)
        if lines > 1:
            more["linecount"] = lines
        return self.patcher.add_comment(text, patching_rect=rect, **more, **presented(shown))

    def heading(self, text: str, at: Where, shown: Shown | None = None) -> Box:
        """The name of a part of the patch."""
        rect = Rect(*at, 10.0 * len(text) + 14, 26.0)
        return self.patcher.add_comment(text, patching_rect=rect, fontsize=16.0, fontface=1, **presented(shown))

    def widget(self, kind: str, ports: Ports, at: Where, size: Size, shown: Shown | None = None, **more: Any) -> Box:
        """A box of the user interface: `size` is its width and height."""
        box = Box(
            id=self.patcher.get_id(kind),
            maxclass=kind,
            numinlets=ports[0],
            numoutlets=ports[1],
            outlettype=[""] * ports[1],
            patching_rect=Rect(*at, *size),
            **more,
            **presented(shown),
        )
        return self.patcher.add_box(box)

    def inlet(self, what: str, index: int, at: Where) -> Box:
        """The patch's inlet number `index` (from 1); `what` is shown where a cord is drawn to it."""
        return self.widget("inlet", (0, 1), at, (30.0, 30.0), comment=what, index=index)

    def outlet(self, what: str, index: int, at: Where) -> Box:
        """The patch's outlet number `index` (from 1)."""
        return self.widget("outlet", (1, 0), at, (30.0, 30.0), comment=what, index=index)

    def sub(self, name: str, at: Where, size: Size, *, tab: bool = False) -> tuple[Box, Canvas]:
        """A patch in this one; as a `tab` it is a page of a help patch."""
        box = self.patcher.add_subpatcher(f"p {name}", patching_rect=Rect(*at, width_of(f"p {name}"), 22.0))
        inside = box.subpatcher
        assert inside is not None
        inside.rect = Rect(0.0, 26.0, *size)
        if tab:
            box.numinlets = box.numoutlets = 0
            box._kwds["outlettype"] = []
            inside.showontab = 1
        return box, Canvas(inside)

    def wire(self, source: Box, target: Box, outlet: int = 0, inlet: int = 0) -> None:
        """A patch cord. Raises py2max's InvalidConnectionError for a port that does not exist."""
        self.patcher.add_line(source, target, outlet=outlet, inlet=inlet)

    def chain(self, *boxes: Box) -> None:
        """Patch cords from each box's first outlet to the next one's first inlet."""
        for source, target in itertools.pairwise(boxes):
            self.wire(source, target)

    def straight(self, source: Box, target: Box, count: int) -> None:
        """Patch cords from the first `count` outlets to the inlets of the same number."""
        for port in range(count):
            self.wire(source, target, port, port)

    def column(self, texts: Iterable[str], at: Where, step: float = ROW) -> list[Box]:
        """Object boxes below each other, each wired to the next."""
        boxes = [self.box(text, (at[0], at[1] + step * row)) for row, text in enumerate(texts)]
        self.chain(*boxes)
        return boxes


def presented(shown: Shown | None) -> dict[str, Any]:
    """The attributes of a box that is shown in presentation mode, or none."""
    return {} if shown is None else {"presentation": 1, "presentation_rect": list(shown)}
