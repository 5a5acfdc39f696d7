import pytest
import torch
from torch.nn.functional import normalize

from engine import pocket
from engine.pocket.word_shifts import WordShifts
from engine.see.guesser import default_words

TEXTS = normalize(torch.eye(4)[:3], dim=1)


def test_words_with_a_shift_are_moved_and_others_stay() -> None:
    shifts = WordShifts({"cat": torch.tensor([0.0, 1.0, 0.0, 0.0]), "dog": torch.ones(4)})
    moved = shifts.moved(TEXTS, ["cat", "zeppelin", "the cat"])
    half = 2**-0.5
    assert torch.allclose(moved[0], torch.tensor([half, half, 0.0, 0.0]))
    assert torch.allclose(moved[2], normalize(torch.tensor([0.0, 1.0, 1.0, 0.0]), dim=0))
    assert torch.equal(moved[1], TEXTS[1])
    assert torch.allclose(moved.norm(dim=1), torch.ones(3))
    assert torch.equal(TEXTS, torch.eye(4)[:3])  # what is given stays as it is
    assert torch.equal(shifts.moved(TEXTS, ["a", "b", "c"]), TEXTS)
    assert shifts.moved(TEXTS[:0], []).shape == (0, 4)


def test_every_word_that_people_drew_has_a_shift() -> None:
    drawn = default_words()[:345]
    texts = normalize(torch.ones(345, 256), dim=1)
    moved = pocket.word_shifts().moved(texts, [word.lower() for word in drawn])
    away = (moved - texts).norm(dim=1)
    assert (away > 0.01).all()
    assert (away < 0.5).all()


def test_without_the_file_it_says_what_to_do(tmp_path) -> None:
    with pytest.raises(FileNotFoundError, match="install the package again"):
        pocket.word_shifts(tmp_path)
