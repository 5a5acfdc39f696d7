"""Style sheets and `style` attributes of an SVG, written out as the attributes that they stand for.

CSS Cascade 4 and Selectors 4, W3C, as far as drawings use them: lists of compound selectors (type,
class, id, attribute) with descendants and children. Rules with anything else match nothing, and
rules in @media or other at-rules are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

MOST_RULES = 2000
"""Selectors that are looked at; those after them are not."""
_MOST_TRIED = 1_000_000  # comparisons of an element with a selector
_LONGEST = 8  # compounds of one selector
_DEEPEST = 60  # no deeper document is shown

_PROPERTIES = {
    "clip-path", "clip-rule", "color", "cx", "cy", "display", "fill", "fill-opacity", "fill-rule",
    "height", "isolation", "marker-end", "marker-mid", "marker-start", "mask", "mask-type",
    "mix-blend-mode", "opacity", "overflow", "paint-order", "r", "rx", "ry", "shape-rendering",
    "stop-color", "stop-opacity", "stroke", "stroke-dasharray", "stroke-dashoffset",
    "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-opacity", "stroke-width",
    "transform", "vector-effect", "visibility", "width", "x", "y",
}  # fmt: skip
"""SVG 2, appendix J: properties that are attributes too, and have to do with shapes."""

_BRACE = re.compile("[{}]")
_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
_SIMPLE = re.compile(
    r"""(?P<type>\*|[a-zA-Z][\w-]*)|\.(?P<class>[\w-]+)|\#(?P<id>[\w-]+)"""
    r"""|\[\s*(?P<key>[\w:-]+)\s*(?:=\s*["']?(?P<value>[^"'\]]*)["']?\s*)?\]|(?P<root>:root)"""
)
_Declarations = list[tuple[str, str, bool]]


@dataclass(frozen=True, slots=True)
class _Compound:
    """What one element has to be. child: whether it is the parent itself of what comes after."""

    kinds: tuple[str, ...] = ()
    classes: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    attributes: tuple[tuple[str, str | None], ...] = ()
    root: bool = False
    child: bool = False


@dataclass(frozen=True, slots=True)
class _Rule:
    compounds: tuple[_Compound, ...]
    weight: tuple[int, int, int]
    order: int
    declarations: _Declarations


class TooMuchStyle(ValueError):
    """Finding out which rules apply would take long."""


def write_out(root: Element) -> None:
    """Take the styles of a document into the attributes of its elements, the strongest last.

    Raises TooMuchStyle.
    """
    texts = [
        "".join(element.itertext())
        for element in root.iter()
        if _name(element) == "style" and element.get("media", "all").strip() in _SCREENS
    ]
    rules = list(_rules("\n".join(texts)))
    tried = 0
    stack: list[tuple[Element, tuple[Element, ...]]] = [(root, ())]
    while stack:
        element, above = stack.pop()
        found: list[_Rule] = []
        for rule in rules:
            tried += 1
            if _is(rule.compounds[-1], element, top=not above):
                tried += (len(rule.compounds) - 1) * len(above)
                if _matches(rule.compounds, above):
                    found.append(rule)
        if tried > _MOST_TRIED:
            raise TooMuchStyle("the SVG has too large a style sheet for so many elements")
        _take(element, found)
        way = (*above, element) if len(above) < _DEEPEST else above
        stack.extend((child, way) for child in element if isinstance(child.tag, str))


_SCREENS = {"", "all", "screen"}


def _take(element: Element, rules: list[_Rule]) -> None:
    own = element.attrib.pop("style", "")
    if not rules and not own:
        return
    wanted: list[tuple[bool, tuple[int, int, int, int], str, str]] = [
        (important, (*rule.weight, rule.order), key, value)
        for rule in rules
        for key, value, important in rule.declarations
    ]
    wanted += [(big, (9999, 0, 0, i), k, v) for i, (k, v, big) in enumerate(_declarations(own))]
    for _, _, key, value in sorted(wanted, key=lambda one: one[:2]):
        element.set(key, value)


def _rules(text: str) -> Iterator[_Rule]:
    text = _COMMENT.sub(" ", text).replace("<!--", " ").replace("-->", " ")
    count = 0
    for selectors, body in _blocks(text):
        declarations = _declarations(body)
        for selector in selectors.split(",") if declarations else ():
            count += 1
            if count > MOST_RULES:
                return
            if compounds := _compounds(selector):
                weight = (
                    sum(len(one.ids) for one in compounds),
                    sum(len(c.classes) + len(c.attributes) + c.root for c in compounds),
                    sum(kind != "*" for one in compounds for kind in one.kinds),
                )
                yield _Rule(compounds, weight, count, declarations)


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations of each rule that is in no at-rule."""
    place = 0
    while (opened := text.find("{", place)) >= 0:
        head = text[place:opened].rpartition(";")[2].strip()  # past @import and @charset
        if head.startswith("@"):
            place = _closed(text, opened)
            continue
        end = text.find("}", opened)
        end = len(text) if end < 0 else end
        yield head, text[opened + 1 : end]
        place = end + 1


def _closed(text: str, place: int) -> int:
    """Behind the brace that closes the one at a place."""
    depth = 0
    for brace in _BRACE.finditer(text, place):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return brace.end()
    return len(text)


def _declarations(text: str) -> _Declarations:
    """Properties, values, and whether they are important."""
    found: _Declarations = []
    for declaration in _COMMENT.sub(" ", text).split(";"):
        key, _, value = declaration.partition(":")
        key, value = key.strip().lower(), value.strip()
        bare = re.sub(r"\s*!\s*important\s*$", "", value, flags=re.IGNORECASE)
        if key == "transform":  # lengths and angles of CSS; those of SVG have no unit
            bare = re.sub(r"(?<=[\d.])(?:px|deg)\b", "", bare)
        keys = ("marker-start", "marker-mid", "marker-end") if key == "marker" else (key,)
        if bare and "var(" not in bare:
            found += [(name, bare, bare != value) for name in keys if name in _PROPERTIES]
    return found


def _compounds(selector: str) -> tuple[_Compound, ...]:
    """The compounds of a selector, outermost first; none of one that is not understood."""
    parts = re.sub(r"\s*>\s*", " > ", selector.strip()).split()
    found: list[_Compound] = []
    child = False
    for part in reversed(parts):
        if part == ">":
            child = True
            continue
        one = _compound(part, child=child)
        if one is None:
            return ()
        found.append(one)
        child = False
    return () if child or len(found) > _LONGEST else tuple(reversed(found))


def _compound(text: str, *, child: bool) -> _Compound | None:
    kinds: list[str] = []
    classes: set[str] = set()
    ids: set[str] = set()
    attributes: list[tuple[str, str | None]] = []
    root = False
    place = 0
    while place < len(text):
        found = _SIMPLE.match(text, place)
        if not found or (found["type"] and place):
            return None
        place = found.end()
        if found["type"]:
            kinds.append(found["type"])
        elif found["class"]:
            classes.add(found["class"])
        elif found["id"]:
            ids.add(found["id"])
        elif found["key"]:
            attributes.append((found["key"], found["value"]))
        else:
            root = True
    return _Compound(
        tuple(kinds), frozenset(classes), frozenset(ids), tuple(attributes), root, child
    )


def _matches(compounds: tuple[_Compound, ...], above: tuple[Element, ...]) -> bool:
    """Whether the compounds but the last are met by what is above, outermost first."""
    places = {len(above)}  # where the compound before may be met
    for one in reversed(compounds[:-1]):
        tried = {place - 1 for place in places} if one.child else set(range(max(places)))
        places = {i for i in tried if i >= 0 and _is(one, above[i], top=i == 0)}
        if not places:
            return False
    return True


def _is(one: _Compound, element: Element, *, top: bool) -> bool:
    return (
        (not one.kinds or one.kinds[0] in ("*", _name(element)))
        and one.classes <= set(element.get("class", "").split())
        and (not one.ids or one.ids == {element.get("id")})
        and all(
            key in element.attrib and value in (None, element.get(key))
            for key, value in one.attributes
        )
        and (top or not one.root)
    )


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
