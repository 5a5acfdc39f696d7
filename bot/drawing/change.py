"""What somebody wants changed about a drawing, "the same, but …", in the bot's four languages.

A wish has one or several parts: more or fewer strokes, an ink, a colour, a size, one thing more.
Parts are known by how they are said; what is not known is refused as a whole, so that nobody waits
for half of what they asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.kit.errors import UserError
from engine.paint.colour import colour_words
from engine.paint.names import in_english
from engine.paint.options import Ink
from engine.paint.sketch.scene import scene

MORE, FEWER = 2.0, 0.5
BIGGER, SMALLER = 1.3, 0.6

_OPENING = re.compile(
    r"^((draw|make) it( again)?|again|but|please|nochmal|aber|bitte|otra vez|pero|por favor|"
    r"もう一度|でも)[\s,:…]*"
)
_PARTS = re.compile(r"\s*[,;、，。]\s*(?:and |und |y )?|\s+(?:and|und|y|aber|but|pero)\s+|そして")

_STROKES = (
    r"(strokes?|lines?|detail(s|ed)?|striche?n?|linien|einzelheiten|trazos|l[ií]neas|detalles?)"
)
_MUCH = r"(with |mit |con )?(a lot |many |much |viel |muchos |muchas )?"
_MORE = re.compile(
    rf"^{_MUCH}(more|mehr|más|mas) {_STROKES}$"
    r"|^(more detailed|richer|detaillierter|genauer|más detallado|más detallada)$"
    r"|^(もっと)?(線|ストローク|描き込み)を?(もっと)?(増や|多く|ふや)\S*$|^もっと(細かく|詳しく)$"
)
_FEWER = re.compile(
    rf"^{_MUCH}(fewer|less|weniger|menos) {_STROKES}$"
    r"|^(simpler|simple|einfacher|más simple|más sencillo|más sencilla)$"
    r"|^(もっと)?(線|ストローク)を?(もっと)?(減ら|少な|へら)\S*$|^もっと(シンプル|簡単)に$"
)
_NUMBER = re.compile(
    rf"^(?:with |in |mit |con |en )?(\d{{1,4}}) {_STROKES}$|^(?:線|ストローク)?(\d{{1,4}})本\S*$"
)
_AS = (
    r"(as |in |with |like |als |mit |con |como |en |a )?"
    r"(a |an |the |black |ein |eine |einem |einer |dem |der |schwarze[rm] |"
    r"un |una |el |la )*"
)
_INKS: tuple[tuple[Ink, re.Pattern[str]], ...] = (
    (
        "pen",
        re.compile(
            rf"^{_AS}(pens?|pen drawing|ink|ink drawing|pen and ink|black and white|line drawing|"
            r"stift|feder|tusche|federzeichnung|stiftzeichnung|strichzeichnung|schwarzweiss|"
            r"l[áa]piz( negro)?|pluma|bol[ií]grafo|tinta|dibujo a (l[áa]piz|pluma|tinta)|"
            r"blanco y negro)$"
            r"|^(黒い)?ペン(画|で|の絵)?\S*$|^(白黒|モノクロ)(で|に)?\S*$"
        ),
    ),
    (
        "marker",
        re.compile(
            rf"^{_AS}(markers?|marker drawing|felt[- ]?tips?|felt pens?|filzstift|filzstifte|"
            r"filzstiften|filzstiftzeichnung|rotulador|rotuladores|dibujo con rotulador)$"
            r"|^(マーカー|フェルトペン)(で|に|の絵)?\S*$"
        ),
    ),
    (
        "paint",
        re.compile(
            rf"^{_AS}(paint|paints|painting|painted|oil|oils|watercolou?rs?|"
            r"gemalt|farbe|farben|malfarben?|gemälde|öl|aquarell|"
            r"pintura|pinturas|pintado|pintada|[óo]leo|acuarela)$"
            r"|^(絵の具|水彩|油絵)(で|に|の絵)?\S*$"
        ),
    ),
)
_BIGGER = re.compile(
    r"^(much |viel |mucho )?(bigger|larger|gr(ö|oe)sser|más grande|mayor)$|^(もっと)?大きく\S*$"
)
_SMALLER = re.compile(
    r"^(much |viel |mucho )?(smaller|kleiner|más pequeñ[oa]|menor)$|^(もっと)?小さく\S*$"
)
_BEFORE_COLOUR = re.compile(
    r"^(but |make it |it |all |completely |mach es |ganz |todo |toda |de color |in der farbe |"
    r"in |en |auf |de |con color |mit farbe )+"
)
_AFTER_COLOUR = re.compile(r"(くして|く|にして|にする|い色で|色で|で|に)$")

# What stands before one thing more, and how English says where that is.
_WITH = "with"
_ENGLISH = {
    "add": "with", "plus": "with", "give it": "with", "give her": "with", "give him": "with",
    "with": "with", "wearing": "wearing", "holding": "holding", "carrying": "holding",
    "riding": "riding", "riding on": "riding", "on top of": "on", "on": "on", "under": "under",
    "inside": "in", "in": "in", "beside": "beside", "next to": "beside", "above": "above",
    "behind": "behind", "in front of": "in front of", "eating": "eating",
}  # fmt: skip
_GERMAN = {
    "gib ihm": "with", "gib ihr": "with", "mit": "with", "auf": "on", "unter": "under",
    "neben": "beside", "über": "above",
    "hinter": "behind", "vor": "in front of", "im": "in", "in": "in",
}  # fmt: skip
_SPANISH = {
    "añade": "with", "ponle": "with", "con": "with", "sobre": "on", "encima de": "on",
    "bajo": "under", "debajo de": "under", "junto a": "beside", "detrás de": "behind",
    "delante de": "in front of", "en": "in",
}  # fmt: skip
_RELATIONS = {"en": _ENGLISH, "de": _GERMAN, "es": _SPANISH}
_JAPANESE = (
    (re.compile(r"^(.+?)を(かぶ|被|着|つけ|はい|履|身に)\S*$"), "wearing"),
    (re.compile(r"^(.+?)を(持|も)\S*$"), "holding"),
    (re.compile(r"^(.+?)に(乗|の)\S*$"), "riding"),
    (re.compile(r"^(.+?)の(上|うえ)(で|に)?$"), "on"),
    (re.compile(r"^(.+?)の(下|した)(で|に)?$"), "under"),
    (re.compile(r"^(.+?)の(横|隣|となり)(で|に)?$"), "beside"),
    (re.compile(r"^(.+?)(と一緒に|と|付きで?|つきで?|を足して|も)$"), "with"),
)
_WORN = frozenset(
    ["hat", "cap", "crown", "helmet", "beanie", "hood", "glasses", "eyeglasses", "sunglasses",
     "mask", "moustache", "goggles", "necklace", "scarf", "tie", "bow", "bowtie", "bandana",
     "shoe", "shoes", "boots", "socks", "skates", "sandals", "shirt", "t-shirt", "dress"]
)  # fmt: skip
_ARTICLES = re.compile(r"^(a|an|the|some|his|her|its) ")


@dataclass(frozen=True, slots=True)
class Change:
    """factor: of the number of strokes; strokes: their number, in place of that. colour: words of
    one. size: of what is drawn. place, thing: what comes to it, in English where that is known, as
    in "wearing" and "a hat"."""

    factor: float = 1.0
    strokes: int | None = None
    ink: Ink | None = None
    colour: str = ""
    size: float = 1.0
    place: str = ""
    thing: str = ""


def parse(text: str) -> Change:
    """What a wish asks for. Raises UserError where part of it isn't known, or says two things."""
    wish = " ".join(text.casefold().split()).strip(" .!…?。！")
    while (shorter := _OPENING.sub("", wish)) != wish:
        wish = shorter
    # What joins words may be part of one wish: "black and white", "pen and ink".
    whole = _plain(wish)
    if whole is not None:
        return whole
    change = Change()
    for part in filter(None, _PARTS.split(wish)):
        found = _part(part.strip())
        if found is None:
            raise UserError("change.unknown")
        change = _joined(change, found)
    if change == Change():
        raise UserError("change.unknown")
    return change


def _joined(one: Change, other: Change) -> Change:
    plain = Change()
    said = {
        name: getattr(other, name)
        for name in Change.__dataclass_fields__
        if getattr(other, name) != getattr(plain, name)
    }
    if any(getattr(one, name) != getattr(plain, name) for name in said):
        raise UserError("change.unknown")
    return replace(one, **said)


def _part(text: str) -> Change | None:
    return _plain(text) or _thing(text)


def _plain(text: str) -> Change | None:
    """A part of a wish that brings nothing along."""
    if _MORE.match(text):
        return Change(factor=MORE)
    if _FEWER.match(text):
        return Change(factor=FEWER)
    if number := _NUMBER.match(text):
        return Change(strokes=int(number[1] or number[number.lastindex or 1]))
    for ink, said in _INKS:
        if said.match(text):
            return Change(ink=ink)
    if _BIGGER.match(text):
        return Change(size=BIGGER)
    if _SMALLER.match(text):
        return Change(size=SMALLER)
    if colour := _colour(text):
        return Change(colour=colour)
    return None


def _colour(text: str) -> str:
    """The words of a colour, if there is nothing else in a text."""
    bare = _AFTER_COLOUR.sub("", _BEFORE_COLOUR.sub("", text))
    # Before a thing, as what some words of colour name alone is a fruit or a flower.
    found = colour_words.things(f"{bare} x")
    return bare if len(found) == 1 and found[0].colours and found[0].text == "x" else ""


def _thing(text: str) -> Change | None:
    for relation, thing, language in _related(text):
        known = in_english(thing, None if language == "en" else language)
        if language in ("en", "ja") or known != thing:
            return _placed(relation, known)
    first = next(iter(_related(text)), None)
    return _placed(*first[:2]) if first else None


def _related(text: str) -> Iterator[tuple[str, str, str]]:
    """What a text may say comes to a drawing: where, what, and in which language that is said."""
    for language, relations in _RELATIONS.items():
        for said in sorted(relations, key=len, reverse=True):
            thing = text.removeprefix(f"{said} ")
            if thing != text and any(char.isalnum() for char in thing):
                yield relations[said], thing, language
                break
    for pattern, relation in _JAPANESE:
        if said := pattern.match(text):
            yield relation, said[1], "ja"


def _placed(relation: str, thing: str) -> Change:
    if relation == _WITH and _ARTICLES.sub("", thing).rsplit(" ", 1)[-1] in _WORN:
        relation = "wearing"
    return Change(place=relation, thing=thing)


def changed_prompt(prompt: str, change: Change) -> str:
    """What is to be drawn then, in English where that is known. Raises UserError for a colour or a
    thing more where there are several already."""
    if not change.colour and not change.thing:
        return prompt
    prompt = in_english(prompt)
    if len(scene(prompt)) > 1 or len(colour_words.things(prompt)) > 1:
        raise UserError("change.several")
    if change.colour:
        bare = _ARTICLES.sub("", colour_words.things(prompt)[0].text or prompt)
        prompt = f"{change.colour} {bare}"
    if change.thing:
        prompt = f"{prompt} {change.place} {change.thing}"
        if len(scene(prompt)) == 1:
            raise UserError("change.unknown")
    return prompt
