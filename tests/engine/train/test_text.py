from collections import Counter

import pytest
import torch

from engine.train import text
from engine.train.corpus import FRAMES, Corpus, frame_of, phrases, wordnet
from tests.engine.train.clock import ticking


def test_merges_join_the_most_frequent_pair_first():
    merges = text.learn_merges(Counter({"low": 5, "lower": 2, "slow": 9}), 3)
    assert merges == [("l", "o"), ("lo", "w</w>"), ("s", "low</w>")]


def test_merges_of_repeated_letters():
    merges = text.learn_merges(Counter({"aaaa": 1}), 5)
    assert merges == [("a", "a"), ("a", "a</w>"), ("aa", "aa</w>")]


def test_tokenizer_of_open_clip_reads_our_merges(tmp_path):
    merges = text.learn_merges(Counter({"cat": 9, "hat": 5, "cattle": 1}), 4)
    text.write_merges(merges, tmp_path / "merges.txt.gz")
    read = text.tokenizer(tmp_path / "merges.txt.gz")
    assert len(read.encode("cat")) == 1
    assert read.decode(read.encode("a cat, a hat")).split() == ["a", "cat", ",", "a", "hat"]
    tokens = read(["cat " * 50])
    assert tokens.shape == (1, text.CONFIG.context_length)
    assert tokens[0].argmax() == text.CONFIG.context_length - 1


def test_merges_file_depends_on_the_merges_alone(tmp_path):
    for name in ("a.gz", "b.gz"):
        text.write_merges([("a", "b</w>")], tmp_path / name)
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()


@pytest.mark.parametrize(
    ("frame", "thing", "told"),
    [("a drawing of a {}", "apple", "a drawing of an apple"), ("a {}", "bus", "a bus")],
)
def test_frames_take_the_right_article(frame, thing, told):
    assert frame in FRAMES
    assert frame_of(frame, thing) == told


def test_wordnet_is_read_by_field(tmp_path):
    lines = [
        "  1 This software and database is being provided",
        "00001 05 n 02 dog 0 domestic_dog 0 001 @ 1 n 0000 | a canine",
        "00002 09 n 01 idea 0 000 | a thought",
        "00003 06 n 01 T-34 0 000 | a tank",
    ]
    (tmp_path / "data.noun").write_text("\n".join(lines))
    assert wordnet(tmp_path, [5, 6]) == ["dog", "domestic dog"]


def test_phrases_are_the_same_each_time():
    from random import Random

    made = phrases(["cat", "owl"], 200, Random(0))
    assert made == phrases(["cat", "owl"], 200, Random(0))
    assert all("cat" in phrase or "owl" in phrase for phrase in made)
    assert not [phrase for phrase in made if " a owl" in f" {phrase}"]


@pytest.fixture
def corpus():
    held = ["a red dog", "a blue cat"]
    return Corpus(["cat", "dog"], ["cat", "bird"], ["fish"], ["run"], ["a red cat"], held)


def test_held_phrases_are_not_taught(corpus):
    taught = {lesson for lesson, _, _ in corpus.lessons()}
    assert not taught & set(corpus.held)
    assert set(corpus.held) < set(corpus.texts)


def test_frames_are_taught_as_the_thing_itself(corpus):
    meanings = {lesson: meaning for lesson, meaning, _ in corpus.lessons()}
    assert meanings["a sketch of a cat"] == "cat"
    assert meanings["a red cat"] == "a red cat"


def test_student_learns_and_goes_on(corpus, tmp_path):
    merges = tmp_path / "merges.txt.gz"
    text.write_merges(text.learn_merges(corpus.frequencies(), 50), merges)
    torch.manual_seed(0)
    vectors = torch.nn.functional.normalize(torch.randn(len(corpus.texts), 384), dim=-1)
    kept = tmp_path / "student.pt"

    def teach(minutes: float) -> float:
        model = text.teach(
            corpus, vectors, merges, kept,
            through=torch.randn(256, 384), minutes=minutes, batch=32, clock=ticking(2.0),
        )  # fmt: skip
        return text.cosines(model, corpus, vectors, merges)["drawn"]

    first = teach(0.3)
    begun = torch.load(kept)["step"]
    second = teach(0.6)
    assert torch.load(kept)["step"] > begun > 0
    assert second > max(first, 0.6)
