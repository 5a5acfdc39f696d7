import pytest
import torch

from engine.pocket.opinion import EMBED, SIDE, Opinion
from engine.train import export, opinion
from engine.train.fit import MEAN, STD


@pytest.fixture
def seer():
    """One whose statistics and weights are anything, as after some training."""
    trained = opinion.untrained()
    torch.manual_seed(1)
    for weights in trained.parameters():
        if weights.ndim:
            torch.nn.init.normal_(weights, std=0.2)
    for name, values in trained.named_buffers():
        if "running_var" in name:
            torch.nn.init.uniform_(values, 0.5, 2.0)
        elif "running_mean" in name:
            torch.nn.init.normal_(values)
    return trained.eval()


@pytest.fixture
def shipped(seer) -> Opinion:
    network = Opinion()
    weights = export.opining(seer, 12.0)
    network.load_state_dict({name: value.float() for name, value in weights.items()})
    return network


def pictures(side: int = SIDE) -> torch.Tensor:
    return torch.rand(3, 3, side, side, generator=torch.Generator().manual_seed(2))


def test_what_ships_sees_what_was_trained(seer, shipped: Opinion) -> None:
    seen = pictures()
    both = torch.cat((seen, seen.flip(3)))
    with torch.no_grad():
        found = seer.proj(seer.trunk((both - MEAN) / STD)).unflatten(0, (2, -1)).mean(0)
    cosines = torch.nn.functional.cosine_similarity(found, shipped.see(seen))
    assert cosines.min() > 0.999


def test_a_mirrored_picture_is_the_same_thing(shipped: Opinion) -> None:
    seen = pictures(64)
    torch.testing.assert_close(shipped.see(seen), shipped.see(seen.flip(3)), atol=1e-4, rtol=1e-4)


def test_logits_are_scaled_cosines(shipped: Opinion) -> None:
    words = torch.nn.functional.normalize(torch.randn(5, EMBED), dim=1)
    logits = shipped.logits(pictures(), words)
    assert logits.shape == (3, 5)
    expected = 12.0 * shipped.see(pictures()) @ shipped.read(words).T
    torch.testing.assert_close(logits, expected)
    assert logits.abs().max() <= 12.001
