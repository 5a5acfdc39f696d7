import json
import shutil

import pytest
import torch

from engine.train import judge
from tests.engine.train.clock import ticking
from tests.engine.train.test_fit import material as material


@pytest.fixture(params=sorted(judge.KINDS), scope="module")
def trained(request, material, tmp_path_factory):
    path = tmp_path_factory.mktemp(request.param) / f"{request.param}.pt"
    judge.train(request.param, material.doodles, path, minutes=1.4, batch=16, clock=ticking())
    return path


def test_judge_learns_to_tell_drawings_apart(trained, material):
    rates = json.loads(judge.report(trained.parent, material.doodles))
    assert rates[trained.stem]["top1"] > 0.8
    assert judge.words(trained) == ["circle", "zigzag"]


def test_judge_gives_probabilities(trained):
    seen = judge.load_judge(trained)(torch.rand(3, 3, 64, 64))
    torch.testing.assert_close(seen.sum(1), torch.ones(3))


def test_judge_goes_on_from_where_it_was(trained, material, tmp_path):
    again = tmp_path / trained.name
    shutil.copy(trained, again)
    step = torch.load(again)["step"]
    judge.train(again.stem, material.doodles, again, minutes=1.45, batch=16, clock=ticking())
    assert step < torch.load(again)["step"] < step + 10


def test_pictures_of_another_size_are_refused(trained):
    with pytest.raises(ValueError, match="64"):
        judge.load_judge(trained)(torch.rand(1, 3, 32, 32))
