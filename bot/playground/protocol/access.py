"""Who may come in: what only this machine reaches, and secrets that visitors bring."""

from __future__ import annotations

import contextlib
import ipaddress
import secrets
import socket

_ANYWHERE = {
    "0.0.0.0": (socket.AF_INET, "127.0.0.1", "192.0.2.1"),  # noqa: S104 - what it is about
    "::": (socket.AF_INET6, "::1", "2001:db8::1"),
}


def is_loopback(host: str) -> bool:
    """Does only this machine reach a server bound to `host`?"""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def same_secret(given: object, kept: str) -> bool:
    """Is this the secret? Takes the same time whatever is wrong with it."""
    return secrets.compare_digest(str(given).encode(), kept.encode())


def as_reached(host: str, *, near_by: bool = False) -> str:
    """What to call a server by that is bound to `host`: this machine's own name for itself, or with
    `near_by` that which others in its network know, if it is in one.

    To connect a datagram socket sends nothing, and tells which way it would go; the addresses are
    those for documentation (RFC 5737, RFC 3849).
    """
    if host not in _ANYWHERE:
        return host
    family, itself, far = _ANYWHERE[host]
    if near_by:
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((far, 9))
            return probe.getsockname()[0]
    return itself
