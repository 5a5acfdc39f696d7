"""Text in pictures: broken into lines, in whatever script, and set by resvg.

DejaVu Sans ships with this package, so Latin, Greek, Cyrillic, Hebrew and Arabic are there on any
machine. Chinese, Japanese, Korean and colour emoji need a font of the system: resvg is told by
name, because it does not look for one by itself.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from html import escape
from pathlib import Path

import resvg_py
from PIL import ImageFont

_HERE = Path(__file__).parent / "fonts"
FONTS = (_HERE / "DejaVuSans.ttf", _HERE / "DejaVuSans-Bold.ttf")

_EMOJI_FONTS = "Noto Color Emoji, Apple Color Emoji, Segoe UI Emoji"
CJK_FONTS = (
    "Noto Sans CJK JP, Noto Sans JP, Hiragino Sans, Yu Gothic, IPAGothic, Droid Sans Fallback, "
    "WenQuanYi Micro Hei, Noto Sans CJK SC, Noto Sans CJK KR, Malgun Gothic"
)
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55\u231a\u231b\u23e9-\u23fa]"
    "[\U0001f3fb-\U0001f3ff\ufe0f\u200d\U0001f000-\U0001faff\u2600-\u27bf\u20e3]*"
)
_CJK = re.compile(
    "[\u2e80-\u30ff\u3100-\u31ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]+"
)
_RUNS = re.compile(f"({_EMOJI.pattern})|({_CJK.pattern})")


def clean(text: str) -> str:
    """The text on one line, without characters that XML cannot hold or that turn others round."""
    kept = (
        c if unicodedata.category(c) not in ("Cc", "Cs", "Cn", "Zl", "Zp") else " " for c in text
    )
    plain = "".join(
        c for c in kept if c not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
    return " ".join(plain.split())


def wrap(text: str, size: float, width: float, most: int = 8) -> list[str]:
    """The text in lines at most `width` wide at a font size, both in pixels.

    Lines break between words, and within one that is too long by itself or has no spaces. Of more
    than `most` lines the rest is left out behind an ellipsis.
    """
    lines, line = [], ""
    for piece in re.findall(r"\S+\s*", clean(text)):
        for part in _pieces(piece, size, width):
            if line and measure((line + part).rstrip(), size) > width:
                lines.append(line.rstrip())
                line = ""
            line += part
    lines.append(line.rstrip())
    if len(lines) > most:
        lines = lines[:most]
        while lines[-1] and measure(lines[-1] + "…", size) > width:
            lines[-1] = lines[-1][:-1]
        lines[-1] += "…"
    return lines


def shorten(text: str, size: float, width: float) -> str:
    """The text on one line, cut with an ellipsis where it is too wide."""
    return wrap(text, size, width, most=1)[0]


def measure(text: str, size: float) -> float:
    """The width of a text in pixels, nearly: of other scripts than DejaVu's by their class."""
    width = 0.0
    font = _font()
    for run in _RUNS.split(text):
        if not run:
            continue
        if _EMOJI.fullmatch(run):
            width += 1.25
        elif _CJK.fullmatch(run):
            width += len(run)
        else:
            width += font.getlength(run) / font.size
    return width * size


def line(text: str, x: float, y: float, size: float, fill: str, style: str = "") -> str:
    """An SVG text element; `style` holds further attributes. The text may be hostile."""
    spans = []
    for run in _RUNS.split(clean(text)):
        if not run:
            continue
        said = escape(run)
        if _EMOJI.fullmatch(run):
            spans.append(f'<tspan font-family="{_EMOJI_FONTS}" font-weight="normal">{said}</tspan>')
        elif _CJK.fullmatch(run):
            spans.append(f'<tspan font-family="{CJK_FONTS}" font-weight="normal">{said}</tspan>')
        else:
            spans.append(said)
    return (
        f'<text xml:space="preserve" x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{fill}" '
        f'font-family="DejaVu Sans" {style}>{"".join(spans)}</text>'
    )


def to_png(svg: str, width: int | None = None) -> bytes:
    """An SVG with text as PNG bytes."""
    return resvg_py.svg_to_bytes(
        svg_string=svg, width=width, font_files=[str(path) for path in FONTS]
    )


@cache
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS[0]), 64, layout_engine=ImageFont.Layout.BASIC)


def _pieces(word: str, size: float, width: float) -> list[str]:
    """A word, or where it is too wide or has no words within, parts to break between."""
    if measure(word.rstrip(), size) <= width and not _CJK.search(word):
        return [word]
    parts: list[str] = []
    for run in (run for run in _RUNS.split(word) if run):
        if _EMOJI.fullmatch(run):
            parts.append(run)
        elif _CJK.fullmatch(run) or measure(run.rstrip(), size) > width:
            parts.extend(run)
        else:
            parts.append(run)
    return parts
