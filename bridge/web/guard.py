"""Who may see and play the page. Pure.

On loopback everybody on this machine may, as by OSC; but a browser will also speak for the pages of strangers. Three
things keep them out:

- `Host` must name this machine's loopback: a stranger's name that was made to point here (DNS rebinding) does not;
- a browser says of every WebSocket which page opened it (`Origin`): it must be this one;
- off loopback, where a name proves nothing, whoever comes must have the token that stands in the address.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
TOKEN_COOKIE: Final = "antiphon"


def is_loopback(host: str) -> bool:
    """Whether an address to listen on is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def new_token() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(16)


@dataclass(frozen=True, slots=True)
class Guard:
    """Checks requests. With a `token` it is asked for, and any host name will do; without, only loopback's names."""

    token: str = ""

    def refusal(self, headers: Mapping[str, str], query_token: str, cookie_token: str) -> str:
        """Why a request may not pass, for whoever sent it; empty where it may. Header names are in small letters."""
        host = headers.get("host", "")
        if not self.token and host_name(host) not in LOOPBACK_NAMES:
            return f"this page is at localhost, not at {host[:80]!r}; antiphon jam --web-host opens it to the network"
        origin = headers.get("origin")
        if origin is not None and origin not in (f"http://{host}", f"https://{host}"):
            return f"the page at {origin[:80]!r} may not speak to Antiphon"
        if self.token and not (self.knows(query_token) or self.knows(cookie_token)):
            return "the address lacks its token: open the one that antiphon jam printed"
        return ""

    def knows(self, token: str) -> bool:
        """Whether a token is the right one (told in the same time, whatever it is)."""
        return bool(self.token) and hmac.compare_digest(token.encode(), self.token.encode())


def host_name(host: str) -> str:
    """The name in a `Host` header, without its port, in small letters."""
    name, bracket, _ = host.partition("]")
    return (name + bracket if bracket else host.partition(":")[0]).lower()
