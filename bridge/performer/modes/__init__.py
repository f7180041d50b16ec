"""Who plays when: one class for each mode, all on the same stage."""

from bridge.performer.modes.accompany import Accompany
from bridge.performer.modes.base import Mode
from bridge.performer.modes.duet import Duet
from bridge.performer.modes.harmonize import Harmonize
from bridge.performer.modes.off import Off
from bridge.performer.modes.respond import Respond

# In the order of events.MODE_NAMES, which is there for those who must not load this.
MODES: dict[str, type[Mode]] = {mode.name: mode for mode in (Respond, Duet, Harmonize, Accompany, Off)}

__all__ = ["MODES", "Mode"]
