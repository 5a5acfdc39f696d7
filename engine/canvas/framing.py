"""What of a picture is drawing: paper lit evenly, frames, rules and specks taken away, cropped.

People photograph squared paper under a lamp, upload screenshots with a frame around them, and
leave a dot in a corner. None of that is what they drew. A picture that has no paper (a
photograph of something else) stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from engine.canvas.decoder import UnreadablePicture

Mask = NDArray[np.bool_]
Box = tuple[int, int, int, int]
"""Left, upper, right and lower edge; the last two lie outside."""

_INK = 40.0  # of 255: what is this far from the paper is ink, however dark other ink is
_FAINT = 0.4  # of the strongest contrast: where all ink is faint, this counts
_LEAST = 9.0  # of 255: no ink is fainter
_NOISE = 5.0  # times what paper varies by
_SHAKEN = 80.0  # of 255: ink in a photograph, where the edge of a shadow may be left
_GRID = 256  # cells of the longer side, in which things are told apart
_BRIGHT = 100  # of 255: paper in a photograph is not darker than this
_EVEN = 2.0  # of 255: by less does half of a border vary that no camera took
_WHITE = 0.88  # of the light around it: what is lighter than this is paper
_DEEPEST = 0.5  # of the paper's brightness: what is darker than such a shadow is ink
_LIGHT = 96  # pixels: shadows are as well seen in a small picture
_WIDEST = 15  # pixels of those: lines up to this wide do not count as shadow
_EDGE = 0.12  # of the picture's longer side: no larger is what the edge of a shadow leaves
_DRAWN = 0.45  # of the paper: more ink than this is no drawing on paper
_SHEET = 0.12  # of the picture: a smaller sheet is not looked for
_FRAME = 0.08  # of a side: how deep a frame may be
_SPECK = 0.06  # of the largest thing's longer side; smaller things far from it are specks
_DOT = 0.012  # of the picture's longer side: less than this is nothing
_BLOT = 0.02  # of it, in a photograph, where grain may look like a dot
_SLOPES = np.linspace(-0.14, 0.14, 57)  # of ruled lines, in a sheet that lies a little askew
_RULED = 0.8  # of the way across: as much of a ruled line is seen at least
_RULED_SHEET = 0.62  # and this much in a photograph, where the sheet may be smaller
_PALER = 0.8  # of the ink's contrast: ruled lines have less
_REST = 0.02  # of the ruling: less than this beside it is no ink to be compared with
_RULES = 3  # parallel lines make a ruling; fewer are drawn


@dataclass(frozen=True, slots=True)
class Sheet:
    """A drawing on its paper.

    image: RGB, lit evenly and cleaned, as large as the picture. paper: its colour. ink: (H, W),
    where something is drawn. box: around all of that; the whole picture if nothing is.
    """

    image: Image.Image
    paper: tuple[int, int, int]
    ink: Mask
    box: Box

    @property
    def blank(self) -> bool:
        """Whether nothing is drawn here."""
        return not self.ink.any()


def sheet(image: Image.Image) -> Sheet:
    """What is drawn in an RGB picture."""
    image = _peeled(image)
    paper = _ground(image)
    if _photographed(image, paper) and min(_bright(image)) >= _BRIGHT:
        return _photographed_sheet(image) or _whole(image, paper)
    apart = np.abs(np.asarray(image).astype(np.int16) - np.asarray(paper, np.int16)).max(2)
    return _kept(image, paper, apart, apart > _threshold(apart), photographed=False)


def rendered(image: Image.Image, paper: tuple[int, int, int]) -> Sheet:
    """As `sheet`, of an RGB picture on paper of this colour that nobody photographed or framed."""
    apart = np.abs(np.asarray(image).astype(np.int16) - np.asarray(paper, np.int16)).max(2)
    mask = apart > _threshold(apart)
    return Sheet(image, paper, mask, _box(mask))


def drawn(image: Image.Image) -> Sheet:
    """As `sheet`. Raises UnreadablePicture if nothing is drawn there."""
    found = sheet(image)
    if found.blank:
        raise UnreadablePicture("nothing is drawn here", "blank")
    return found


def ink(image: Image.Image) -> Mask:
    """Where something is drawn in an RGB picture: (H, W)."""
    return sheet(image).ink


def _whole(image: Image.Image, paper: tuple[int, int, int]) -> Sheet:
    return Sheet(image, paper, np.ones((image.height, image.width), np.bool_), (0, 0, *image.size))


def _threshold(contrast: NDArray[np.int16]) -> float:
    """From which contrast on a pixel is ink: less where all ink is faint."""
    few = min(contrast.size, max(4, contrast.size // 2000))
    strongest = float(np.partition(contrast.ravel(), -few)[-few])
    varies = float(np.median(contrast))
    return max(_LEAST, min(_INK, max(_NOISE * varies, _FAINT * strongest)))


def _border(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.concatenate((pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]))


def _ground(image: Image.Image) -> tuple[int, int, int]:
    """The colour of the border, or that of most of the picture: a line may run along the border."""
    pixels = np.asarray(image)
    ground = np.median(_border(pixels), axis=0)
    some = pixels[:: max(1, image.height // 128), :: max(1, image.width // 128)].reshape(-1, 3)
    if (np.abs(some - ground).max(1) <= _LEAST).mean() < 0.25:
        middle = np.median(some, axis=0)
        if (np.abs(some - middle).max(1) <= _LEAST).mean() > 0.5:
            ground = middle
    red, green, blue = ground
    return int(red), int(green), int(blue)


def _bright(image: Image.Image) -> tuple[int, int, int]:
    """What colour the brighter half of the picture has."""
    small = image.resize((64, 64), Image.Resampling.BOX)
    red, green, blue = np.percentile(np.asarray(small).reshape(-1, 3), 75, axis=0)
    return int(red), int(green), int(blue)


def _photographed(image: Image.Image, paper: tuple[int, int, int]) -> bool:
    """Is the ground uneven, as only paper under a lamp is? Half of the border decides: a drawing
    may run off the other half."""
    apart = np.abs(_border(np.asarray(image)).astype(np.int16) - np.asarray(paper, np.int16))
    return float(np.median(apart, axis=0).max()) >= _EVEN


def _peeled(image: Image.Image) -> Image.Image:
    """With paper in place of even frames around it, unless they are all there is."""
    pixels = np.asarray(image)
    deepest = int(_FRAME * min(image.size))
    cut = 0
    colour = np.median(_border(pixels), axis=0)
    for depth in range(1, deepest):
        ring = _border(
            pixels[depth - 1 : len(pixels) - depth + 1, depth - 1 : pixels.shape[1] - depth + 1]
        )
        if (np.abs(ring - colour).max(1) > 12).mean() > 0.02:
            break
        inner = _border(pixels[depth : len(pixels) - depth, depth : pixels.shape[1] - depth])
        there = np.median(inner, axis=0)
        if np.abs(there - colour).max() > _INK:
            cut, colour = depth, there
    if not cut:
        return image
    inside = pixels[cut : len(pixels) - cut, cut : pixels.shape[1] - cut]
    if (np.abs(inside - colour).max(2) > _INK).mean() < 1e-4:
        return image
    peeled = Image.new("RGB", image.size, tuple(int(value) for value in colour))
    peeled.paste(image.crop((cut, cut, image.width - cut, image.height - cut)), (cut, cut))
    return peeled


def _photographed_sheet(image: Image.Image) -> Sheet | None:
    """The drawing on a photographed sheet; None if the picture shows no paper."""
    lit = _lit_evenly(image)
    blurred = np.asarray(lit.filter(ImageFilter.BoxBlur(1))).astype(np.int16)
    contrast = 255 - blurred.min(2)
    bright = contrast < _INK
    if bright.mean() < _SHEET:
        return None
    # What is not paper and reaches the border: a table, a hand, the dark of a corner.
    mask = contrast > min(_SHAKEN, max(24.0, 0.5 * _threshold_strong(contrast, bright)))
    cells, size = coarser(~bright, image.size)
    labels, boxes = labelled(cells)
    outside = np.zeros_like(cells)
    for number, (left, upper, right, lower) in enumerate(boxes, 1):
        touches = left == 0 or upper == 0 or right == cells.shape[1] or lower == cells.shape[0]
        if touches:
            outside |= labels == number
    outside = grown(outside, 2)
    # And what its soft edge leaves, beside it or at the border.
    rest, boxes = labelled(coarser(mask, image.size)[0] & ~outside)
    edge = grown(outside, 1)
    edge[[0, -1]] = edge[:, [0, -1]] = True
    beside = set(np.unique(rest[edge]).tolist()) - {0}
    small = _EDGE * max(cells.shape)
    for number in beside:
        left, upper, right, lower = boxes[number - 1]
        if max(right - left, lower - upper) < small:
            outside |= rest == number
    paper = ~_pixels(outside, size, image.size)
    if paper.mean() < _SHEET or (mask & paper).sum() > _DRAWN * paper.sum():
        return None
    pixels = np.asarray(lit).copy()
    pixels[~paper] = 255
    clean = Image.fromarray(pixels)
    return _kept(clean, (255, 255, 255), contrast * paper, mask & paper, photographed=True)


def _threshold_strong(contrast: NDArray[np.int16], bright: Mask) -> float:
    """The contrast of the ink, as far as it can be told from the paper's: most of what is none."""
    dark = contrast[~bright]
    return float(np.percentile(dark, 60)) if dark.size > 32 else 2 * _INK


def _lit_evenly(image: Image.Image) -> Image.Image:
    """Divided by the light that falls on the paper, as far as it can be told from the ink.

    The light is what is left of the brightness when dark lines are closed up and the rest is
    blurred. Colours are balanced once, by the paper's.
    """
    grey = image.convert("L")
    paper = float(np.percentile(np.asarray(grey), 90))
    scale = _LIGHT / max(image.size)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    small = grey.resize(size, Image.Resampling.BOX).filter(ImageFilter.MedianFilter(3))
    for dark_lines in (ImageFilter.MaxFilter(_WIDEST), ImageFilter.MinFilter(_WIDEST)):
        small = small.filter(dark_lines)
    small = small.filter(ImageFilter.GaussianBlur(3))
    least = max(round(_DEEPEST * paper), 1)
    small = small.point([max(value, least) for value in range(256)])
    light = np.asarray(small.resize(image.size, Image.Resampling.BICUBIC)).astype(np.float32)
    pixels = np.asarray(image).astype(np.float32)
    tints = np.maximum(1.0, np.percentile(pixels.reshape(-1, 3), 90, axis=0)) / max(1.0, paper)
    lit = pixels * (255 / _WHITE) / (light[..., None] * tints.astype(np.float32))
    return Image.fromarray(lit.clip(0, 255).astype(np.uint8))


def _kept(
    image: Image.Image,
    paper: tuple[int, int, int],
    contrast: NDArray[np.int16],
    mask: Mask,
    *,
    photographed: bool,
) -> Sheet:
    """The sheet without its ruling and specks."""
    away = _ruling(contrast, mask, _RULED_SHEET if photographed else _RULED)
    if away.any():
        mask = mask & ~away
    cells, size = coarser(mask, image.size)
    labels, boxes = labelled(grown(cells, 1))
    grain = _grain(labels, boxes, mask, size)
    scattered = photographed or len(grain) == len(boxes)
    if scattered:
        labels[np.isin(labels, grain)] = 0
        boxes = [(0, 0, 0, 0) if i in grain else box for i, box in enumerate(boxes, 1)]
    keep = _things(boxes, (_BLOT if photographed else _DOT) * max(cells.shape))
    gone = (labels > 0) & ~np.isin(labels, keep)
    if scattered:
        gone |= labels == 0
    specks = _pixels(gone, size, image.size)
    mask = mask & ~specks
    away |= specks
    if away.any():
        pixels = np.asarray(image).copy()
        pixels[away & ~mask] = paper
        image = Image.fromarray(pixels)
    return Sheet(image, paper, mask, _box(mask))


def _box(mask: Mask) -> Box:
    """Around what is set; all of it if nothing is."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return 0, 0, mask.shape[1], mask.shape[0]
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _grain(labels: NDArray[np.int32], boxes: list[Box], mask: Mask, step: int) -> list[int]:
    """The numbers of things that are scattered pixels rather than lines: fewer than half as many
    as they are long."""
    everywhere = labels.repeat(step, 0).repeat(step, 1)[: mask.shape[0], : mask.shape[1]]
    counts = np.bincount(everywhere[mask], minlength=len(boxes) + 1)[1:]
    return [
        i
        for i, ((left, upper, right, lower), count) in enumerate(zip(boxes, counts, strict=True), 1)
        if count < 0.5 * step * (max(right - left, lower - upper) - 2)
    ]


def _things(boxes: list[Box], least: float) -> list[int]:
    """The numbers, from 1, of the things that are no specks: large, or near to large ones."""
    longer = [max(right - left, lower - upper) - 2 for left, upper, right, lower in boxes]
    largest = max(longer, default=0)
    if largest < least:
        return []
    order = sorted(range(len(boxes)), key=lambda i: -longer[i])
    whole, kept = list(boxes[order[0]]), []
    near = 0.1 * largest
    for i in order:
        left, upper, right, lower = boxes[i]
        apart = max(left - whole[2], whole[0] - right, upper - whole[3], whole[1] - lower)
        if longer[i] > _SPECK * largest or apart <= near:
            kept.append(i + 1)
            whole = [
                min(whole[0], left),
                min(whole[1], upper),
                max(whole[2], right),
                max(whole[3], lower),
            ]
    return kept


def _ruling(contrast: NDArray[np.int16], mask: Mask, least: float) -> Mask:
    """The lines of ruled and squared paper: parallel, straight, right across, paler than ink."""
    height, width = mask.shape
    cells, size = coarser(mask, (width, height))
    level, upright = _rules(cells, least), _rules(cells.T, least).T
    counts = _count(level[:, level.shape[1] // 2]), _count(upright[upright.shape[0] // 2])
    if max(counts) < _RULES:
        return np.zeros_like(mask)
    found = level | upright
    near = grown(found, 1)
    edge = np.ones_like(cells)  # where a slanting line leaves the picture, little of it is seen
    edge[2:-2, 2:-2] = False
    near |= edge & grown(found, 8)
    there = _pixels(near, size, (width, height))
    usual, others = float(np.median(contrast[there & mask])), contrast[mask & ~there]
    if len(others) > _REST * (there & mask).sum() and usual > _PALER * np.percentile(others, 75):
        return np.zeros_like(mask)
    return there & (contrast <= 1.35 * usual)


def _rules(cells: Mask, least: float) -> Mask:
    """Cells on lines that run across, all at one slope."""
    height, width = cells.shape
    found = np.zeros_like(cells)
    # A line askew steps from one row of cells to the next, not where a rounded slope does.
    wide = cells.copy()
    wide[1:] |= cells[:-1]
    there = np.flatnonzero(cells.any(0))
    if not len(there) or (reach := (there[-1] + 1 - there[0]) // 12) < 1:
        return found
    ends = cells[:, there[0] : there[0] + reach], cells[:, there[-1] + 1 - reach : there[-1] + 1]
    if any(max(map(_count, end.T)) < 2 for end in ends):
        return found
    columns = np.arange(width)
    beyond = round(float(_SLOPES[-1]) * width / 2)  # a slanting line may cross a corner alone
    rows = np.arange(-beyond, height + beyond)[:, None]
    best, line, slope = 0.0, np.zeros(len(rows), np.bool_), 0.0
    for trial in _SLOPES:
        at = rows + np.rint(trial * (columns - width / 2)).astype(int)
        inside = (at >= 0) & (at < height)
        seen = (wide[at.clip(0, height - 1), columns] & inside).sum(1) / inside.sum(1).clip(1)
        peaks = (seen > least) & (seen >= np.roll(seen, 1)) & (seen >= np.roll(seen, -1))
        # Lines are thin: what is as full on both sides is filled.
        for side in ((1, 2, 3), (-1, -2, -3)):
            peaks &= np.min([np.roll(seen, by) for by in side], axis=0) < 0.7 * seen
        # One that crosses a corner alone is found by the others.
        worth = float(((seen - 0.5) * peaks)[inside.mean(1) >= 0.03].sum())
        if worth > best:
            best, line, slope = worth, peaks, float(trial)
    if best:
        shift = np.rint(slope * (columns - width / 2)).astype(int)
        for row in rows[line, 0]:
            at = row + shift
            inside = (at >= 0) & (at < height)
            found[at[inside], columns[inside]] = True
    return found


def _count(row: Mask) -> int:
    """How many runs there are in a row or column of cells."""
    return int((np.diff(row.astype(np.int8), prepend=0) == 1).sum())


def coarser(mask: Mask, size: tuple[int, int]) -> tuple[Mask, int]:
    """A mask in coarser cells, each true if any of its pixels is, and the side of a cell."""
    step = max(1, -(-max(size) // _GRID))
    rows, columns = -(-mask.shape[0] // step) * step, -(-mask.shape[1] // step) * step
    padded = np.zeros((rows, columns), np.bool_)
    padded[: mask.shape[0], : mask.shape[1]] = mask
    cells = padded.reshape(rows // step, step, columns // step, step)
    return np.any(cells, axis=(1, 3)), step


def _pixels(cells: Mask, step: int, size: tuple[int, int]) -> Mask:
    return cells.repeat(step, 0).repeat(step, 1)[: size[1], : size[0]]


def grown(cells: Mask, by: int) -> Mask:
    """With `by` cells more on every side of what is true."""
    for _ in range(by):
        grown = cells.copy()
        grown[1:] |= cells[:-1]
        grown[:-1] |= cells[1:]
        cells = grown.copy()
        cells[:, 1:] |= grown[:, :-1]
        cells[:, :-1] |= grown[:, 1:]
    return cells


def labelled(cells: Mask) -> tuple[NDArray[np.int32], list[Box]]:
    """Each 8-connected thing with a number from 1, and their boxes in the order of the numbers.

    Runs of each row are joined with those that they touch in the row before (union-find).
    """
    labels = np.zeros(cells.shape, np.int32)
    parent: list[int] = [0]

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    runs: list[tuple[int, int, int, int]] = []
    before: list[tuple[int, int, int]] = []
    for y, row in enumerate(cells):
        edges = np.flatnonzero(np.diff(row.astype(np.int8), prepend=0, append=0))
        now: list[tuple[int, int, int]] = []
        for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            number = len(parent)
            parent.append(number)
            for first, last, other in before:
                if first <= end and last >= start:
                    parent[root(other)] = root(number)
            now.append((start, end, number))
            runs.append((y, start, end, number))
        before = now
    names: dict[int, int] = {}
    boxes: list[Box] = []
    for y, start, end, number in runs:
        top = root(number)
        if top not in names:
            names[top] = len(names) + 1
            boxes.append((start, y, end, y + 1))
        name = names[top]
        labels[y, start:end] = name
        left, upper, right, lower = boxes[name - 1]
        boxes[name - 1] = min(left, start), upper, max(right, end), max(lower, y + 1)
    return labels, boxes
