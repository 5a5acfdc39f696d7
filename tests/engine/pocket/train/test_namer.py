import json

import numpy as np
import pytest
import torch

from engine.pocket.train import icons, judge, namer, strangers, words
from engine.pocket.train.icons import Icon, Rendered
from tests.engine.pocket.train.clock import ticking
from tests.engine.pocket.train.test_fit import material as material


def _icon(name: str, body: str, of: str = "set") -> Icon:
    return Icon(name, of, body, (0, 0, 24, 24), False)


def _disc(radius: float) -> str:
    return f'<circle cx="12" cy="12" r="{radius}"/>'


def _square(side: float, fill: str = "#000") -> str:
    low = 12 - side / 2
    return f'<rect x="{low}" y="{low}" width="{side}" height="{side}" fill="{fill}"/>'


def test_names_lead_to_their_word_and_words_to_themselves(tmp_path):
    path = tmp_path / "list.json"
    path.write_text(
        json.dumps(
            {
                "lamp": {"alternatives": ["light", "Torch"]},
                "torch": {},
                "The Moon": {"word": "moon"},
            }
        )
    )
    names = words.names_of(path, icons.key)
    assert names == {"lamp": "lamp", "light": "lamp", "torch": "torch", "moon": "The Moon"}


def test_icons_left_out_were_not_chosen_under_any_name():
    found = [_icon("lamp", "a"), _icon("light", "b"), _icon("lamp", "c"), _icon("cat", "d")]
    left = strangers.left_out(found, [_icon("bulb", "c")], {"lamp": "lamp", "light": "lamp"})
    assert [(icon.name, icon.body) for icon in left] == [("lamp", "a"), ("lamp", "b")]


def test_what_is_nearly_a_seen_picture_is_no_stranger():
    seen = icons.render_all([_icon("disc", _disc(8)), _icon("box", _square(4, "#f00"))], 1)
    fresh = [_square(side) for side in (20, 14, 9, 6)]
    bodies = [_disc(8.1), _disc(7.9), *fresh, _square(20.2)]
    kept = strangers.strangers([_icon("box", body) for body in bodies], [seen], least=4)
    assert kept.names == ["box"] * 4
    assert strangers.strangers([_icon("box", b) for b in bodies], [seen], least=5).names == []
    assert len(strangers.strangers([_icon("box", b) for b in bodies], [], least=1, most=2).ink) == 2


def test_some_of_each_word_are_kept_back():
    names = ["a"] * 10 + ["b"] * 4
    held = Rendered(np.zeros((14, 1, 1)), np.zeros((0, 1, 1, 4)), names, ["set"] * 14)
    learned, back = strangers.split(held)
    assert back == [4, 9]
    assert learned == [i for i in range(14) if i not in back]


@pytest.fixture(scope="module")
def trained(material, tmp_path_factory):
    folder = tmp_path_factory.mktemp("namer")
    judge.train(
        "plain", material.doodles, folder / "plain.pt", minutes=0.1, batch=16, clock=ticking()
    )
    path = folder / "icons.pt"
    namer.train(
        material.doodles,
        material.icons,
        material.words,
        material.vectors,
        path,
        minutes=1.0,
        start=folder / "plain.pt",
        batch=16,
        doodle_share=0.5,
        clock=ticking(),
    )
    return path


def test_namer_learns_icons_beside_doodles(trained, material):
    named, said = namer.load_namer(trained)
    assert said == material.words
    pictures = namer.plainly(material.icons, [0, 1])
    assert pictures.shape == (2, 3, 64, 64)
    assert pictures[:, :, 32, 32].max() == 0
    assert pictures[:, :, 2, 2].min() == 1
    chances = named(pictures)
    torch.testing.assert_close(chances.sum(1), torch.ones(2))
    assert [said[i] for i in chances.argmax(1).tolist()] == ["square", "square"]


def test_namer_goes_on_from_where_it_was(trained, material):
    before = torch.load(trained, weights_only=True)["step"]
    parts = (material.doodles, material.icons, material.words, material.vectors, trained)
    namer.train(*parts, minutes=1.05, batch=16, clock=ticking())
    assert before < torch.load(trained, weights_only=True)["step"] < before + 10
