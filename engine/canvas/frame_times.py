"""How long each frame of an animation is shown, read from the file without decoding any.

GIF89a, W3C 1990; WebP container, RFC 9649; APNG, PNG third edition, W3C 2025. Browsers show
frames of 10 ms or less for 100 ms.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_HURRIED, _USUAL = 10, 100  # milliseconds


def shown_longest(data: bytes, most: int) -> int:
    """The number, from 0, of the frame that a GIF, WebP or PNG shows longest, the last of equals.

    An animation that ends stays at its last frame for ever. Only the first `most` frames are
    looked at. 0 for pictures that do not move, and for files that cannot be followed.
    """
    try:
        if data[:4] == b"GIF8":
            times, ends = _gif(data)
        elif data[8:12] == b"WEBP":
            times, ends = _webp(data)
        elif data[:4] == b"\x89PNG":
            times, ends = _png(data)
        else:
            return 0
    except (IndexError, struct.error):
        return 0
    if len(times) > most:
        times, ends = times[:most], False
    if ends and times:
        return len(times) - 1
    shown = [_USUAL if time <= _HURRIED else time for time in times]
    return max(range(len(shown)), key=lambda i: (shown[i], i), default=0)


def _gif(data: bytes) -> tuple[list[float], bool]:
    """Milliseconds of each frame, and whether the animation ends."""
    times: list[float] = []
    delay, ends, place = 0, True, 13 + _colours(data[10])
    while place < len(data):
        kind = data[place]
        if kind == 0x21:
            if data[place + 1] == 0xF9:
                delay = struct.unpack_from("<H", data, place + 4)[0]
            # The extension that says how often it is played; without it, once.
            elif data[place + 3 : place + 14] == b"NETSCAPE2.0":
                ends = False
            place = _past_blocks(data, place + 2)
        elif kind == 0x2C:
            times.append(10.0 * delay)
            place = _past_blocks(data, place + 11 + _colours(data[place + 9]))
            delay = 0
        else:
            break
    return times, ends


def _colours(flags: int) -> int:
    """The bytes of a colour table."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _past_blocks(data: bytes, place: int) -> int:
    while length := data[place]:
        place += length + 1
    return place + 1


def _webp(data: bytes) -> tuple[list[float], bool]:
    times: list[float] = []
    ends = False
    for kind, body, _ in _chunks(data, 12, "<4sI"):
        if kind == b"ANIM":
            ends = struct.unpack_from("<H", data, body + 4)[0] != 0
        elif kind == b"ANMF":
            times.append(float(int.from_bytes(data[body + 12 : body + 15], "little")))
    return times, ends


def _png(data: bytes) -> tuple[list[float], bool]:
    times: list[float] = []
    ends, still = False, 0
    for kind, body, _ in _chunks(data, 8, ">I4s"):
        if kind == b"acTL":
            ends = struct.unpack_from(">I", data, body + 4)[0] != 0
        elif kind == b"fcTL":
            over, under = struct.unpack_from(">HH", data, body + 20)
            times.append(1000.0 * over / (under or 100))
        elif kind == b"IDAT" and not times:
            still = 1  # shown where animations are not known; Pillow counts it as the first frame
    return ([-1.0] * still + times, ends) if times else ([], False)


def _chunks(data: bytes, place: int, head: str) -> Iterator[tuple[bytes, int, int]]:
    """Kind, place of the content, and length of each chunk of a RIFF or PNG file."""
    while place + 8 <= len(data):
        first, second = struct.unpack_from(head, data, place)
        kind, length = (second, first) if isinstance(second, bytes) else (first, second)
        yield kind, place + 8, length
        place += 8 + length + (4 if head[0] == ">" else length & 1)
