"""Colours of CSS Color 4 (W3C) as older readers of SVG know them: `#rrggbb` and an opacity."""

from __future__ import annotations

import colorsys
import re
from xml.etree.ElementTree import Element

from PIL import ImageColor

_PAINTS = {
    "fill": "fill-opacity", "stroke": "stroke-opacity", "stop-color": "stop-opacity",
    "flood-color": "flood-opacity", "lighting-color": "", "color": "",
}  # fmt: skip
_FUNCTION = re.compile(r"(rgb|hsl)a?\(([^()]*)\)$", re.IGNORECASE)
_PART = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)(%|deg|rad|grad|turn)?$")
_DEGREES = {"": 1.0, "deg": 1.0, "rad": 57.29577951308232, "grad": 0.9, "turn": 360.0}


def write_out(element: Element) -> None:
    """Replace the colours of an element. What is no colour (`none`, `url(…)`) stays."""
    for key, opacity in _PAINTS.items():
        text = element.get(key, "").strip()
        if not text or (found := colour(text)) is None:
            continue
        red, green, blue, alpha = found
        element.set(key, f"#{red:02x}{green:02x}{blue:02x}")
        if alpha < 1 and opacity:
            element.set(opacity, f"{alpha * _share(element.get(opacity, '1')):.4g}")


def colour(text: str) -> tuple[int, int, int, float] | None:
    """Red, green and blue, 0 to 255, and alpha, 0 to 1. None of what is no colour."""
    text = text.strip().lower()
    if text == "transparent":
        return 0, 0, 0, 0.0
    if called := _FUNCTION.match(text):
        parts = [part for part in re.split(r"[\s,/]+", called[2].strip()) if part]
        found = [_PART.match(part) for part in parts]
        if len(parts) not in (3, 4) or not all(found):
            return None
        numbers = [(float(part[1]), part[2] or "") for part in found if part]
        alpha = _unit(*numbers[3], 1.0) if len(numbers) == 4 else 1.0
        if called[1] == "rgb":
            red, green, blue = (round(255 * _unit(*part, 255.0)) for part in numbers[:3])
            return red, green, blue, alpha
        hue = numbers[0][0] * _DEGREES.get(numbers[0][1], 3.6) / 360 % 1.0
        rest = [_unit(value, "%", 1.0) for value, _ in numbers[1:3]]
        red, green, blue = (round(255 * v) for v in colorsys.hls_to_rgb(hue, rest[1], rest[0]))
        return red, green, blue, alpha
    if "(" in text:
        return None
    try:
        red, green, blue, alpha = (*ImageColor.getrgb(text), 255)[:4]
    except ValueError:
        return None
    return int(red), int(green), int(blue), int(alpha) / 255


def _unit(value: float, unit: str, whole: float) -> float:
    """A number or percentage as a share of the whole, 0 to 1."""
    return min(1.0, max(0.0, value / (100 if unit == "%" else whole)))


def _share(text: str) -> float:
    found = _PART.match(text.strip())
    return _unit(float(found[1]), found[2] or "", 1.0) if found else 1.0
