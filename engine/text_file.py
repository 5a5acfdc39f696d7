"""Text files from people, such as word lists: whatever their editor made of them."""

from __future__ import annotations

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # byte order marks


class NotText(ValueError):
    """Not a text file in UTF-8, nor in UTF-16 with a byte order mark."""


def decode(data: bytes) -> str:
    """The text of a file, without its byte order mark. Raises NotText."""
    try:
        text = data.decode("utf-16" if data[:2] in _UTF_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotText("not UTF-8 text") from error
    if "\0" in text:
        raise NotText("not text: it has null characters")
    return text
