"""Where controllers find OSC and OSCQuery by themselves: announced by mDNS, on loopback unless OSC is heard elsewhere.

Needs the library zeroconf (the extra `discovery`); without it nothing is announced, and an address is typed in.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from typing import Any, Final

from bridge.live.surfaces import Surface

_QUERY: Final = "_oscjson._tcp.local."
_OSC: Final = "_osc._udp.local."
_EVERYWHERE: Final = "0.0.0.0"

log = logging.getLogger("antiphon.discovery")

# Seconds that the end of a set waits for it.
_LEAVES_WITHIN: Final = 0.5


class Announcement(Surface):
    """Announces OSCQuery on TCP `port` and OSC on UDP `osc_port` of `host` as `name`, on a thread of its own."""

    def __init__(self, host: str, port: int, osc_port: int, name: str) -> None:
        self._host, self._port, self._osc_port, self._name = host, port, osc_port, name
        self._zeroconf: Any = None
        self._thread = threading.Thread(target=self._announce, name="discovery", daemon=True)

    def start(self) -> None:
        """Begin to announce; takes about a second, which nobody waits for."""
        self._thread.start()

    def close(self) -> None:
        """Take it back, so that nobody finds what is gone: in the time that a set may take to end, or as far as it got.

        The library says goodbye three times over, and waits in between; what it does not get to say expires.
        """
        leaving = threading.Thread(target=self._take_back, name="discovery's end", daemon=True)
        leaving.start()
        leaving.join(_LEAVES_WITHIN)

    def _take_back(self) -> None:
        if self._thread.is_alive():
            self._thread.join()
        zeroconf, self._zeroconf = self._zeroconf, None
        if zeroconf is not None:
            with contextlib.suppress(Exception):  # whatever the network does, the set has ended
                zeroconf.close()

    def _announce(self) -> None:
        try:
            from zeroconf import InterfaceChoice, ServiceInfo, Zeroconf
        except ImportError:
            return
        interfaces: Any = InterfaceChoice.All if self._host == _EVERYWHERE else [self._host]
        try:
            self._zeroconf = Zeroconf(interfaces=interfaces)
            addresses = [socket.inet_aton(self._address())]
            for kind, port in ((_QUERY, self._port), (_OSC, self._osc_port)):
                self._zeroconf.register_service(
                    ServiceInfo(kind, f"{self._name}.{kind}", port, addresses=addresses, properties={"txtvers": "1"}),
                    allow_name_change=True,
                )
        except Exception as error:  # noqa: BLE001 - a library's, and whatever the network did: the set goes on without
            log.warning("OSC is not announced on the network: %s", error)

    def _address(self) -> str:
        """The address that is announced: of a machine with several, the one that leads out."""
        if self._host != _EVERYWHERE:
            return socket.gethostbyname(self._host)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))  # sends nothing: it asks which way packets would go
            return str(probe.getsockname()[0])
