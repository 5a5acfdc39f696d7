"""Links that open a sheet: signed (HMAC-SHA-256, RFC 2104) and good for some hours.

The signed part names the sheet, its owner and the time limit. It comes after the `#` of the
address, which browsers keep to themselves, so it reaches no log, no proxy and no link preview; the
page sends it over its WebSocket.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass

LONGEST = 1024  # characters of a token

_VERSION = "pad1"


class BadLink(ValueError):
    """Not a link that was given out here."""


class ExpiredLink(BadLink):
    """It was, too long ago."""


@dataclass(frozen=True, slots=True)
class Pass:
    """What a link says. until: seconds since the epoch."""

    sheet: str
    person: int
    until: int


def token(secret: bytes, given: Pass) -> str:
    """The signed words of a link, of characters that an address may have."""
    content = json.dumps([given.sheet, given.person, given.until], separators=(",", ":"))
    payload = _encode(content.encode())
    return f"{payload}.{_encode(_signature(secret, payload))}"


def read(secret: bytes, text: str, now: float) -> Pass:
    """What a token says. Raises BadLink if it was not made with this secret, or ExpiredLink."""
    payload, _, signature = text.partition(".")
    if len(text) > LONGEST or not text.isascii():
        raise BadLink("not a token")
    expected = _encode(_signature(secret, payload))
    if not hmac.compare_digest(expected, signature):
        raise BadLink("the signature is wrong")
    try:
        sheet, person, until = json.loads(_decode(payload))
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadLink("the token is damaged") from error
    if now >= until:
        raise ExpiredLink("the link has expired")
    return Pass(sheet, person, until)


def _signature(secret: bytes, payload: str) -> bytes:
    return hmac.digest(secret, f"{_VERSION}.{payload}".encode(), hashlib.sha256)


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
