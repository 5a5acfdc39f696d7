from __future__ import annotations

import pytest

from bot.drawing import view
from bot.drawing.request import Request
from bot.texts import Texts, languages


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.0, "Hardly any judge sees *a lighthouse* in it."),
        (0.14, "Hardly any judge sees *a lighthouse* in it."),
        (0.2, "2 in 10 judges see *a lighthouse* in it."),
        (0.62, "6 in 10 judges see *a lighthouse* in it."),
        (0.8, "8 in 10 judges see *a lighthouse* in it."),
        (0.9, "Nearly every judge sees *a lighthouse* in it."),
        (1.0, "Nearly every judge sees *a lighthouse* in it."),
    ],
)
def test_judges_are_counted_in_tenths(share: float, said: str):
    assert view.opinion(Texts(), "a lighthouse", share) == said


@pytest.mark.parametrize("language", languages())
def test_judges_are_counted_in_every_language(language: str):
    texts = Texts(language)
    said = {view.opinion(texts, "x", tenth / 10) for tenth in range(11)}
    assert len(said) == 9  # none, 2 to 8, all
    assert "6" in view.opinion(texts, "x", 0.6)


def test_a_prompt_cannot_change_how_the_sentence_looks():
    assert "\\*x\\*" in view.opinion(Texts(), "*x*", 0.5)


def test_a_word_without_a_translation_is_said_to_be_english():
    sees = [("sandcastle", 0.6), ("castle", 0.2)]
    said = view.what_it_sees(Texts("es"), sees)
    assert "sandcastle (en inglés)" in said
    assert "castillo" in said
    assert "inglés" not in said.replace("sandcastle (en inglés)", "")
    assert "(" not in view.what_it_sees(Texts("en"), sees).replace(" %)", "")


def test_of_a_collage_no_strokes_are_counted_and_it_says_whose_emoji_it_is_of() -> None:
    texts = Texts()
    request = Request(prompt="a face", seed=1, painter="collage", own_emoji=True)
    for patches, said in (((b"one",), "this server's emoji"), ((), "I find none of this server's")):
        asked = request.model_copy(update={"patches": patches})
        page = view.drawing(texts, asked, person=1, status="", colour=0)
        shown = str(page.view.to_components())
        assert said in shown
        assert "strokes" not in shown
    buttons = view.finished_buttons(texts, 1, request, has_strokes=False)
    assert [button.what for button in buttons] == ["again", "delete"]
