"""pocket: the image-text model that ships, loaded by open_clip like any other.

Importing this package makes its image tower known to timm; `folder()` is what goes behind
open_clip's `local-dir:`. How it was made is `engine.pocket.train`; what it can and cannot do is
`docs/pocket.md`.
"""

import json
import shutil
import tempfile
from functools import cache
from pathlib import Path

from engine.pocket import tower as tower

_HERE = Path(__file__).parent
_CONFIG = "open_clip_config.json"
_WEIGHTS = "open_clip_model.safetensors"
_MERGES = "merges.txt.gz"

WORDS = _HERE / "words.txt"
"""Words worth guessing, the best known first: one a line, UTF-8, `#` begins a comment."""


_kept: list[tempfile.TemporaryDirectory[str]] = []
# folders given out: each is removed with the process


@cache
def folder() -> Path:
    """A folder that `open_clip.create_model_and_transforms(f"local-dir:{folder()}")` loads.

    open_clip takes the path of a tokenizer's merges from the configuration as it stands there, and
    where this package is installed is known only now: the folder holds the configuration
    completed by that path, and the weights. Raises FileNotFoundError if the weights are missing.
    """
    weights = _HERE / _WEIGHTS
    if not weights.is_file():
        raise FileNotFoundError(
            f"{weights} is missing: install the package again, or train the model "
            "(python -m engine.pocket.train --help)"
        )
    _kept.append(tempfile.TemporaryDirectory(prefix="penguess-pocket-"))
    completed = Path(_kept[-1].name)
    config = json.loads((_HERE / _CONFIG).read_text("utf-8"))
    config["model_cfg"]["text_cfg"]["tokenizer_kwargs"] = {"bpe_path": str(_HERE / _MERGES)}
    (completed / _CONFIG).write_text(json.dumps(config), "utf-8")
    try:
        (completed / _WEIGHTS).symlink_to(weights)
    except OSError:  # a system without links
        shutil.copy(weights, completed / _WEIGHTS)
    return completed
