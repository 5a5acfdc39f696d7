"""What Discord refuses in buttons, selects, layouts and modals. docs: components/reference"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Any

from bot.playground.model.entities import walk_components
from bot.playground.model.errors import FormErrors, Json

MAX_ROWS = 5
MAX_V2_COMPONENTS = 40  # nested ones counted; docs: components/reference#what-is-a-component
MAX_V2_TEXT = 4000  # characters of all text displays together
MAX_CUSTOM_ID = 100

Path = tuple[str | int, ...]


class Kind(IntEnum):
    """docs: components/reference#component-object-component-types"""

    ACTION_ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT_DISPLAY = 10
    THUMBNAIL = 11
    MEDIA_GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


SELECTS = {
    Kind.STRING_SELECT,
    Kind.USER_SELECT,
    Kind.ROLE_SELECT,
    Kind.MENTIONABLE_SELECT,
    Kind.CHANNEL_SELECT,
}
IN_CONTAINER = {
    Kind.ACTION_ROW,
    Kind.TEXT_DISPLAY,
    Kind.SECTION,
    Kind.MEDIA_GALLERY,
    Kind.SEPARATOR,
    Kind.FILE,
}
IN_MESSAGE_V2 = IN_CONTAINER | {Kind.CONTAINER}
IN_MODAL = {Kind.LABEL, Kind.TEXT_DISPLAY, Kind.ACTION_ROW}
IN_LABEL = SELECTS | {
    Kind.TEXT_INPUT,
    Kind.FILE_UPLOAD,
    Kind.RADIO_GROUP,
    Kind.CHECKBOX_GROUP,
    Kind.CHECKBOX,
}
LINK_STYLE, PREMIUM_STYLE = 5, 6


def check_message_components(blame: FormErrors, components: Any, *, v2: bool) -> None:
    """Blame what is wrong in a message's components, with or without the V2 flag."""
    if components is None:
        return
    most = MAX_V2_COMPONENTS if v2 else MAX_ROWS
    components = blame.entries(("components",), components, most)
    allowed = IN_MESSAGE_V2 if v2 else {Kind.ACTION_ROW}
    _Checker(blame).check_all(("components",), components, allowed)
    _check_custom_ids(blame, components)
    if v2:
        found = walk_components(components)
        if len(found) > MAX_V2_COMPONENTS:
            message = f"The total number of components in a message is at most {MAX_V2_COMPONENTS}."
            blame.add(("components",), "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", message)
        texts = [str(part.get("content", "")) for part in found if part.get("type") == 10]
        if sum(map(len, texts)) > MAX_V2_TEXT:
            message = f"The displayable text of a message is at most {MAX_V2_TEXT} characters."
            blame.add(("components",), "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)


def check_modal(blame: FormErrors, modal: Json) -> None:
    """docs: interactions/receiving-and-responding#interaction-response-object-modal"""
    blame.length(("title",), modal.get("title", ""), 45, least=1)
    blame.length(("custom_id",), modal.get("custom_id", ""), MAX_CUSTOM_ID, least=1)
    components = blame.entries(("components",), modal.get("components"), 5, least=1)
    _Checker(blame).check_all(("components",), components, IN_MODAL, in_modal=True)
    _check_custom_ids(blame, components)


def value_range(component: Json) -> tuple[int, int]:
    """The fewest and most values that a select or upload takes; null means 1, as absence does."""
    least, most = component.get("min_values"), component.get("max_values")
    return (1 if least is None else least), (1 if most is None else most)


def _dicts(components: Iterable[Any]) -> list[Json]:
    return [component for component in components if isinstance(component, dict)]


def _check_custom_ids(blame: FormErrors, components: list[Any]) -> None:
    """docs: components/reference#anatomy-of-a-component-custom-id"""
    seen: set[str] = set()
    for component in walk_components(components):
        custom_id = component.get("custom_id")
        if isinstance(custom_id, str) and custom_id in seen:
            message = "Component custom id cannot be duplicated"
            blame.add(("components",), "COMPONENT_CUSTOM_ID_DUPLICATED", message)
        seen.add(str(custom_id))


class _Checker:
    """Walks a tree of components; each kind has its method."""

    def __init__(self, blame: FormErrors) -> None:
        self.blame = blame

    def check_all(
        self, path: Path, components: list[Any], allowed: set[Kind], *, in_modal: bool = False
    ) -> None:
        for index, component in enumerate(components):
            self.check((*path, index), component, allowed, in_modal=in_modal)

    def check(
        self, path: Path, component: Any, allowed: set[Kind], *, in_modal: bool = False
    ) -> None:
        kind = component.get("type") if isinstance(component, dict) else None
        if not isinstance(kind, int) or kind not in {int(item) for item in allowed}:
            choices = ", ".join(str(int(item)) for item in sorted(allowed))
            message = f"Value of field 'type' must be one of ({choices})."
            self.blame.add((*path, "type"), "UNION_TYPE_CHOICES", message)
            return
        kind = Kind(kind)
        if kind is Kind.ACTION_ROW:
            self._action_row(path, component, in_modal=in_modal)
        elif kind is Kind.BUTTON:
            self._button(path, component)
        elif kind in SELECTS:
            self._select(path, component, kind, in_modal=in_modal)
        elif kind is Kind.CONTAINER:
            self.check_all((*path, "components"), self._inner(path, component, 40), IN_CONTAINER)
        elif kind is Kind.SECTION:
            self._section(path, component)
        elif kind is Kind.TEXT_DISPLAY:
            content = component.get("content", "")
            self.blame.length((*path, "content"), content, MAX_V2_TEXT, least=1)
        elif kind is Kind.MEDIA_GALLERY:
            self._gallery(path, component)
        elif kind is Kind.LABEL:
            self._label(path, component)
        elif kind in IN_LABEL:
            self._input(path, component, kind)

    def _inner(self, path: Path, component: Json, most: int) -> list[Any]:
        inner = component.get("components")
        return self.blame.entries((*path, "components"), inner, most, least=1)

    def _custom_id(self, path: Path, component: Json) -> None:
        custom_id = component.get("custom_id", "")
        self.blame.length((*path, "custom_id"), custom_id, MAX_CUSTOM_ID, least=1)

    def _action_row(self, path: Path, row: Json, *, in_modal: bool) -> None:
        """Five buttons or one select. docs: components/reference#action-row"""
        inner = self._inner(path, row, 5)
        allowed = {Kind.TEXT_INPUT} if in_modal else SELECTS | {Kind.BUTTON}
        self.check_all((*path, "components"), inner, allowed)
        wide = [part for part in _dicts(inner) if part.get("type") != Kind.BUTTON]
        if wide and len(inner) > 1:
            message = "The specified component exceeds the maximum width"
            self.blame.add((*path, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)

    def _button(self, path: Path, button: Json) -> None:
        """docs: components/reference#button"""
        style = button.get("style")
        if not self.blame.range((*path, "style"), style, 1, PREMIUM_STYLE):
            return
        if button.get("label") is not None:
            self.blame.length((*path, "label"), button["label"], 80)
        if style == LINK_STYLE:
            self.blame.length((*path, "url"), button.get("url", ""), 512, least=1)
        elif style != PREMIUM_STYLE:
            self._custom_id(path, button)
        if style != PREMIUM_STYLE and not button.get("label") and not button.get("emoji"):
            message = "A button must have a label or an emoji"
            self.blame.add((*path,), "BUTTON_COMPONENT_INVALID", message)
        if style == LINK_STYLE and button.get("custom_id"):
            message = "A custom id and url cannot both be specified"
            self.blame.add((*path, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_AND_URL", message)

    def _select(self, path: Path, select: Json, kind: Kind, *, in_modal: bool) -> None:
        """docs: components/reference#string-select"""
        self._custom_id(path, select)
        if select.get("placeholder") is not None:
            self.blame.length((*path, "placeholder"), select["placeholder"], 150)
        least, most = value_range(select)
        self.blame.range((*path, "min_values"), least, 0, 25)
        self.blame.range((*path, "max_values"), most, 1, 25)
        if kind is Kind.STRING_SELECT:
            self._options(path, select)

    def _options(self, path: Path, select: Json) -> None:
        options = self.blame.entries((*path, "options"), select.get("options"), 25, least=1)
        values: set[str] = set()
        for index, option in enumerate(_dicts(options)):
            where = (*path, "options", index)
            for key in ("label", "value"):
                self.blame.length((*where, key), option.get(key, ""), 100, least=1)
            if option.get("description") is not None:
                self.blame.length((*where, "description"), option["description"], 100)
            if str(option.get("value")) in values:
                message = "The specified option value is already used"
                self.blame.add(
                    (*where, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message
                )
            values.add(str(option.get("value")))
        defaults = sum(bool(option.get("default")) for option in _dicts(options))
        most = value_range(select)[1]
        if isinstance(most, int) and defaults > most:
            message = "More options are chosen by default than may be chosen"
            self.blame.add((*path, "options"), "SELECT_COMPONENT_TOO_MANY_DEFAULTS", message)

    def _section(self, path: Path, section: Json) -> None:
        """One to three texts and one accessory. docs: components/reference#section"""
        inner = self._inner(path, section, 3)
        self.check_all((*path, "components"), inner, {Kind.TEXT_DISPLAY})
        accessory = (*path, "accessory")
        self.check(accessory, section.get("accessory"), {Kind.BUTTON, Kind.THUMBNAIL})

    def _gallery(self, path: Path, gallery: Json) -> None:
        """docs: components/reference#media-gallery"""
        items = self.blame.entries((*path, "items"), gallery.get("items"), 10, least=1)
        for index, item in enumerate(_dicts(items)):
            if item.get("description") is not None:
                where = (*path, "items", index, "description")
                self.blame.length(where, item["description"], 1024)

    def _label(self, path: Path, label: Json) -> None:
        """docs: components/reference#label"""
        self.blame.length((*path, "label"), label.get("label", ""), 45, least=1)
        if label.get("description") is not None:
            self.blame.length((*path, "description"), label["description"], 100)
        self.check((*path, "component"), label.get("component"), IN_LABEL, in_modal=True)

    def _input(self, path: Path, component: Json, kind: Kind) -> None:
        """docs: components/reference#text-input, components/reference#file-upload"""
        self._custom_id(path, component)
        if kind is Kind.TEXT_INPUT:
            for key, most in (("label", 45), ("placeholder", 100), ("value", 4000)):
                if component.get(key) is not None:
                    self.blame.length((*path, key), component[key], most)
            self.blame.range((*path, "style"), component.get("style"), 1, 2)
            self.blame.range((*path, "min_length"), component.get("min_length") or 0, 0, 4000)
            self.blame.range((*path, "max_length"), component.get("max_length") or 4000, 1, 4000)
        elif kind is Kind.FILE_UPLOAD:
            least, most = value_range(component)
            self.blame.range((*path, "min_values"), least, 0, 10)
            self.blame.range((*path, "max_values"), most, 1, 10)
