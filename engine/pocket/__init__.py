"""pocket: the image-text model that ships, loaded by open_clip like any other.

It has two image towers for one text tower: the painter tower, whose gradients paint, and the namer
tower, which only looks and sees better. Importing this package makes both known to timm; `folder`
is what goes behind open_clip's `local-dir:`. `engine.train` made them; docs/pocket.md says what
they can and cannot do.
"""

import atexit
import hashlib
import json
import shutil
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

from safetensors.torch import load_file, save_file

from engine.pocket import tower as tower
from engine.pocket.opinion import Opinion
from engine.pocket.sketcher import Sketcher
from engine.pocket.stroke_tower import StrokeReader
from engine.pocket.word_shifts import WordShifts
from engine.temporary import TemporaryFolder

_HERE = Path(__file__).parent
_CONFIG = "open_clip_config.json"
WEIGHTS = "open_clip_model.safetensors"
"""File of the text tower and the painter tower."""
NAMER = "eye.safetensors"
"""File of the namer tower; its text tower is in WEIGHTS."""
SKETCHER = "sketcher.safetensors"
"""File of the network that draws strokes from noise."""
OPINION = "opinion.safetensors"
"""File of the network that judges drawings and never paints."""
_MERGES = "merges.txt.gz"

STROKES = "strokes.safetensors"
"""File of the network that reads strokes, and of what its word counts beside a picture."""

WORD_SHIFTS = "word_shifts.safetensors"
"""File of where drawings of a word lie beside its name, as the namer tower sees them."""

NAMES = _HERE / "names.json"
"""What the games' word lists call their concepts, by language: a test keeps it equal to them."""
OTHER_NAMES = _HERE / "other_names.json"
"""Other names of what people drew, each with the name that the model learned; from WordNet."""

WORDS = _HERE / "words.txt"
"""Words worth guessing, the best known first: one a line, UTF-8, `#` begins a comment."""


_kept: list[TemporaryFolder] = []
# folders given out: each is removed with the process


@cache
def folder(which: Literal["painter", "namer"] = "painter", source: Path = _HERE) -> Path:
    """A folder that `open_clip.create_model_and_transforms(f"local-dir:{folder()}")` loads.

    open_clip takes the path of a tokenizer's merges from the configuration as it stands there, and
    where this package is installed is known only now: the folder holds the configuration
    completed by that path, and the weights. What the two have in common ships once.
    source: where the files are, if they are not those that ship. Raises FileNotFoundError if
    weights are missing.
    """
    files = [source / WEIGHTS] + ([source / NAMER] if which == "namer" else [])
    for file in files:
        _there(file)
    config = json.loads((source / _CONFIG).read_text("utf-8"))
    config["model_cfg"]["text_cfg"]["tokenizer_kwargs"] = {"bpe_path": str(source / _MERGES)}
    _kept.append(TemporaryFolder(which))
    atexit.register(_kept[-1].close)
    completed = _kept[-1].path
    if which == "namer":
        config["model_cfg"]["vision_cfg"]["timm_model_name"] = "penguess_eye"
        weights = load_file(files[0])
        shared = {k: v for k, v in weights.items() if not k.startswith("visual.")}
        save_file(shared | load_file(files[1]), completed / WEIGHTS)
    else:
        try:
            (completed / WEIGHTS).symlink_to(files[0].resolve())
        except OSError:  # a system without links
            shutil.copy(files[0], completed / WEIGHTS)
    (completed / _CONFIG).write_text(json.dumps(config), "utf-8")
    return completed


@cache
def sketcher(source: Path = _HERE) -> Sketcher:
    """The network that sketches. Raises FileNotFoundError if its weights are missing."""
    return _filled(Sketcher(), source / SKETCHER)


@cache
def opinion(source: Path = _HERE) -> Opinion:
    """The second opinion. Raises FileNotFoundError if its weights are missing."""
    return _filled(Opinion(), source / OPINION)


@cache
def stroke_reader(source: Path = _HERE) -> StrokeReader:
    """What reads strokes beside pictures. Raises FileNotFoundError if its weights are missing."""
    return _filled(StrokeReader(), source / STROKES)


@cache
def word_shifts(source: Path = _HERE) -> WordShifts:
    """What moves words to where their drawings are. Raises FileNotFoundError if it is missing."""
    return WordShifts(load_file(_there(source / WORD_SHIFTS)))


@cache
def sight(source: Path = _HERE) -> str:
    """What the weights are by which drawings become vectors for naming: a digest, another one for
    other weights. Raises FileNotFoundError if they are missing."""
    digest = hashlib.blake2b(digest_size=6)
    for file in (source / NAMER, source / STROKES):
        digest.update(_there(file).read_bytes())
    return digest.hexdigest()


_Network = TypeVar("_Network", Sketcher, Opinion, StrokeReader)


def _filled(network: _Network, file: Path) -> _Network:
    """The network with the weights of a file, to be used and not trained."""
    weights = load_file(_there(file))
    network.load_state_dict({name: value.float() for name, value in weights.items()})
    return network.eval().requires_grad_(False)


def _there(file: Path) -> Path:
    """The file. Raises FileNotFoundError where there is none."""
    if file.is_file():
        return file
    raise FileNotFoundError(
        f"{file} is missing: install the package again, or train the model "
        "(python -m engine.train --help)"
    )
