"""`python -m engine.train.palettes`: which colours things have, from open colour emoji.

An emoji is drawn by several sets in several colours; the palette taken is that of the set that
the others agree with most. Twemoji is left out: the bench of colours judges by it. Names get
their vectors from the text tower, shortened by their principal axes, so the table fits the
weights that ship and is made again whenever these are.
"""

from __future__ import annotations

import argparse
import io
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import resvg_py
from numpy.typing import NDArray
from PIL import Image

from engine.paint.colour.palette import AXES, COLOURS, EMPTY, GRID, TABLE
from engine.paint.colour.shades import as_rgb, from_oklab, oklab
from engine.see import critic

SETS = ("noto", "fluent-emoji-flat", "noto-v1", "fxemoji", "emojione")
"""The best drawn first; Apache-2.0, MIT, Apache-2.0, Apache-2.0, CC-BY-4.0."""
FAVOURED = 1.1  # how much more the first set counts
OWN = Path(__file__).parent / "thing_colours.txt"

SIDE = 48  # pixels, of a rendered emoji
LEAST = 0.04  # of the area: what a colour of the palette has
OUTLINE = 0.25  # of the area: what near-black must have to be more than lines and eyes
ALIKE = 0.075  # apart(): nearer colours are shades of one

NAMING = SETS[:2]
"""Whose names are used: those of the others are older, or run together."""
_LEFT_OUT = re.compile(
    r"skin-tone|-(light|medium|dark)$|tone\d|^flag-|^keycap|-oclock$|-thirty$|^family|^couple|^kiss-"
    r"|^people-holding|facing-right|^regional|^(man|woman|men|women)-|^digit|-button$|^silhouette"
    r"|-(hand|fist|thumb)(-sign)?$|^(index|backhand|palms|thumbs|left|right)|-gesture$|\d"
)
_CATEGORIES = frozenset({"Flags", "Symbols"})
_PEOPLE = frozenset({"Smileys & Emotion", "People & Body", "People"})
# Of these the emoji that somebody would draw as a thing; the many others are one yellow face.
_PEOPLE_KEPT = frozenset((
    "alien", "alien-monster", "anatomical-heart", "artist", "astronaut", "baby", "baby-angel",
    "ballet-dancer", "beard", "bone", "boy", "brain", "broken-heart", "child", "clown-face",
    "construction-worker", "cook", "crying-face", "detective", "ear", "elf", "eye", "eyes",
    "fairy", "farmer", "firefighter", "fingerprint", "flexed-biceps", "foot", "footprints",
    "genie", "ghost", "girl", "goblin", "grinning-face", "guard", "handshake", "health-worker",
    "judge", "kiss-mark", "leg", "lungs", "mage", "man", "mechanic", "mermaid", "merman", "mouth",
    "mrs-claus", "nail-polish", "ninja", "nose", "ogre", "old-man", "old-woman", "people-hugging",
    "person", "person-in-lotus-position", "pile-of-poo", "pilot", "police-officer", "prince",
    "princess", "red-heart", "robot", "santa-claus", "scientist", "singer", "skier", "skull",
    "smiling-face", "snowboarder", "speech-balloon", "student", "superhero", "supervillain",
    "teacher", "thought-balloon", "tongue", "tooth", "troll", "vampire", "woman", "zombie",
    "angry-face", "sleeping-face",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Colours:
    """A thing's: (k, 3) sRGB, (k,) shares that sum to 1, (GRID, GRID) which of them is where."""

    rgb: NDArray[np.float64]
    shares: NDArray[np.float64]
    places: NDArray[np.int64]


def emoji(
    folder: Path, name: str, wanted: Collection[str] = frozenset(), side: int = SIDE
) -> Iterator[tuple[str, str]]:
    """Every emoji of a set that shows a thing, and those `wanted`: its name and its SVG of `side`
    pixels."""
    data = json.loads((folder / "json" / f"{name}.json").read_text("utf-8"))
    categories = data.get("categories", {})
    unwanted = {n for c in _CATEGORIES for n in categories.get(c, ())}
    unwanted |= {n for c in _PEOPLE for n in categories.get(c, ())} - _PEOPLE_KEPT
    pairs = {n: n for n in data["icons"]}
    pairs |= {n: about["parent"] for n, about in data.get("aliases", {}).items()}
    for label, parent in pairs.items():
        icon = data["icons"].get(parent)
        usual = not (_LEFT_OUT.search(label) or {parent, label} & unwanted)
        if icon and (usual or label in wanted):
            yield label, svg(icon, data, side)


def svg(icon: Mapping, data: Mapping, side: int = SIDE) -> str:
    """An icon of an iconify set as a document of `side` pixels."""
    width, height = (icon.get(k, data.get(k, 16)) for k in ("width", "height"))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{icon.get("left", 0)} {icon.get("top", 0)} {width} {height}" '
        f'width="{side}" height="{side}">{icon["body"]}</svg>'
    )


def picture(document: str) -> NDArray[np.float64]:
    """(SIDE, SIDE, 4) RGBA in [0, 1]."""
    png = bytes(resvg_py.svg_to_bytes(svg_string=document, skip_system_fonts=True))
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"), np.float64) / 255


def colours_of(rgba: NDArray[np.float64]) -> Colours | None:
    """The palette of a picture and where its colours are; None for an empty one."""
    seen = rgba[..., 3] > 0.8
    if seen.sum() < 40:
        return None
    rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    box = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    seen, lab = seen[box], oklab(rgba[box][..., :3])
    centres, shares = _clusters(lab[seen])
    dark = (centres[:, 0] < 0.34) & (np.hypot(centres[:, 1], centres[:, 2]) < 0.05)
    kept = ~dark | (shares >= OUTLINE)
    kept &= shares >= LEAST
    if not kept.any():
        kept[shares.argmax()] = True
    order = [i for i in np.argsort(-shares) if kept[i]][:COLOURS]
    centres, shares = centres[order], shares[order] / shares[order].sum()
    places = np.full((GRID, GRID), EMPTY)
    nearest = ((lab[:, :, None] - centres) ** 2 * (0.36, 1, 1)).sum(-1).argmin(-1)
    ys = np.linspace(0, seen.shape[0], GRID + 1).round().astype(int)
    xs = np.linspace(0, seen.shape[1], GRID + 1).round().astype(int)
    for r in range(GRID):
        for c in range(GRID):
            cell = (
                slice(ys[r], max(ys[r + 1], ys[r] + 1)),
                slice(xs[c], max(xs[c + 1], xs[c] + 1)),
            )
            if seen[cell].mean() >= 0.4:
                places[r, c] = np.bincount(nearest[cell][seen[cell]]).argmax()
    return Colours(from_oklab(centres), shares, places)


def _clusters(lab: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """k-means from the farthest points, near clusters made one: (k, 3) OKLab, (k,) shares."""
    scaled = lab * (0.6, 1, 1)
    centres = [np.median(scaled, 0)]
    for _ in range(7):
        distance = np.min([((scaled - c) ** 2).sum(1) for c in centres], 0)
        centres.append(scaled[distance.argmax()])
    middle = np.array(centres)
    for _ in range(12):
        of = ((scaled[:, None] - middle) ** 2).sum(-1).argmin(1)
        middle = np.array(
            [scaled[of == i].mean(0) if (of == i).any() else m for i, m in enumerate(middle)]
        )
    of = ((scaled[:, None] - middle) ** 2).sum(-1).argmin(1)
    groups = [[i] for i in range(len(middle)) if (of == i).any()]
    weight = np.bincount(of, minlength=len(middle)).astype(float)

    def mean(group: Sequence[int]) -> NDArray[np.float64]:
        return np.average(middle[group], axis=0, weights=weight[group])

    while len(groups) > 1:
        pairs = [
            (float(np.linalg.norm(mean(a) - mean(b))), i, j)
            for i, a in enumerate(groups)
            for j, b in enumerate(groups[:i])
        ]
        nearest, i, j = min(pairs)
        if nearest > ALIKE:
            break
        groups[j] += groups.pop(i)
    # A group is shown by the shade that has most of it: the mean of two shades looks like mud.
    shades = np.array([middle[max(g, key=lambda i: weight[i])] for g in groups])
    return shades / (0.6, 1, 1), np.array([weight[g].sum() for g in groups]) / len(lab)


def histogram(colours: Colours) -> NDArray[np.float64]:
    """How much of each hue and of dark, grey and white there is; sums to 1."""
    lab = oklab(colours.rgb)
    chroma, hue = np.hypot(lab[:, 1], lab[:, 2]), np.arctan2(lab[:, 2], lab[:, 1]) / (2 * np.pi) % 1
    counts = np.zeros(27)
    for c, h, light, share in zip(chroma, hue, lab[:, 0], colours.shares, strict=True):
        if c < 0.045:
            counts[24 + int(light > 0.5) + int(light > 0.85)] += share
        else:  # a hue counts for its neighbours, too
            for step, part in ((-1, 0.25), (0, 0.5), (1, 0.25)):
                counts[(int(h * 24) + step) % 24] += share * part
    return counts


def typical(drawn: Sequence[Colours]) -> Colours:
    """Of several sets' palettes of one thing the one that the others are most like."""
    all_of = [histogram(c) for c in drawn]
    likes = [
        sum(float(np.minimum(a, b).sum()) for b in all_of) * (FAVOURED if i == 0 else 1)
        for i, a in enumerate(all_of)
    ]
    return drawn[int(np.argmax(likes))]


def read_own(file: Path = OWN) -> Iterator[tuple[str, str | Colours]]:
    """What thing_colours.txt says: a name, and an emoji's name or colours."""
    for line in file.read_text("utf-8").splitlines():
        if not line.strip() or line.startswith("# "):
            continue
        name, says = (part.strip() for part in line.split("="))
        if not says.startswith("#"):
            yield name, says
            continue
        words = says.split()
        rgb = [[int(w[i : i + 2], 16) / 255 for i in (1, 3, 5)] for w in words[::2]]
        shares = np.array([float(w) for w in words[1::2]])
        yield name, Colours(np.array(rgb), shares / shares.sum(), np.full((GRID, GRID), EMPTY))


def gather(folder: Path) -> dict[str, Colours]:
    """Every thing's colours, by its name in plain words; own entries win."""
    drawn: dict[str, list[Colours]] = {}
    wanted = {says for _, says in read_own() if isinstance(says, str)}
    for name in SETS:
        for label, document in emoji(folder, name, wanted):
            # resvg panics on some filters, past any `except Exception`
            if (name in NAMING or label in drawn) and "<filter" not in document:
                found = colours_of(picture(document))
                if found:
                    drawn.setdefault(label, []).append(found)
    table = {label: typical(of) for label, of in drawn.items()}
    things = {n.replace("-", " "): c for n, c in table.items() if not _LEFT_OUT.search(n)}
    for label, colours in table.items():  # "cat face" is a cat, if no other emoji is one
        if label.endswith("-face"):
            things.setdefault(label.removesuffix("-face").replace("-", " "), colours)
    for name, says in read_own():
        things[name.lower()] = says if isinstance(says, Colours) else table[says]
    return dict(sorted(things.items()))


def write(things: Mapping[str, Colours], file: Path) -> None:
    """The table as `engine.paint.colour.palette` reads it."""
    names = list(things)
    rows, index = list({id(c): c for c in things.values()}.values()), {}
    for i, colours in enumerate(rows):
        index[id(colours)] = i
    rgb = np.zeros((len(rows), COLOURS, 3), np.uint8)
    shares = np.zeros((len(rows), COLOURS), np.uint8)
    places = np.zeros((len(rows), GRID * GRID // 2), np.uint8)
    for i, colours in enumerate(rows):
        count = len(colours.shares)
        rgb[i, :count] = [[round(v * 255) for v in as_rgb(c)] for c in colours.rgb]
        shares[i, :count] = (colours.shares * 255).round()
        flat = colours.places.ravel().astype(np.uint8)
        places[i] = flat[::2] << 4 | flat[1::2]
    vectors = critic.load(critic.POCKET, "cpu").encode_text(names).double().numpy()
    _, _, axes = np.linalg.svd(vectors, full_matrices=False)
    short = vectors @ axes[:AXES].T
    short /= np.linalg.norm(short, axis=1, keepdims=True)
    scale = np.abs(short).max()
    np.savez_compressed(
        file,
        names=np.frombuffer("\n".join(names).encode(), np.uint8),
        row=np.array([index[id(c)] for c in things.values()], np.uint16),
        colours=rgb,
        shares=shares,
        places=places,
        axes=axes[:AXES].astype(np.float16),
        vectors=(short / scale * 127).round().astype(np.int8),
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m engine.train.palettes", description=__doc__)
    parser.add_argument("--iconify", type=Path, required=True, help="an unpacked @iconify/json")
    parser.add_argument("--out", type=Path, default=TABLE, help="the file (%(default)s)")
    args = parser.parse_args()
    things = gather(args.iconify)
    write(things, args.out)
    print(f"{len(things)} names, {args.out.stat().st_size:,} bytes in {args.out}")


if __name__ == "__main__":
    main()
