import json

import pytest
import torch

from engine.pocket.train import judge
from tests.engine.pocket.train.test_fit import material as material


@pytest.fixture(params=sorted(judge.KINDS))
def trained(request, material, tmp_path):
    path = tmp_path / f"{request.param}.pt"
    judge.train(request.param, material.doodles, path, minutes=0.12, batch=32)
    return path


def test_judge_learns_to_tell_drawings_apart(trained, material):
    rates = json.loads(judge.report(trained.parent, material.doodles))
    assert rates[trained.stem]["top1"] > 0.8
    assert judge.words(trained) == ["circle", "zigzag"]


def test_judge_gives_probabilities(trained):
    seen = judge.load_judge(trained)(torch.rand(3, 3, 64, 64))
    torch.testing.assert_close(seen.sum(1), torch.ones(3))


def test_judge_goes_on_from_where_it_was(trained, material):
    step = torch.load(trained)["step"]
    judge.train(trained.stem, material.doodles, trained, minutes=0.3, batch=32)
    assert torch.load(trained)["step"] > step


def test_pictures_of_another_size_are_refused(trained):
    with pytest.raises(ValueError, match="64"):
        judge.load_judge(trained)(torch.rand(1, 3, 32, 32))
