"""CLIP, through open_clip alone: texts and pictures as vectors that can be compared.

Every model takes the same path, whether it ships with the package (`pocket`), lies in a folder,
or comes from a hub. Its weights are frozen: gradients flow to the picture, never to the model
(the CLIPDraw notebook forgets that, and pays for it on every step).
"""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import open_clip
import torch
import torch.nn.functional as F
from safetensors import SafetensorError
from torch import Tensor, nn

from engine import device as devices
from engine import pocket
from engine.refusal import Refusal
from engine.see.early_layers import EarlyLayers

POCKET = "pocket"  # the model that ships
NAMER = "pocket-namer"  # its other image tower, which looks and does not paint
POCKET_VIEWS = 48  # pixels; see Critic.view_size
TEXTS_KEPT = 50_000  # vectors of texts; then they are forgotten, or a service would fill up
_STYLE_WORDS = 6
UNTRAINED = "untrained"  # a tag of ours: random weights, good for timing and nothing else

# For models trained on captions; a bare word is an odd caption. Our own sentences.
TEMPLATES = (
    "a drawing of {}.",
    "a simple doodle of {}.",
    "a sketch of {} on white paper.",
    "an icon of {}.",
)

_FULL = ("cpu", "mps")  # devices on which weights stay in single precision; see Critic.brief too

# Files that hold no weights.
_UNREADABLE = (SafetensorError, pickle.UnpicklingError, EOFError)

_FORMS = (
    "use 'pocket' (built in), an open_clip name and tag such as 'ViT-B-32:openai', "
    "'hf-hub:owner/name', or a folder with open_clip_config.json"
)


class ModelUnavailable(Refusal):
    """A model that cannot be loaded; the message says what to do about it."""


def load(
    name: str = POCKET, device: str | torch.device | None = None, *, compiled: bool = False
) -> Critic:
    """Load a critic by name.

    name: `pocket`; `ARCHITECTURE:TAG` with a pretrained tag or a path to weights; `hf-hub:…`;
    `local-dir:FOLDER` or the folder itself. device: its name, as for
    `engine.device.choose`, which also says what it is by default.
    compiled: let torch.compile make one program of the image tower, which takes minutes.
    Raises ModelUnavailable or DeviceUnavailable, with what to do.
    """
    place = device if isinstance(device, torch.device) else devices.choose(device, name)
    critic = _loaded(name, place)
    if compiled:
        critic.compile()
    if name == POCKET:
        critic._namer = _loaded(NAMER, place)
    return critic


def _loaded(name: str, place: torch.device) -> Critic:
    schema, tag = _resolve(name)
    try:
        with _quiet_hub():
            model = open_clip.create_model(
                schema,
                pretrained=None if tag == UNTRAINED else tag,
                precision="fp32" if place.type in _FULL else "bf16",
                device="cpu",
                require_pretrained=tag != UNTRAINED,
            )
            tokenizer = open_clip.get_tokenizer(schema)
    # What open_clip and the hub's client raise for no network, no such file, or wrong content.
    except (OSError, RuntimeError, ValueError, KeyError, *_UNREADABLE) as error:
        reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise ModelUnavailable(
            f"the model {name!r} cannot be loaded ({reason[:300]}); {_FORMS}; "
            "models from a hub need the network once"
        ) from error
    config = open_clip.get_model_preprocess_cfg(model)
    side = config["size"][0] if isinstance(config["size"], tuple | list) else config["size"]
    model.eval().requires_grad_(False).to(place)
    if place.type != "mps":
        model.to(memory_format=torch.channels_last)
    return Critic(name, model, tokenizer, int(side), tuple(config["mean"]), tuple(config["std"]))


@contextmanager
def _quiet_hub() -> Iterator[None]:
    """The hub's client logs every retry; the one error at the end says it all."""
    before = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        yield
    finally:
        logging.disable(before)


class Critic:
    """One frozen CLIP model. `load` makes them.

    brief: whether it looks at pictures in bfloat16 although its weights are float32. The namer does
    so on a CPU with instructions for it: that is quicker, and names as many (docs/pocket.md).
    """

    _namer: Critic | None = None

    def __init__(
        self,
        name: str,
        model: Any,
        tokenizer: Any,
        image_size: int,
        mean: Sequence[float],
        std: Sequence[float],
    ) -> None:
        self.name = name
        self.image_size = image_size
        # The built-in model was taught words as such; others were taught captions.
        self.templates = () if name in (POCKET, NAMER) else TEMPLATES
        self._model = model
        self._tokenizer = tokenizer
        self.device = next(model.parameters()).device
        self.dtype = _dtype(model.visual)
        self.brief = name == NAMER and self.device.type == "cpu" and devices.has_bfloat16()
        self._scale = float(model.logit_scale.exp())
        self._mean = torch.tensor(mean, device=self.device)[:, None, None]
        self._std = torch.tensor(std, device=self.device)[:, None, None]
        self._texts: dict[str, Tensor] = {}

    @property
    def namer(self) -> Critic:
        """Who names pictures: another critic where that one sees better, else this one."""
        return self._namer or self

    @property
    def view_size(self) -> int:
        """Side in pixels of the views that a painter shows it.

        The built-in model sees 64 pixels and was taught 48 as well: a view of these takes three
        fifths of the time, and judges name as many of the drawings (docs/pocket.md).
        """
        return POCKET_VIEWS if self.name == POCKET else self.image_size

    @property
    def scale(self) -> float:
        """The learned factor before the softmax over candidate texts."""
        return self._scale

    def encode_images(self, images: Tensor) -> Tensor:
        """Pictures (N, 3, image_size, image_size) in [0, 1] as unit vectors (N, D), float32.

        Differentiable in the pictures.
        """
        normal = self._normal(images)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.brief):
            vectors = self._model.encode_image(normal)
        return F.normalize(vectors.float(), dim=-1)

    def early(self, images: Tensor) -> list[Tensor]:
        """What the first layers find in pictures (N, 3, view_size, view_size) in [0, 1]: of each
        (N, places, channels), float32. Differentiable in the pictures."""
        return self._early(self._normal(images))

    @cached_property
    def _early(self) -> EarlyLayers:
        tower = self._model.visual
        return EarlyLayers(tower, lambda x: tower(x.to(self.device, self.dtype)), self.view_size)

    def _normal(self, images: Tensor) -> Tensor:
        """Pictures as the image tower takes them."""
        normal = (images.to(self.device) - self._mean) / self._std
        if self.device.type != "mps":
            normal = normal.contiguous(memory_format=torch.channels_last)
        return normal.to(self.dtype)

    def compile(self) -> None:
        """Compile the image tower, for any number of pictures, there and back.

        Raises ModelUnavailable where that cannot be done: on a CPU it takes a C++ compiler.
        """
        plain = self._model.encode_image
        self._model.encode_image = torch.compile(plain, dynamic=True)
        trial = torch.zeros(2, 3, self.view_size, self.view_size, requires_grad=True)
        try:
            self.encode_images(trial).sum().backward()
        except RuntimeError as error:
            self._model.encode_image = plain
            torch._dynamo.reset()
            reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
            raise ModelUnavailable(
                f"the model {self.name!r} cannot be compiled here ({reason[:300]}); "
                "leave out --compile, or install a C++ compiler"
            ) from error

    @torch.no_grad()
    def encode_text(self, texts: Sequence[str], templates: Sequence[str] = ()) -> Tensor:
        """Texts as unit vectors (N, D), float32; each is computed once and kept.

        With templates (strings with `{}`) a text's vector is the mean over its templates.
        """
        if not templates:
            return self._encode_plain(texts)
        filled = [template.format(text) for text in texts for template in templates]
        vectors = self._encode_plain(filled).reshape(len(texts), len(templates), -1)
        return F.normalize(vectors.mean(1), dim=-1)

    def _fits(self, text: str) -> bool:
        """Whether the model reads a text to its end: a start and an end go with it."""
        encode = getattr(self._tokenizer, "encode", None)
        most = getattr(self._tokenizer, "context_length", None)
        return encode is None or most is None or len(encode(text)) <= most - 2

    def _encode_plain(self, texts: Sequence[str], chunk: int = 256) -> Tensor:
        if len(self._texts) > TEXTS_KEPT:
            devices.finish(self.device)
            self._texts.clear()
        missing = [text for text in dict.fromkeys(texts) if text not in self._texts]
        for start in range(0, len(missing), chunk):
            part = missing[start : start + chunk]
            pieces = [in_parts(text, self._fits) for text in part]
            tokens = self._tokenizer([piece for row in pieces for piece in row]).to(self.device)
            vectors = F.normalize(self._model.encode_text(tokens).float(), dim=-1)
            means = [some.mean(0) for some in vectors.split([len(row) for row in pieces])]
            self._texts.update(zip(part, F.normalize(torch.stack(means), dim=-1), strict=True))
        if missing:  # what overtakes other work may ask for them next
            devices.finish(self.device)
        return torch.stack([self._texts[text] for text in texts])


def in_parts(text: str, fits: Callable[[str], bool]) -> list[str]:
    """A text in pieces that each fit, itself if it does: their vectors' mean stands for it.

    What follows the last comma, where a style stands, goes with every piece if it is short.
    """
    if fits(text):
        return [text]
    body, comma, style = text.rpartition(",")
    style = f",{style}" if comma and len(style.split()) <= _STYLE_WORDS else ""
    words = body.split() if style else text.split()
    pieces: list[str] = []
    piece = ""
    for word in words:
        longer = f"{piece} {word}".strip()
        if piece and not fits(longer + style):
            pieces.append(piece.strip(",") + style)
            longer = word
        piece = longer
    return [*pieces, piece.strip(",") + style]


def _dtype(tower: nn.Module) -> torch.dtype:
    """What a tower takes pictures in: the type of its first convolution. Of a model in half
    precision open_clip converts layers, and not what embeds places."""
    for module in tower.modules():
        if isinstance(module, nn.Conv2d):
            return module.weight.dtype
    return next(tower.parameters()).dtype


def _resolve(name: str) -> tuple[str, str | None]:
    """A name as open_clip's model name and pretrained tag."""
    if name in (POCKET, NAMER):
        try:
            return f"local-dir:{pocket.folder('namer' if name == NAMER else 'painter')}", None
        except FileNotFoundError as error:
            raise ModelUnavailable(str(error)) from error
    if name.startswith(("hf-hub:", "local-dir:")):
        return name, None
    if Path(name).is_dir():
        return f"local-dir:{name}", None
    architecture, _, tag = name.partition(":")
    if architecture not in open_clip.list_models():
        raise ModelUnavailable(f"no model is called {name!r}; {_FORMS}")
    known = open_clip.list_pretrained_tags_by_model(architecture)
    if tag == UNTRAINED or tag in known or Path(tag).is_file():
        return architecture, tag
    raise ModelUnavailable(
        f"{architecture} has no weights {tag!r}; its tags: {', '.join(known) or 'none'}"
    )
