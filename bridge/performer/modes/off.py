"""Listens, plays nothing."""

from __future__ import annotations

from bridge.performer.modes.base import Mode


class Off(Mode):
    """The model hears everything, so that it knows the music when it comes in; nothing is played."""

    name = "off"
