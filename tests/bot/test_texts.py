from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import bot
from bot import texts
from bot.commands import help as help_
from bot.commands import leaderboard, settings
from bot.commands.first_steps import STEPS
from bot.drawing.buttons import LOOKS
from bot.drawing.styles import STYLES
from bot.games.albums.album import WORDING
from bot.games.pictionary.lobby import ALL_SETTINGS, ANY, OWN
from bot.games.registry import BOARDS
from bot.kit import permissions
from bot.pad.operations import INKS, PENS
from bot.playground.model.errors import Json
from bot.playground.server import Playground
from bot.texts import Texts
from engine.paint.options import BASELINES, PAINTERS
from games.drawing.guesser import STRENGTHS
from games.drawing.settings import Mode
from games.drawing.turn import TurnEnding
from games.table.scoring import SCALES
from games.table.table import Ending, Reason
from games.telephone.books import PACES
from games.words.lists import DIFFICULTIES, Fault, themes
from games.words.matching import LANGUAGES
from tests.bot.conftest import StartBot

SOURCES = [path.read_text("utf-8") for path in Path(bot.__file__).parent.rglob("*.py")]
# Keys that are put together from parts.
COMPOSED = {f"styles.{key}" for key in STYLES} | {f"buttons.{what}" for what in LOOKS}
COMPOSED |= {f"commands.painter.{name}" for name in set(PAINTERS) - BASELINES}
COMPOSED |= {f"games.reason.{reason.name.lower()}" for reason in Reason}
COMPOSED |= {f"settings.field_{key}" for key in settings.NUMBERS}
COMPOSED |= {f"settings.starters_{who}" for who in settings.STARTERS}
COMPOSED |= {f"help.{topic}{part}" for topic in help_.TOPICS for part in ("", "_page")}
COMPOSED |= {f"permissions.{name}" for name in permissions.TOLD}
COMPOSED |= {f"words.fault_{fault.name.lower()}" for fault in Fault}
COMPOSED |= {f"board.kind_{kind.replace('-', '_')}" for kind in BOARDS}
COMPOSED |= {f"commands.kind.{kind.replace('-', '_')}" for kind in BOARDS}
COMPOSED |= {f"pad.ink_{i}" for i in range(len(INKS))} | {f"pad.pen_{i}" for i in range(len(PENS))}
COMPOSED |= {f"board.period_{period}" for period in leaderboard.PERIODS}
COMPOSED |= {f"commands.modes.{mode.name.lower()}" for mode in Mode}
COMPOSED |= {f"pictionary.how_{mode.name.lower()}" for mode in Mode}
COMPOSED |= {f"commands.strengths.{name}" for name in STRENGTHS}
COMPOSED |= {f"commands.languages.{name}" for name in LANGUAGES}
COMPOSED |= {f"difficulties.{name}" for name in (ANY, *DIFFICULTIES)}
COMPOSED |= {f"themes.{name}" for name in (ANY, *themes())}
COMPOSED |= {f"scales.{name}" for name in SCALES}
COMPOSED |= {f"setting.{name}" for name in ALL_SETTINGS}
COMPOSED |= {f"pictionary.own_{name}" for name in OWN} | {"pictionary.late_yes"}
COMPOSED |= {"pictionary.late_no", "pictionary.more", "pictionary.first"}
COMPOSED |= {f"pictionary.ending_{ending.name.lower()}" for ending in TurnEnding}
COMPOSED |= {f"steps.{name}" for name in STEPS}
COMPOSED |= {f"album_page.{key}" for key in WORDING}
COMPOSED |= {f"game_end.over_{ending.name.lower()}" for ending in Ending}

PAGE = [
    path.read_text("utf-8")
    for room in ("pad", "activity")
    for path in (Path(bot.__file__).parent / room / "page").iterdir()
    if path.suffix in (".html", ".js")
]


def keys_in_use() -> set[str]:
    found = set(COMPOSED)
    sections = {key.split(".")[0] for key in texts.load("en")}
    named = re.compile(r'named\("([a-z_.]+)"\)')
    for source in SOURCES:
        found |= {f"commands.{key}" for key in named.findall(source)}
        for match in re.findall(r'"([a-z_]+\.[a-z][a-z_]*)"', named.sub("", source)):
            if match.split(".")[0] in sections:
                found.add(match)
    for source in PAGE:
        found |= set(re.findall(r'(?:"|\{\{)((?:pad|activity)\.[a-z_]+)(?:"|\}\})', source))
    there = texts.load("en")
    return found | {key + "_text" for key in found if f"{key}_text" in there}


def test_every_text_in_use_is_there_and_every_one_there_is_in_use():
    assert keys_in_use() == set(texts.load("en"))


@pytest.mark.parametrize("language", texts.languages())
def test_translations_have_the_same_texts_with_the_same_values(language: str):
    def values(text: object) -> set[str]:
        forms = text.values() if isinstance(text, dict) else [text]
        names = (name for form in forms for _, name, _, _ in string.Formatter().parse(str(form)))
        return {name for name in names if name}

    english, translated = texts.load("en"), texts.load(language)
    assert set(translated) == set(english)
    for key, text in translated.items():
        assert values(text) == values(english[key]), key


def test_numbers_choose_the_form():
    assert Texts()("card.strokes", n=1) == "1 stroke"
    assert Texts()("card.strokes", n=4) == "4 strokes"


def test_a_language_without_a_file_is_read_in_english():
    assert texts.language_of("cy") == "en"
    assert texts.language_of(None) == "en"


def test_a_missing_value_is_an_error():
    with pytest.raises(KeyError):
        Texts()("draw.progress")


@pytest.mark.parametrize("language", texts.languages())
def test_commands_are_named_within_discord_s_rules(language: str):
    """docs: interactions/application-commands#application-command-object"""
    for key, text in texts.load(language).items():
        if not key.startswith("commands."):
            continue
        assert 1 <= len(text) <= 100, key
        is_name = key.endswith(".name") or key.startswith("commands.option.")
        if is_name and key != "commands.guess_menu.name":
            assert re.fullmatch(r"[-'\w]{1,32}", text), key
            assert text == text.lower(), key
    assert len(texts.load(language)["commands.guess_menu.name"]) <= 32


@pytest.mark.parametrize("language", texts.languages())
@pytest.mark.parametrize(("pace", "unit"), [("normal", 60), ("speed", 1)])
def test_a_pace_says_how_long_a_phrase_and_a_drawing_may_take(language: str, pace: str, unit: int):
    said = re.findall(r"\d+", Texts(language)(f"commands.pace.{pace}"))
    assert [unit * int(n) for n in said] == [PACES[pace].phrase, PACES[pace].drawing]


@pytest.mark.parametrize("language", texts.languages())
def test_what_stands_in_forms_fits_them(language: str):
    """docs: components/reference#label, interactions/receiving-and-responding (modals)"""
    for key, text in texts.load(language).items():
        in_form = key.startswith("settings.field_") or key.endswith(("_title", "_label"))
        if in_form and key.startswith(("settings.", "pictionary.guess", "telephone.phrase")):
            assert len(text) <= 45, key
    assert len(texts.load(language)["settings.blocked_description"]) <= 100


@pytest.mark.parametrize("language", texts.languages())
def test_every_text_can_be_put_together(language: str):
    class Anything(dict[str, object]):
        def __missing__(self, key: str) -> object:
            return 7

    for key, text in texts.load(language).items():
        for form in text.values() if isinstance(text, dict) else [text]:
            assert form.format_map(Anything()), key


def test_a_text_that_a_translation_lacks_is_read_in_english(monkeypatch: pytest.MonkeyPatch):
    real = texts.load
    german = {key: text for key, text in real("de").items() if key != "draw.done"}
    monkeypatch.setattr(texts, "load", lambda name: german if name == "de" else real(name))
    assert Texts("de")("draw.done") == "Done."
    assert Texts("de")("draw.next") != Texts()("draw.next")


@pytest.mark.parametrize("language", texts.languages())
async def test_options_of_a_command_have_different_names(
    playground: Playground, start: StartBot, language: str
):
    """And choices are told apart. docs: interactions/application-commands"""
    await start()
    locale = {"en": "en-US", "es": "es-ES"}.get(language, language)

    def names(items: list[Json]) -> list[str]:
        return [(item.get("name_localizations") or {}).get(locale, item["name"]) for item in items]

    def check(item: Json) -> None:
        for key in ("options", "choices"):
            inner = item.get(key) or []
            assert len(set(names(inner))) == len(inner), (item["name"], names(inner))
            for one in inner:
                check(one)

    usable = playground.commands.usable()
    by_kind = {kind: [c for c in usable if c["type"] == kind] for kind in (1, 3)}
    for commands in by_kind.values():
        assert len(set(names(commands))) == len(commands)
        for command in commands:
            check(command)
