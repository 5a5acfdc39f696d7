import torch
from torch import nn

from engine.pocket.tower import NamerTower, PocketTower, fold


def seasoned(more: tuple[int, ...] = (0, 0, 0)) -> PocketTower:
    """A tower with statistics and gains that are not those it was born with."""
    torch.manual_seed(0)
    tower = PocketTower(more=more, norm=True)
    for module in tower.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.5, 0.5)
    tower.train()
    for _ in range(3):
        tower(torch.randn(8, 3, 64, 64))
    return tower.eval()


def test_folded_tower_is_the_same_function():
    trained = seasoned()
    shipped = PocketTower().eval()
    shipped.load_state_dict(fold(trained.state_dict()))
    pictures = torch.randn(4, 3, 64, 64)
    with torch.no_grad():
        torch.testing.assert_close(shipped(pictures), trained(pictures), rtol=1e-4, atol=1e-4)


def test_folded_tower_has_no_normalisation():
    folded = fold(seasoned().state_dict())
    assert not [name for name in folded if ".norm." in name]
    assert all(f"{name[:-6]}bias" in folded for name in folded if name.endswith("weight"))


def test_gradient_reaches_every_pixel():
    tower = seasoned()
    pictures = torch.randn(2, 3, 64, 64, requires_grad=True)
    tower(pictures).square().sum().backward()
    assert pictures.grad is not None
    assert (pictures.grad != 0).float().mean() > 0.99


def test_pictures_of_other_sizes_are_read():
    tower = PocketTower().eval()
    with torch.no_grad():
        assert tower(torch.zeros(1, 3, 48, 48)).shape == tower(torch.zeros(1, 3, 96, 96)).shape


def test_eye_takes_the_mean_of_several_looks():
    torch.manual_seed(0)
    namer = NamerTower().eval()
    small = torch.rand(2, 3, 48, 48)
    with torch.no_grad():
        seen = namer(small)
        torch.testing.assert_close(namer(small[1:]), seen[1:])
        namer.looks = namer.looks[:1]
        namer.LOOKS = namer.LOOKS[:1]
        once = namer.trunk(small)
        torch.testing.assert_close(namer(small), once, rtol=1e-3, atol=1e-4)
    assert not torch.equal(seen, once)


def test_eye_brings_pictures_to_its_size():
    namer = NamerTower().eval()
    with torch.no_grad():
        assert namer(torch.ones(1, 3, 64, 64)).shape == (1, namer.num_features)
        torch.testing.assert_close(namer(torch.ones(1, 3, 96, 96)), namer(torch.ones(1, 3, 48, 48)))
