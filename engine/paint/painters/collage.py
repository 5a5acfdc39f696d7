"""A collage: cut-outs that are moved, turned, scaled, tinted and laid over one another.

After CLIP-CLOP (Mirowski, Banarse, Malinowski, Osindero, Fernando 2022): each patch has an affine
transform, a factor for each colour and a place in the order, all learned by gradient; which
picture a patch shows has no gradient and evolves: now and then some other pictures are tried, and
the best of them stays if the critic likes it better. The paper's patches are opaque or mix; these
are opaque, as scissors make them, and lie over one another as they are shown. A hard order has no
gradient either, so the depths get that of a soft one.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, fields

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from engine.canvas.decoder import UnreadablePicture, open_picture
from engine.canvas.drawing import Drawing
from engine.canvas.patch import Patch
from engine.canvas.render import to_image
from engine.paint.options import STROKES
from engine.paint.painters.cut_outs import SIDE, Cut, cut_up, emoji
from engine.paint.painters.likeness import likeness
from engine.paint.painters.way import Commission, Given, Pause, Way, Work
from engine.paint.presets import HOUSE
from engine.paint.spec import Settled

STEPS = 250
MOST = 64
"""Patches of a collage, however many strokes are asked for."""
VIEWS = 5
TRIES = 4
"""Other pictures that are tried at once."""
EVERY = 3
"""Steps between tries."""

_RATES = {"centre": 0.02, "size": 0.02, "angle": 0.03, "tint": 0.03, "depth": 0.03}
_SIZES = (0.12, 0.6)  # of a patch, half of its side as a share of half the canvas's
_TINTS = (0.25, 1.6)
_TEMPERATURE = 0.3  # of the soft order, in the unit of depths, which begin between 0 and 1
_MOST_BYTES = 7 << 10  # of a patch's file, so that 64 of them fit into a drawing
_PALETTE = 64  # colours of one that would have more
_GRID = 5  # a drawing without patches comes apart into so many rows and columns of tiles
_RANDOM = 1_000_003


@dataclass(slots=True)
class Layout:
    """Where N patches lie. centre: (N, 2), x right and y down, the canvas is [-1, 1]². size: (N,),
    logarithm of half a patch's side in the same unit. angle: (N,), clockwise as one sees it, in
    radians. tint: (N, 3), factors of red, green, blue. depth: (N,), the larger ones lie above."""

    centre: Tensor
    size: Tensor
    angle: Tensor
    tint: Tensor
    depth: Tensor

    def parts(self) -> dict[str, Tensor]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


class Collage(Work):
    """A collage under way: `_which` (N,) says which of `_cuts` each patch shows."""

    def __init__(self, commission: Commission, pause: Pause | None) -> None:
        super().__init__(commission)
        critic, spec = commission.critic, self.spec
        self._side = critic.image_size
        given = [cut for picture in commission.patches for cut in cut_up(picture)]
        # Pictures in which there is nothing to be seen are as good as none.
        self._cuts: list[Cut] = given or emoji(pause or (lambda: None))
        random = torch.Generator().manual_seed(spec.seed)
        taken = None if commission.start is None else _taken_apart(commission.start)
        if taken is None:
            count = min(spec.strokes, MOST)
            layout = _scattered(count, random)
            self._which = torch.randint(len(self._cuts), (count,), generator=random)
        else:
            cuts, layout = taken
            self._which = torch.arange(len(cuts)) + len(self._cuts)
            self._cuts = self._cuts + cuts
        for part in layout.parts().values():
            part.data = part.data.to(critic.device)
            part.requires_grad_()
        self._layout = layout
        self._adam = torch.optim.Adam(
            [{"params": [part], "lr": _RATES[name]} for name, part in layout.parts().items()]
        )
        self._textures = _textures(self._cuts, min(SIDE, max(16, self._side // 2)))

    def advance(self, pause: Pause) -> None:
        views = VIEWS if self.spec.augment else 0
        seed = (self.spec.seed * _RANDOM + self.step) % 2**63
        random = torch.Generator().manual_seed(seed)
        image = self._rendered(self._which[None], soft=True)
        (score,) = likeness(self.commission.critic, image, self.target[None], random, views)
        self._adam.zero_grad()
        (-score).backward()
        for group, rate in zip(self._adam.param_groups, _RATES.values(), strict=True):
            group["lr"] = rate * HOUSE.schedule(self.step / self.steps)
        self.score = float(score.detach())
        if self.step % EVERY == 0:
            self._try_others(seed, views)
        self._adam.step()
        with torch.no_grad():
            self._layout.centre.clamp_(-0.95, 0.95)
            self._layout.size.clamp_(*map(math.log, _SIZES))
            self._layout.tint.clamp_(*_TINTS)

    @torch.no_grad()
    def _try_others(self, seed: int, views: int) -> None:
        """Other pictures for a patch each; the best stays if it is better than what is there."""
        random = torch.Generator().manual_seed(seed + 1)
        tried = self._which.repeat(TRIES, 1)
        patches = torch.randint(tried.shape[1], (TRIES,), generator=random)
        tried[torch.arange(TRIES), patches] = torch.randint(
            len(self._cuts), (TRIES,), generator=random
        )
        scores = []
        for which in tried:
            same_views = torch.Generator().manual_seed(seed)
            image = self._rendered(which[None])
            critic = self.commission.critic
            scores += likeness(critic, image, self.target[None], same_views, views).tolist()
        best = max(range(TRIES), key=scores.__getitem__)
        if scores[best] > self.score:
            self._which, self.score = tried[best], scores[best]

    def _rendered(self, which: Tensor, soft: bool = False) -> Tensor:
        """The collage as people see it, (1, 3, S, S). soft: with a gradient for the depths."""
        layout = self._layout
        textures = self._textures[which[0]].to(layout.centre.device)
        laid = _laid(textures, layout, self._side)
        colours, alphas = laid[:, :3], laid[:, 3:]
        order = layout.depth.detach().argsort(descending=True)  # the uppermost first
        uncovered = torch.cumprod(1 - alphas[order], 0)
        above = torch.cat((torch.ones_like(uncovered[:1]), uncovered[:-1]))
        image = (colours[order] * above).sum(0) + uncovered[-1]
        if soft:
            # Adds nothing but a gradient: each patch's share of a pixel grows with its depth.
            weights = F.softmax(layout.depth / _TEMPERATURE, 0)[:, None, None, None]
            colours, alphas = colours.detach(), alphas.detach()
            mixed = (weights * colours).sum(0) / (weights * alphas).sum(0).clamp(min=1e-6)
            mixed = mixed * (1 - uncovered[-1].detach())
            image = image + mixed - mixed.detach()
        return image[None]

    def drawing(self) -> Drawing:
        side = float(self._side)
        parts = self._layout.parts().items()
        layout = Layout(**{name: part.detach().cpu() for name, part in parts})
        patches = []
        for i in layout.depth.argsort().tolist():
            x, y = ((layout.centre[i] + 1) / 2 * side).tolist()
            whole = math.exp(float(layout.size[i])) * side  # a patch's side, in pixels
            angle = float(layout.angle[i])
            a, b = whole * math.cos(angle), whole * math.sin(angle)
            matrix = (a, b, -b, a, x - (a - b) / 2, y - (a + b) / 2)
            data = _file(self._cuts[int(self._which[i])], layout.tint[i].numpy())
            patches.append(Patch(data, matrix))
        return Drawing(int(side), int(side), patches=tuple(patches))

    def arrays(self) -> dict[str, np.ndarray]:
        kept: dict[str, Tensor] = {"which": self._which}
        for name, part in self._layout.parts().items():
            kept[name] = part.detach()
            kept |= {f"{name}.{key}": v for key, v in self._adam.state.get(part, {}).items()}
        return {name: values.cpu().numpy().copy() for name, values in kept.items()}

    def restore(self, arrays: dict[str, np.ndarray]) -> None:
        kept = {name: torch.from_numpy(values.copy()) for name, values in arrays.items()}
        self._which = kept.pop("which")
        parts = self._layout.parts()
        with torch.no_grad():
            for name, part in parts.items():
                part.copy_(kept.pop(name))
        for name, values in kept.items():
            part, key = name.split(".")
            # Adam counts its steps on the host.
            where = "cpu" if key == "step" else parts[part].device
            self._adam.state[parts[part]][key] = values.to(where)


def _scattered(count: int, random: torch.Generator) -> Layout:
    """Patches in the middle of the canvas, by chance."""
    return Layout(
        torch.randn(count, 2, generator=random) * 0.35,
        torch.full((count,), math.log(0.3)) + torch.randn(count, generator=random) * 0.3,
        (torch.rand(count, generator=random) * 2 - 1) * math.pi,
        torch.ones(count, 3),
        torch.rand(count, generator=random),
    )


def _taken_apart(start: Drawing) -> tuple[list[Cut], Layout] | None:
    """The patches of a collage, or of another drawing tiles, and where they lie; None where there
    is nothing on it."""
    patches = start.fitted(SIDE).patches if len(start.patches) > 1 else _tiles(start)
    cuts, places = [], []
    for patch in patches[-MOST:]:
        a, b, c, d, e, f = (value / SIDE for value in patch.matrix)
        whole = math.sqrt(abs(a * d - b * c))
        if not math.exp(-8) < whole < math.exp(8):
            continue
        try:
            picture = open_picture(patch.data, SIDE, transparent=True)
        except UnreadablePicture:  # of it only the head was read so far
            continue
        cuts.append(np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.BILINEAR)))
        places.append((a + c + 2 * e - 1, b + d + 2 * f - 1, math.log(whole), math.atan2(b, a)))
    if not cuts:
        return None
    x, y, size, angle = torch.tensor(places).T
    count = len(cuts)
    depth = torch.arange(count) / count
    return cuts, Layout(torch.stack((x, y), 1), size, angle, torch.ones(count, 3), depth)


def _tiles(start: Drawing) -> list[Patch]:
    """A drawing as square tiles, without those that are nothing but paper."""
    whole = to_image(start.fitted(_GRID * SIDE), _GRID * SIDE).convert("RGBA")
    patches = []
    for i in range(_GRID * _GRID):
        left, upper = i % _GRID * SIDE, i // _GRID * SIDE
        tile = np.asarray(whole.crop((left, upper, left + SIDE, upper + SIDE)))
        if tile.min() == 255:
            continue
        size = SIDE / _GRID
        matrix = (size, 0.0, 0.0, size, left / _GRID, upper / _GRID)
        patches.append(Patch(_file(tile, np.ones(3)), matrix))
    return patches


def _textures(cuts: list[Cut], side: int) -> Tensor:
    """Cut-outs as (N, 4, side, side), premultiplied, in [0, 1]."""
    values = torch.from_numpy(np.stack(cuts)).permute(0, 3, 1, 2).float() / 255
    values[:, :3] *= values[:, 3:]
    return F.interpolate(values, (side, side), mode="area")


def _laid(textures: Tensor, layout: Layout, side: int) -> Tensor:
    """Tinted patches where they lie on the canvas, premultiplied: (N, 4, side, side)."""
    axis = (torch.arange(side, device=textures.device) * 2 + 1) / side - 1
    spots = torch.stack((axis.expand(side, side), axis[:, None].expand(side, side)), -1)
    away = spots - layout.centre[:, None, None]
    cosine, sine = layout.angle.cos()[:, None, None], layout.angle.sin()[:, None, None]
    x, y = away.unbind(-1)
    within = torch.stack((cosine * x + sine * y, cosine * y - sine * x), -1)
    grid = within / layout.size.exp()[:, None, None, None]
    laid = F.grid_sample(textures, grid, padding_mode="zeros", align_corners=False)
    colours, alphas = laid[:, :3] * layout.tint[:, :, None, None], laid[:, 3:]
    return torch.cat((torch.minimum(colours, alphas), alphas), 1)


def _file(cut: Cut, tint: np.ndarray) -> bytes:
    """A tinted cut-out as a small PNG."""
    tinted = cut.copy()
    tinted[..., :3] = (cut[..., :3] * tint).clip(0, 255).round()
    tinted[..., :3][cut[..., 3] == 0] = 0
    image = Image.fromarray(tinted)
    data = _png(image)
    if len(data) > _MOST_BYTES:
        data = _png(image.quantize(_PALETTE, method=Image.Quantize.FASTOCTREE))
    return data


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _load(spec: Settled, _: Given) -> float:
    return 1.0 + 1.5 * min(spec.strokes, MOST) / STROKES


WAY = Way(Collage, steps=STEPS, load=_load, cuts_up=True)
