"""Who may come in: what only this machine reaches, and secrets that visitors bring."""

from __future__ import annotations

import ipaddress
import secrets


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
