"""Named pictures: the open icon sets of npm's `@iconify/json`, rendered once.

An icon's name is its label. Sets come with a licence, so only those that allow any use with
attribution (or none) are read; names are cleaned of the words that describe a style, and of the
interface's own vocabulary ("chevron down", "align left"), which nobody draws.
"""

import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import MappingProxyType

import numpy as np
import resvg_py
from PIL import Image

SIZE = 96
"""Side in pixels of a rendered icon."""

LICENCES = frozenset(
    {
        "MIT",
        "Apache-2.0",
        "BSD-3-Clause",
        "ISC",
        "Unlicense",
        "CC0-1.0",
        "CC-BY-3.0",
        "CC-BY-4.0",
    }
)
"""SPDX names of the licences that are read: neither share-alike nor non-commercial."""

_CATEGORIES_LEFT_OUT = frozenset({"Logos", "Programming"})
_SETS_LEFT_OUT = frozenset((
    "fa-brands", "fa6-brands", "circle-flags", "flag", "flagpack", "cif", "geo", "gis",
    "svg-spinners", "ginetex", "dinkie-icons", "fxemoji", "cryptocurrency", "nrk", "at-icons",
    "bitcoin-icons", "academicons",
))  # fmt: skip
_EMOJI = "Emoji"

_STYLE = frozenset((
    "outline", "outlined", "filled", "fill", "bold", "duotone", "twotone", "regular", "solid",
    "light", "thin", "line", "linear", "broken", "sharp", "rounded", "round", "baseline", "o", "s",
    "l", "alt", "alternate", "variant", "flat", "color", "colour", "duo", "poly", "mini", "small",
    "big", "large", "xs", "sm", "lg", "xl", "f", "d", "ios", "md", "sharp-outline", "loop",
    "remix", "freehand", "plump", "flex", "ultimate", "block", "cyber", "pop", "print",
    "pencil-style", "badged", "alerted", "stroke", "glyph", "rec", "remote", "emoji", "icon",
    "symbol", "dark", "pale", "medium", "skin", "tone", "dark-skin", "type", "default", "basic",
    "normal", "simple", "generic", "two", "one", "three",
))  # fmt: skip
_AMBIGUOUS_STYLE = frozenset({"light", "round", "line", "pencil", "block", "one", "two", "three"})
_INTERFACE = frozenset((
    "arrow", "arrows", "chevron", "chevrons", "caret", "align", "layout", "grid", "file", "files",
    "folder", "folders", "text", "format", "list", "sort", "filter", "menu", "view", "sidebar",
    "panel", "border", "table", "column", "columns", "row", "rows", "add", "remove", "plus",
    "minus", "check", "checked", "checkmark", "cancel", "off", "on", "up", "down", "left", "right",
    "circle", "square", "slash", "upload", "download", "edit", "delete", "settings", "setting",
    "user", "users", "person", "people", "account", "page", "document", "doc", "badge", "alert",
    "status", "disabled", "enabled", "active", "inactive", "in", "out", "start", "end", "top",
    "bottom", "center", "horizontal", "vertical", "new", "open", "close", "closed", "zoom",
    "expand", "collapse", "move", "drag", "select", "selection", "copy", "paste", "undo", "redo",
    "refresh", "sync", "link", "unlink", "share", "data", "database", "server", "api", "code",
    "git", "window", "app", "application", "apps", "web", "browser", "url", "http", "input",
    "output", "form", "field", "button", "toggle", "switch", "tab", "tabs", "bar", "layers",
    "layer", "chart", "analytics", "graph", "signal", "wifi", "network", "connection", "cloud",
    "number", "letter", "alpha", "numeric", "sign", "question", "exclamation", "info",
    "information", "warning", "error", "success", "add-on", "x", "times", "cc", "crypto",
    "currency", "dollar", "euro", "pound", "yen", "bitcoin", "percent", "level", "half", "full",
    "empty", "low", "high", "rotate", "flip", "mirror", "crop", "resize", "scale", "fit",
    "fill-color", "color-fill", "font", "paragraph", "heading", "indent", "space", "spacing",
    "line", "lines", "dot", "dots", "more", "less", "mode", "auto", "manual", "smart", "control",
    "controls", "play", "pause", "stop", "record", "skip", "forward", "backward", "rewind", "fast",
    "next", "previous", "prev", "first", "last", "message", "chat", "comment", "mail", "email",
    "inbox", "send", "reply", "notification", "notifications", "task", "tasks", "todo", "note",
    "notes", "with", "without", "no", "not", "and", "of", "ai", "pro", "plan", "search", "find",
    "lock", "unlock", "secure", "shield", "security", "fold", "unfold", "union", "subtract",
    "intersect", "exclude", "front", "back", "middle", "between", "around", "keyframe", "node",
    "nodes", "flow", "branch", "merge", "commit", "pull", "push", "request", "fork", "issue",
    "token", "asset", "interface", "ui", "device", "devices", "screen", "display", "monitor",
    "mobile", "logo", "brand", "social", "media", "favorite", "favourite", "bookmark", "tag",
    "tags", "label", "hashtag", "calendar", "event", "date", "time", "schedule", "history",
    "pending", "progress", "loading", "spinner", "approve", "approved", "reject", "declined",
    "verified", "id", "card", "cards", "credit", "payment", "invoice", "receipt", "bill", "cart",
    "category", "scan", "qr", "barcode", "code", "gender", "male", "female", "man", "men", "woman",
    "women", "boy", "girl", "hand", "hands", "face", "button", "keycap", "input", "clock",
    "o'clock", "oclock", "regional", "indicator", "zodiac", "hole",
))  # fmt: skip
"""Words that make a name of several words one of the interface; alone they are things."""
_KEEP_TWO = re.compile(
    r"^(wall clock|alarm clock|mail box|table lamp|play ?ground|front door|open book|hand bag"
    r"|crystal ball|palm tree|man hole|light ?house|snow man|fire man|polar bear|.* face"
    r"|playing card|hair brush|shopping cart|hot air balloon|picture frame|spider web|.* tree)$"
)


@dataclass(frozen=True, slots=True)
class Icon:
    """One picture of a set, not yet rendered: `body` is the inside of an `<svg>`."""

    name: str
    set: str
    body: str
    box: tuple[float, float, float, float]
    emoji: bool


def permitted(collections: dict[str, dict]) -> dict[str, dict]:
    """The sets of `collections.json` that are used for training, by prefix."""
    return {
        prefix: about
        for prefix, about in sorted(collections.items())
        if about["license"].get("spdx") in LICENCES
        and about.get("category") not in _CATEGORIES_LEFT_OUT
        and prefix not in _SETS_LEFT_OUT
    }


def attribution(collections: dict[str, dict], used: Collection[str]) -> str:
    """Name, author and licence of the `used` sets, one a line, as `NOTICE` lists them."""
    return "\n".join(
        f"{about['name']} ({prefix}), {about['author']['name']}: {about['license']['spdx']}"
        f" <{about['license'].get('url') or about['author'].get('url', '')}>"
        for prefix, about in permitted(collections).items()
        if prefix in used
    )


def clean_name(name: str, wanted: Mapping[str, str] = MappingProxyType({})) -> str:
    """The thing an icon's name speaks of, in plain words; empty if it is none.

    `wanted` are names that always count, by their `key`: style words may only follow them.

    >>> clean_name("sailing-boat-24-filled"), clean_name("chevron-down"), clean_name("cat-face")
    ('sailing boat', '', 'cat')
    """
    if "skin-tone" in name or name.startswith(("flag-", "regional", "keycap", "u1f")):
        return ""
    words = [w for w in re.split(r"[-_:. ]+", name.lower()) if w]
    words = words[:1] + [w for w in words[1:] if not re.fullmatch(r"\d+(px|x\d+)?", w)]
    for count in range(len(words), 0, -1):
        if key("".join(words[:count])) in wanted and _STYLE.issuperset(words[count:]):
            return wanted[key("".join(words[:count]))]
    kept = [w for w in words if w not in _STYLE or (w in _AMBIGUOUS_STYLE and len(words) == 1)]
    kept = [re.sub(r"(?<=[a-z]{3})\d+$", "", w) for w in kept]
    if len(kept) == 2 and kept[1] == "face":
        kept = kept[:1]
    text = " ".join(kept)
    if not kept or len(kept) > 5 or re.search(r"[^a-z' ]", text) or len(text) < 3:
        return ""
    if len(kept) > 1 and not _KEEP_TWO.match(text) and any(w in _INTERFACE for w in kept):
        return ""
    return text


def read(folder: Path, words: Iterable[str]) -> Iterator[Icon]:
    """All usable icons under an unpacked `@iconify/json`, in the order of the sets' prefixes.

    Icons of one of `words` are used however much they look like a style or a piece of interface.
    """
    wanted = {key(word): word for word in words}
    collections = json.loads((folder / "collections.json").read_text("utf-8"))
    for prefix, about in permitted(collections).items():
        data = json.loads((folder / "json" / f"{prefix}.json").read_text("utf-8"))
        width, height = data.get("width", 16), data.get("height", 16)
        for raw, icon in data["icons"].items():
            name = clean_name(raw, wanted)
            # resvg panics, past any `except Exception`, on some filters
            if name and not icon.get("hidden") and "<filter" not in icon["body"]:
                box = (
                    icon.get("left", 0),
                    icon.get("top", 0),
                    icon.get("width", width),
                    icon.get("height", height),
                )
                yield Icon(name, prefix, icon["body"], box, about.get("category") == _EMOJI)


def choose(
    icons: Iterable[Icon],
    words: Collection[str],
    *,
    least: int = 8,
    least_emoji: int = 4,
    most: int = 24,
    per_set: int = 3,
    rng: Random,
) -> list[Icon]:
    """The icons worth learning from.

    Kept are names with at least `least` pictures or `least_emoji` emoji, and every one that is
    among `words`; at most `most` a name (twice that for `words`) and `per_set` of one set.
    """
    by_name: dict[str, list[Icon]] = defaultdict(list)
    for icon in icons:
        by_name[icon.name].append(icon)
    chosen: list[Icon] = []
    for name, pictures in sorted(by_name.items()):
        wanted = name in words
        emoji = sum(icon.emoji for icon in pictures)
        rng.shuffle(pictures)
        used: Counter[str] = Counter()
        kept = []
        for icon in sorted(pictures, key=lambda icon: not icon.emoji):
            used[icon.set] += 1
            if used[icon.set] <= per_set:
                kept.append(icon)
        if wanted or len(kept) >= least or emoji >= least_emoji:
            chosen += kept[: most * (2 if wanted else 1)]
    return chosen


def key(name: str) -> str:
    """What two spellings of a name share: "T-shirt" and "t shirt"."""
    return re.sub(r"[^a-z]", "", re.sub(r"^the ", "", name.lower()))


def render(icon: Icon, size: int = SIZE) -> np.ndarray | None:
    """`(size, size, 4)` straight RGBA bytes, the longer side filling 92 %; None if it is blank."""
    left, top, width, height = icon.box
    side = max(width, height) / 0.92
    x, y = left - (side - width) / 2, top - (side - height) / 2
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{size}" height="{size}" viewBox="{x} {y} {side} {side}" color="#000">'
        f"{icon.body}</svg>"
    )
    try:
        png = resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size, skip_system_fonts=True)
    except ValueError:
        return None
    picture = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))
    ink = int((picture[..., 3] > 64).sum())
    return picture if picture.shape == (size, size, 4) and ink > 40 else None


@dataclass(frozen=True, slots=True)
class Rendered:
    """Icons as pixels: first those of one black ink as coverage, then the coloured as RGBA."""

    ink: np.ndarray
    """`(M, SIZE, SIZE)` bytes: coverage of the black."""
    colour: np.ndarray
    """`(C, SIZE, SIZE, 4)` bytes, straight RGBA."""
    names: list[str]
    """`M + C` names."""
    sets: list[str]
    """`M + C` prefixes of sets."""

    def save(self, path: Path) -> None:
        np.savez(path, ink=self.ink, colour=self.colour, names=self.names, sets=self.sets)

    @classmethod
    def load(cls, path: Path) -> "Rendered":
        with np.load(path) as kept:
            return cls(kept["ink"], kept["colour"], kept["names"].tolist(), kept["sets"].tolist())


def render_all(icons: list[Icon], workers: int) -> Rendered:
    """Render in `workers` processes; the blank are left out."""
    ink, colour, ink_of, colour_of = [], [], [], []
    with ProcessPoolExecutor(workers) as pool:
        for icon, picture in zip(icons, pool.map(render, icons, chunksize=256), strict=True):
            if picture is None:
                continue
            if int(picture[..., :3].max()) == 0:
                ink.append(picture[..., 3])
                ink_of.append(icon)
            else:
                colour.append(picture)
                colour_of.append(icon)
    every = ink_of + colour_of
    return Rendered(
        np.array(ink, np.uint8).reshape(-1, SIZE, SIZE),
        np.array(colour, np.uint8).reshape(-1, SIZE, SIZE, 4),
        [i.name for i in every],
        [i.set for i in every],
    )
