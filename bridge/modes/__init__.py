"""Who plays when: one class for each mode, all on the same stage."""

from bridge.modes.accompany import Accompany
from bridge.modes.base import Mode
from bridge.modes.duet import Duet
from bridge.modes.harmonize import Harmonize
from bridge.modes.off import Off
from bridge.modes.respond import Respond

# In the order of events.MODE_NAMES, which is there for those who must not load this.
MODES: dict[str, type[Mode]] = {mode.name: mode for mode in (Respond, Duet, Harmonize, Accompany, Off)}

__all__ = ["MODES", "Mode"]
