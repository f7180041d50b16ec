"""Who is connected to a virtual port of ours, where the system tells: "why do I hear nothing?" often ends here."""

from __future__ import annotations

import re
from typing import Final

UNKNOWN: Final = -1
"""A count of connections where the system does not tell (CoreMIDI, Windows)."""

ALSA_CLIENTS: Final = "/proc/asound/seq/clients"

_CLIENT: Final = re.compile(r"Client\s+(\d+) :")
_PORT: Final = re.compile(r"\s+Port\s+(\d+) :")
_WIRES: Final = {True: re.compile(r"\s+Connected From: (.*)"), False: re.compile(r"\s+Connecting To: (.*)")}
_ADDRESS: Final = re.compile(r"(\d+):(\d+)$")


def alsa_connections(clients: str, name: str, is_input: bool) -> int:
    """How many are connected to the ALSA port whose `name` ends in its address, as `Antiphon In 128:0`.

    `clients` is what ALSA_CLIENTS holds. UNKNOWN where the name has no address, or the port is not listed.
    """
    address = _ADDRESS.search(name)
    if address is None:
        return UNKNOWN
    client = port = ""
    found = UNKNOWN
    for line in clients.splitlines():
        if match := _CLIENT.match(line):
            client, port = match[1], ""
        elif match := _PORT.match(line):
            port = match[1]
            if (client, port) == (address[1], address[2]):
                found = 0
        elif (client, port) == (address[1], address[2]) and (match := _WIRES[is_input].match(line)):
            found = len(match[1].split(","))
    return found
