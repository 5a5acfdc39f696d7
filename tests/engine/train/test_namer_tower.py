import pytest
import torch

from engine.pocket.tower import NamerTower, PocketTower, fold
from engine.train import export, fit, namer_tower
from tests.engine.pocket.test_tower import seasoned


def test_unfolded_tower_sees_what_the_folded_one_sees():
    painter = seasoned()
    deeper = PocketTower(more=NamerTower.MORE, norm=True)
    pictures = torch.rand(16, 3, 48, 48)
    namer_tower.unfold(deeper, fold(painter.state_dict()), pictures)
    others = torch.rand(4, 3, 64, 64)
    with torch.no_grad():
        torch.testing.assert_close(deeper(others), painter(others), rtol=1e-3, atol=1e-3)


def test_unfolded_filters_are_of_length_one_and_statistics_those_of_the_pictures():
    deeper = PocketTower(more=NamerTower.MORE, norm=True)
    namer_tower.unfold(deeper, fold(seasoned().state_dict()), torch.rand(16, 3, 48, 48))
    stem = deeper.get_submodule("layers.stem")
    lengths = stem.get_parameter("conv.weight").flatten(1).norm(dim=1)
    torch.testing.assert_close(lengths, torch.ones_like(lengths))
    found = []
    stem.get_submodule("norm").register_forward_hook(lambda *args: found.append(args[1][0]))
    deeper(torch.rand(64, 3, 48, 48))
    mean = stem.get_buffer("norm.running_mean")
    torch.testing.assert_close(found[0].mean((0, 2, 3)), mean, rtol=0.05, atol=0.05)


def test_eye_begins_as_the_hand_that_ships():
    painter = fit.Seer(seasoned())
    shipped = export.seeing(painter.eval(), 20.0)
    pictures = torch.rand(16, 3, 64, 64)
    grown = namer_tower.grown(shipped, pictures).eval()
    with torch.no_grad():
        same = (grown(pictures) * painter(pictures)).sum(1)
    assert same.min() > 0.999


def test_another_run_begins_as_the_namer_tower_that_ships():
    namer = fit.Seer(seasoned(more=NamerTower.MORE), torch.nn.Identity())
    shipped = export.seeing(namer.eval(), 20.0, "visual.trunk.trunk.")
    pictures = torch.rand(16, 3, 48, 48)
    grown = namer_tower.grown(shipped, pictures).eval()
    with torch.no_grad():
        assert (grown(pictures) * namer(pictures)).sum(1).min() > 0.999
        assert grown.log_scale.exp().item() == pytest.approx(20.0)
