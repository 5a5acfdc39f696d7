"""Words of colour in a prompt, in the bot's four languages, and the felt pen each one means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.canvas.drawing import RGB
from engine.paint.colour.shades import as_rgb, from_oklab, oklab

# A pen, and the words for it: English, then German, Spanish and Japanese stems. A German word may
# have an ending, a Spanish one stands behind its thing. Black is a dark grey: outlines show on it.
_PENS: tuple[tuple[str, str], ...] = (
    ("#e0322f", "red scarlet | rot | rojo roja rojos rojas | 赤い 赤"),
    ("#a3203a", "crimson maroon burgundy | weinrot | granate | 深紅"),
    ("#f58a1f", "orange | orangefarben | naranja naranjas anaranjado anaranjada | オレンジ"),
    ("#fbcb2f", "yellow | gelb | amarillo amarilla amarillos amarillas | 黄色い 黄色"),
    ("#e5b62f", "gold golden | golden | dorado dorada dorados doradas | 金色"),
    ("#3f9e46", "green | grün gruen | verde verdes | 緑の 緑 みどり"),
    ("#a5cf3a", "lime | hellgrün limette | lima | 黄緑"),
    ("#7f8a3c", "olive khaki | olivgrün | oliva caqui | オリーブ"),
    ("#1fa79a", "teal | blaugrün petrol | verdeazulado | 青緑"),
    ("#2fc4d0", "turquoise cyan aqua | türkis | turquesa turquesas cian | 水色"),
    ("#2f78d4", "blue | blau | azul azules | 青い 青"),
    ("#27408f", "navy indigo | dunkelblau marineblau | añil índigo | 紺"),
    ("#8ac7f2", "sky-blue | hellblau himmelblau | celeste celestes | 空色"),
    ("#8247b5", "purple violet | lila violett | morado morada morados moradas violeta | 紫"),
    ("#f48fb8", "pink rose | rosa rosafarben | rosado rosada rosa rosas | ピンク 桃色"),
    ("#e0359b", "magenta fuchsia | magenta pink | magenta fucsia | マゼンタ"),
    ("#94603a", "brown | braun | marrón marrones café castaño castaña | 茶色い 茶色"),
    ("#ecd9b4", "beige cream tan | beige cremefarben | beige crema | ベージュ"),
    ("#f0a58f", "peach salmon coral | lachsfarben | salmón | サーモン"),
    ("#8e979e", "grey gray | grau | gris grises | 灰色 グレー"),
    ("#b9c2c9", "silver | silbern silber | plateado plateada plateados plateadas | 銀色"),
    ("#43464d", "black | schwarz | negro negra negros negras | 黒い 黒"),
    ("#ffffff", "white | weiß weiss | blanco blanca blancos blancas | 白い 白"),
)


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What is a thing, too, when it comes last: "an orange", "una rosa".
_THINGS = _set(
    "orange rose peach lime olive coral salmon gold silver cream violet tan café lima rosa "
    "naranja naranjas rosas violeta oliva crema salmón"
)
_LIGHT = _set("light pale pastel hell claro clara claros claras")
_DARK = _set("dark deep dunkel oscuro oscura oscuros oscuras")
_COLOURFUL = _set(
    "colourful colorful multicoloured multicolored rainbow-coloured "
    "bunt bunte bunter buntes bunten "
    "colorido colorida coloridos coloridas multicolor カラフル"
)
RAINBOW: tuple[RGB, ...] = tuple(
    (int(h[:2], 16) / 255, int(h[2:4], 16) / 255, int(h[4:], 16) / 255)
    for h in ("e0322f", "f58a1f", "fbcb2f", "3f9e46", "2f78d4")
)

_ENDINGS = ("", "e", "er", "es", "en", "em")
_JOINS = _set("and und y e & , + or oder o")
# What ends one thing and begins the next.
_BREAKS = _set(
    "on in at under over above below beneath behind beside near by with without wearing holding "
    "riding eating drinking chasing playing driving carrying inside into onto of from next "
    "between against through "
    "auf im unter über hinter neben mit ohne bei vor von aus zwischen am "
    "en sobre bajo debajo encima detrás junto con sin de del montando"
)
_FILLERS = _set(
    "a an the my your his her its our their this that some one two three four five six seven many "
    "few very is are to coloured colored "
    "der die das ein eine einen einem einer eines dem den des mein meine zwei drei "
    "el la los las un una unos unas mi tu su dos tres muy"
)


@dataclass(frozen=True, slots=True)
class Named:
    """One thing of a prompt: its words without those of colour, and its colours."""

    text: str
    colours: tuple[RGB, ...]


def _hex(text: str) -> RGB:
    return int(text[1:3], 16) / 255, int(text[3:5], 16) / 255, int(text[5:7], 16) / 255


def _tables() -> tuple[dict[str, RGB], frozenset[str], dict[str, RGB]]:
    plain: dict[str, RGB] = {}
    spanish: set[str] = set()
    japanese: dict[str, RGB] = {}
    for pen, words in _PENS:
        colour = _hex(pen)
        en, de, es, ja = (part.split() for part in words.split("|"))
        for word in de:
            for ending in _ENDINGS:
                plain.setdefault(word + ending, colour)
        for word in es:
            plain.setdefault(word, colour)
        for word in en:
            plain[word] = colour
        spanish |= {word for word in es if word not in en}
        for word in ja:
            japanese.setdefault(word, colour)
    return plain, frozenset(spanish), japanese


_WORDS, _SPANISH, _JAPANESE = _tables()


def things(prompt: str) -> list[Named]:
    """What a prompt speaks of, in order, each with the colours said of it.

    >>> [(thing.text, len(thing.colours)) for thing in things("a red apple on a blue plate")]
    [('apple', 1), ('plate', 1)]
    """
    text = prompt.lower().replace("sky blue", "sky-blue")
    parts = [_japanese(text)] if re.search(r"[぀-ヿ一-鿿]", text) else _parts(text)
    found = [part for part in parts if part.text or part.colours]
    return found or [Named(prompt.strip().lower(), ())]


def _parts(text: str) -> list[Named]:
    tokens = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|[,&+]", text)
    named: list[Named] = []
    words: list[str] = []
    colours: list[RGB] = []
    tint = 0
    for i, token in enumerate(tokens):
        following = tokens[i + 1] if i + 1 < len(tokens) else ""
        if token in _BREAKS or (token in _JOINS and words):
            # "a black and white cat", "un gato blanco y negro": the colours belong together.
            if token in _JOINS and following in _WORDS and i + 2 >= len(tokens) and colours:
                continue
            named.append(Named(" ".join(words), tuple(colours)))
            words, colours, tint = [], [], 0
        elif token in _JOINS or token in _FILLERS:
            continue
        elif token in _LIGHT or (token in _DARK and following in _WORDS):
            tint = 1 if token in _LIGHT else -1
            if token in _LIGHT and following not in _WORDS:
                words.append(token)
                tint = 0
        elif token in _DARK and colours and tokens[i - 1] in _WORDS:  # "azul oscuro"
            colours[-1] = _tinted(colours[-1], -1)
        elif token in _COLOURFUL:
            colours += RAINBOW
        elif (colour := _colour(token, following, bool(words))) is not None:
            colours.append(_tinted(colour, tint))
            tint = 0
        else:
            words.append(token)
    named.append(Named(" ".join(words), tuple(colours)))
    return named


def _colour(token: str, following: str, behind: bool) -> RGB | None:
    """A word's colour, unless it is the thing itself."""
    colour = _WORDS.get(token)
    stem = ""
    if colour is None:
        for shade, tint in (("hell", 1), ("dunkel", -1)):
            stem = token.removeprefix(shade)
            if stem != token and stem in _WORDS:
                return _tinted(_WORDS[stem], tint)
        return None
    last = not following or following in _BREAKS or following in _JOINS
    if token in _THINGS and last and not (behind and token in _SPANISH):
        return None
    return colour


def _japanese(text: str) -> Named:
    colours = []
    for word in sorted(_JAPANESE, key=len, reverse=True):
        if word in text:
            colours.append((text.index(word), _JAPANESE[word]))
            text = text.replace(word, " " * len(word))
    return Named(text.strip(), tuple(colour for _, colour in sorted(colours)))


def _tinted(colour: RGB, tint: int) -> RGB:
    """A lighter (1) or darker (-1) pen of the same hue."""
    if not tint:
        return colour
    light, a, b = oklab(colour)
    if tint > 0:
        return as_rgb(from_oklab((light + 0.6 * (0.93 - light), 0.6 * a, 0.6 * b)))
    return as_rgb(from_oklab((0.68 * light, 0.9 * a, 0.9 * b)))


def colours_said(named: Sequence[Named]) -> bool:
    """Whether the prompt has any word of colour."""
    return any(thing.colours for thing in named)


def uncoloured(text: str) -> str:
    """A thing without the words of its colours; a text that speaks of several, or of no colour,
    as it stands.

    >>> uncoloured("a red apple"), uncoloured("an orange")
    ('apple', 'an orange')
    """
    named = things(text)
    return named[0].text if len(named) == 1 and named[0].colours and named[0].text else text
