"""Who may send: this machine always, others where they are named.

Whoever may send can play, steer, record and save presets here, so a port that the network reaches asks for a list of
hosts. OSC has no passwords, and a sender's address can be forged within a network: name as few as there are.
"""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

ANYBODY: Final = "any"
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Guests:
    """The networks that are let in beside this machine itself."""

    networks: tuple[Network, ...] = ()

    @classmethod
    def parse(cls, words: Iterable[str]) -> Guests:
        """From addresses (192.168.1.20), networks (192.168.1.0/24) and `any`. Raises ValueError naming the word."""
        networks: list[Network] = []
        for word in words:
            try:
                both = ("0.0.0.0/0", "::/0") if word == ANYBODY else (word,)
                networks.extend(ipaddress.ip_network(one, strict=False) for one in both)
            except ValueError:
                raise ValueError(
                    f"{word!r} is no host: write addresses as 192.168.1.20, networks as 192.168.1.0/24, or {ANYBODY}"
                ) from None
        return cls(tuple(networks))

    def admits(self, host: str) -> bool:
        """Whether packets from the address `host` are read."""
        if is_local(host):
            return True
        address = ipaddress.ip_address(host.partition("%")[0])
        return any(address in network for network in self.networks)

    def __bool__(self) -> bool:
        return bool(self.networks)

    def __str__(self) -> str:
        if any(network.prefixlen == 0 for network in self.networks):
            return "everybody on the network"
        return ", ".join(
            str(network.network_address if network.num_addresses == 1 else network) for network in self.networks
        )


@functools.lru_cache(maxsize=64)
def is_local(host: str) -> bool:
    """Whether an address is this machine's own loopback. Asked of each packet: to read an address is paid for once."""
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"
