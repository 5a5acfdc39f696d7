import torch
from torch.nn.functional import normalize

from engine.train.word_shifts import fitted


def _named(seen: torch.Tensor, texts: torch.Tensor, labels: torch.Tensor) -> float:
    return ((seen @ texts.T).argmax(1) == labels).float().mean().item()


def test_words_are_moved_to_where_their_drawings_are_and_not_far() -> None:
    torch.manual_seed(0)
    texts = normalize(torch.randn(20, 32), dim=1)
    places = normalize(texts + 0.2 * torch.randn(20, 32), dim=1)
    labels = torch.arange(20).repeat(60)
    seen = normalize(places[labels] + 0.35 * torch.randn(1200, 32), dim=1)
    learned, kept_back = slice(0, 600), slice(600, 1200)
    shifts = fitted(seen[learned], labels[learned], texts, 20.0, held=0.001)
    moved = normalize(texts + shifts, dim=1)
    before = _named(seen[kept_back], texts, labels[kept_back])
    assert _named(seen[kept_back], moved, labels[kept_back]) > before + 0.05
    assert (moved * places).sum(1).mean() > (texts * places).sum(1).mean() + 0.1
    held = fitted(seen[learned], labels[learned], texts, 20.0, held=10.0)
    assert held.norm() < 0.1 * shifts.norm()
