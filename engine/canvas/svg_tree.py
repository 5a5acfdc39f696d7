"""SVG documents of others as a browser understands them: what is shown, how often, and how large.

SVG 2, W3C 2018: `use` and `symbol` (5.6, 5.5), units and viewBox (8), rendering (3). What a file
may make of itself is counted before anything is expanded.
"""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from engine.canvas import svg_colour, svg_style

MAX_BYTES = 4 << 20
MAX_ELEMENTS = 20_000
"""Elements of a document once every `use` stands for what it names."""
MAX_DEPTH = 60
SIDE = 512
"""Pixels of the longer side of a canvas that is tiny, huge or in no whole numbers."""

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_UNITS = {
    "": 1.0, "px": 1.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "q": 96 / 101.6,
    "pt": 96 / 72, "pc": 16.0, "em": 16.0, "rem": 16.0, "ex": 8.0, "ch": 8.0,
}  # fmt: skip
# What runs, loads, or costs without bound; and text, for which there is no font.
_LEFT_OUT = {"script", "foreignObject", "image", "feImage", "filter", "style", "iframe", "audio",
             "video", "text", "animate", "animateTransform", "animateMotion", "set"}  # fmt: skip
# Drawn only where something refers to them.
_REFERRED = {"defs", "symbol", "marker", "clipPath", "mask", "pattern", "linearGradient",
             "radialGradient", "title", "desc", "metadata"}  # fmt: skip
_SHARES = {"x": 0, "width": 0, "cx": 0, "x1": 0, "x2": 0, "rx": 0,
           "y": 1, "height": 1, "cy": 1, "y1": 1, "y2": 1, "ry": 1}  # fmt: skip
"""Lengths that may be a share of the viewBox: 0 of its width, 1 of its height."""
_ARGUMENTS = {"matrix": (6,), "translate": (1, 2), "scale": (1, 2), "rotate": (1, 3),
              "skewX": (1,), "skewY": (1,)}  # fmt: skip
_URL = re.compile(r"""\s*url\(\s*["']?#([^"')]+)""")
_NUMBER = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*([a-zA-Z%]*)\s*$")


class UnreadableSvg(ValueError):
    """Not an SVG that strokes can be read from; the message says why."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document with its styles written out as attributes and nothing in it that runs or loads.

    width, height: of its canvas in pixels. view: its viewBox.
    """

    root: Element
    width: int
    height: int
    view: tuple[float, float, float, float]


def parse(data: bytes) -> Document:
    """Read a document. Raises UnreadableSvg; at once for one that would unfold without end."""
    if len(data) > MAX_BYTES:
        raise UnreadableSvg(f"the SVG has {len(data):,} bytes; at most {MAX_BYTES:,} are read")
    if b"<!ENTITY" in data or "<!ENTITY".encode("utf-16-le") in data:
        raise UnreadableSvg("the SVG declares entities, which are not read")
    try:
        root = ElementTree.fromstring(data)  # noqa: S314  without entities it is as large as its file
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise UnreadableSvg(f"not an SVG that can be read: {error}") from error
    if _name(root) != "svg":
        raise UnreadableSvg("not an SVG: its root is no svg element")
    _clean(root)
    _count(root, {e.get("id", ""): e for e in root.iter()}, {}, ())
    view, width, height = _size(root)
    for element in root.iter():
        if element is root or _name(element) in ("svg", "symbol", "use"):
            continue
        for key in element.keys() & _SHARES.keys():
            if (value := element.get(key, "")).rstrip().endswith("%"):
                element.set(key, f"{length(value, view[2 + _SHARES[key]])}")
    return Document(root, width, height, view)


def _is_ours(root: Element) -> bool:
    """Whether `to_svg` wrote it: a canvas of few pixels is then meant so."""
    first = root[0] if len(root) else root
    paper = first.get("id") == "background" and first.get("width") == first.get("height") == "100%"
    return paper and len(root) == 2 and root[1].get("stroke-linejoin") == "round"


def shown(document: Document) -> Element:
    """The document with every `use` replaced, and without what a browser does not show."""
    known = {element.get("id", ""): element for element in document.root.iter()}
    root = Element(_SVG + "svg")
    ratio = document.root.get("preserveAspectRatio", "")
    fit = _fitted(document.view, document.width, document.height, ratio)
    root.set("width", str(document.width))
    root.set("height", str(document.height))
    inner = _group(fit)
    for name in ("fill", "stroke", "stroke-width", "color"):
        if (value := document.root.get(name)) is not None:
            inner.set(name, value)
    root.append(inner)
    opacity = _opacity(document.root)
    if _is_shown(document.root):
        for child in document.root:
            inner.extend(_unfolded(child, known, opacity, hidden=_hidden(document.root, False)))
    return root


def refers(document: Document) -> bool:
    """Whether something that is shown is clipped, masked, marked or painted by something else."""
    return any(
        _URL.match(value)
        for element in shown(document).iter()
        for key, value in element.attrib.items()
        if key in ("clip-path", "mask", "fill", "stroke") or key.startswith("marker")
    )


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _clean(root: Element) -> None:
    """Write styles out as attributes, and drop what is left out."""
    try:
        svg_style.write_out(root)
    except svg_style.TooMuchStyle as error:
        raise UnreadableSvg(str(error)) from error
    for parent in root.iter():
        for child in list(parent):
            if not isinstance(child.tag, str) or _name(child) in _LEFT_OUT:
                parent.remove(child)
        for key in [key for key in parent.attrib if key.lower().startswith("on")]:
            del parent.attrib[key]
        parent.attrib.pop("filter", None)
        svg_colour.write_out(parent)
        for key in ("transform", "gradientTransform", "patternTransform"):
            _check_transform(parent.get(key, ""))
        href = parent.get("href", parent.get(_XLINK, ""))
        if href and not href.startswith("#"):  # nothing outside of the file
            parent.attrib.pop("href", None)
            parent.attrib.pop(_XLINK, None)


def _check_transform(text: str) -> None:
    for called in re.finditer(r"(\w+)\s*\(([^)]*)", text):
        count = len([part for part in re.split(r"[\s,]+|(?<=[\d.])(?=[-+])", called[2]) if part])
        if count not in _ARGUMENTS.get(called[1], ()):
            raise UnreadableSvg(
                f"not an SVG that can be read: {called[1][:20]} in a transform of it takes "
                "other numbers"
            )


def _target(element: Element, known: dict[str, Element]) -> Element | None:
    href = element.get("href", element.get(_XLINK, ""))
    return known.get(href[1:]) if href.startswith("#") and len(href) > 1 else None


def _count(
    element: Element,
    known: dict[str, Element],
    counted: dict[Element, int],
    way: tuple[Element, ...],
) -> int:
    """How many elements it unfolds to. Raises UnreadableSvg over the limits and for circles."""
    if element in counted:
        return counted[element]
    if len(way) > MAX_DEPTH:
        raise UnreadableSvg(f"the SVG is nested more than {MAX_DEPTH} deep")
    if element in way:
        raise UnreadableSvg("a use element of the SVG shows itself")
    total, way = 1, (*way, element)
    if _name(element) == "use" and (target := _target(element, known)) is not None:
        total += _count(target, known, counted, way)
    for key, value in element.attrib.items():
        named = _URL.match(value)
        if named and (target := known.get(named[1])) is not None and target not in way:
            corners = len(element.get("d", element.get("points", ""))) // 2
            times = 1 + corners if key.startswith("marker") else 1
            total += times * _count(target, known, counted, way)
    for child in element:
        total += _count(child, known, counted, way)
    if total > MAX_ELEMENTS:
        raise UnreadableSvg(f"the SVG unfolds to more than {MAX_ELEMENTS:,} elements")
    counted[element] = total
    return total


def length(text: str | None, whole: float = 0.0) -> float | None:
    """A length in pixels; of a percentage, that of `whole`. None if there is none, or no number."""
    found = _NUMBER.match(text or "")
    if not found:
        return None
    value, unit = float(found[1]), found[2].lower()
    if unit == "%":
        return value * whole / 100
    return value * _UNITS[unit] if unit in _UNITS else None


def _size(root: Element) -> tuple[tuple[float, float, float, float], int, int]:
    """The viewBox, and the canvas in whole pixels."""
    numbers = [length(part) for part in re.split(r"[\s,]+", root.get("viewBox", "").strip())]
    box = [n for n in numbers if n is not None and math.isfinite(n)]
    view = (box[0], box[1], box[2], box[3]) if len(box) == 4 and min(box[2:]) > 0 else None
    width, height = length(root.get("width")), length(root.get("height"))
    width = None if "%" in root.get("width", "") else width
    height = None if "%" in root.get("height", "") else height
    if view is not None:
        ratio = view[3] / view[2]
        if width is None:
            width = view[2] if height is None else height / ratio
        height = width * ratio if height is None else height
    if width is None or height is None or not (0 < width < 1e9 and 0 < height < 1e9):
        raise UnreadableSvg("not an SVG with a width and a height, or a viewBox")
    view = view or (0.0, 0.0, width, height)
    whole = width == round(width) and height == round(height)
    if not (whole and (16 <= max(width, height) <= 4096 or _is_ours(root))):
        scale = SIDE / max(width, height)
        width, height = width * scale, height * scale
    return view, max(1, round(width)), max(1, round(height))


def _is_shown(element: Element) -> bool:
    return element.get("display") != "none" and _opacity(element) > 0 and _applies(element)


def _applies(element: Element) -> bool:
    """Whether the conditions of an element hold (SVG 2, 5.9): no extensions, English."""
    languages = element.get("systemLanguage")
    spoken = languages is None or any(
        language.strip().lower().partition("-")[0] == "en" for language in languages.split(",")
    )
    return spoken and not element.get("requiredExtensions")


def _hidden(element: Element, inherited: bool) -> bool:
    """Visibility is inherited, and may be taken back."""
    value = element.get("visibility")
    return inherited if value in (None, "inherit") else value in ("hidden", "collapse")


def _opacity(element: Element) -> float:
    text = element.get("opacity", "1").strip()
    value = length(text, 1.0)
    return 1.0 if value is None else min(1.0, max(0.0, value))


def _group(transform: str = "") -> Element:
    group = Element(_SVG + "g")
    if transform:
        group.set("transform", transform)
    return group


def _unfolded(
    element: Element, known: dict[str, Element], opacity: float, *, hidden: bool
) -> Iterator[Element]:
    """What an element shows: itself, without what is not seen, or what it uses.

    Opacity of groups is handed down to their shapes.
    """
    name = _name(element)
    if name in _REFERRED or not _is_shown(element):
        return
    hidden = _hidden(element, hidden)
    opacity *= _opacity(element)
    if name == "use":
        target = _target(element, known)
        if target is None or not _is_shown(target):
            return
        place = f"translate({length(element.get('x')) or 0} {length(element.get('y')) or 0})"
        group = _like(element, _group())
        group.set("transform", f"{element.get('transform', '')} {place}".strip())
        if _name(target) in ("symbol", "svg"):
            inner = _like(target, _group(_fit(element, target)))
            faded = opacity * _opacity(target)
            for child in target:
                inner.extend(_unfolded(child, known, faded, hidden=_hidden(target, hidden)))
            group.append(inner)
        else:
            group.extend(_unfolded(target, known, opacity, hidden=hidden))
        yield group
        return
    if len(element) or name in ("g", "a", "svg", "switch"):
        group = _like(element, _group(element.get("transform", "")))
        if name == "svg":
            place = f"translate({length(element.get('x')) or 0} {length(element.get('y')) or 0})"
            group.set("transform", f"{place} {_fit(element, element)}".strip())
        children = list(element)
        if name == "switch":
            children = [child for child in children if _applies(child)][:1]
        for child in children:
            group.extend(_unfolded(child, known, opacity, hidden=hidden))
        yield group
        return
    if hidden:
        return
    shape = copy(element)
    shape.attrib = dict(element.attrib)
    for gone in ("opacity", "visibility", "id"):
        shape.attrib.pop(gone, None)
    if opacity < 1:
        for paint in ("fill-opacity", "stroke-opacity"):
            own = length(shape.get(paint, "1"), 1.0)
            shape.set(paint, f"{opacity * (1.0 if own is None else own):.6g}")
    yield shape


def _like(element: Element, group: Element) -> Element:
    """The group with what is inherited from an element."""
    for key, value in element.attrib.items():
        if key.startswith(("fill", "stroke", "marker")) or key in ("color", "clip-path", "mask"):
            group.set(key, value)
    return group


def _fit(user: Element, target: Element) -> str:
    """How the viewBox of a symbol is fitted into where it is used, in its middle."""
    parts = [length(part) for part in re.split(r"[\s,]+", target.get("viewBox", "").strip())]
    box = [part for part in parts if part is not None]
    if len(box) != 4 or min(box[2:]) <= 0:
        return ""
    width = length(user.get("width") or target.get("width"), box[2])
    height = length(user.get("height") or target.get("height"), box[3])
    width, height = box[2] if width is None else width, box[3] if height is None else height
    view = box[0], box[1], box[2], box[3]
    return _fitted(view, width, height, target.get("preserveAspectRatio", ""))


def _fitted(
    view: tuple[float, float, float, float], width: float, height: float, ratio: str
) -> str:
    """The transform that fits a viewBox into a space, as `preserveAspectRatio` wants it."""
    across, down = width / view[2], height / view[3]
    words = ratio.split() or [""]
    if words[0] != "none":
        across = down = (max if words[-1] == "slice" else min)(across, down)
    x, y = (_ALIGNED.get(words[0][i : i + 3].lower(), 0.5) for i in (1, 5))
    left = (width - across * view[2]) * x - across * view[0]
    above = (height - down * view[3]) * y - down * view[1]
    return f"matrix({across} 0 0 {down} {left} {above})"


_ALIGNED = {"min": 0.0, "mid": 0.5, "max": 1.0}
