"""What a person filled into a modal, checked and put as Discord sends it.

docs: interactions/receiving-and-responding#interaction-object-modal-submit-data-structure
"""

from __future__ import annotations

from typing import Any

from bot.playground.model.entities import Channel, User
from bot.playground.model.errors import Json
from bot.playground.protocol.command_input import InvalidInput, Resolved
from bot.playground.protocol.component_rules import SELECTS, Kind, value_range


def modal_data(modal: Json, values: dict[str, Any], resolved: Resolved) -> Json:
    """The `data` of a modal submit. Raises InvalidInput when something is missing or unfit.

    values: by custom id; text as str, selects as lists, uploads as lists of UploadedFile.
    """
    known: set[str] = set()
    components = [_filled(part, values, resolved, known) for part in modal["components"]]
    unknown = set(values) - known
    if unknown:
        raise InvalidInput(f"the form has no field {', '.join(sorted(unknown))}")
    data: Json = {"custom_id": modal["custom_id"], "components": components}
    if resolved.parts:
        data["resolved"] = resolved.parts
    return data


def _filled(part: Json, values: dict[str, Any], resolved: Resolved, known: set[str]) -> Json:
    kind = Kind(part["type"])
    base = {"type": int(kind), "id": part["id"]}
    if kind is Kind.LABEL:
        name = part["label"]
        return base | {"component": _field(part["component"], name, values, resolved, known)}
    if kind is Kind.ACTION_ROW:
        inner = [
            _field(item, item.get("label") or item["custom_id"], values, resolved, known)
            for item in part["components"]
        ]
        return base | {"components": inner}
    return base


def _field(
    part: Json, name: str, values: dict[str, Any], resolved: Resolved, known: set[str]
) -> Json:
    kind, custom_id = Kind(part["type"]), part["custom_id"]
    known.add(custom_id)
    base = {"type": int(kind), "id": part["id"], "custom_id": custom_id}
    required = part.get("required", True)
    if kind is Kind.TEXT_INPUT:
        text = str(values.get(custom_id) or "")
        least, most = part.get("min_length") or 0, part.get("max_length") or 4000
        if required and not text.strip():
            raise InvalidInput(f"{name} is required.")
        if text and not least <= len(text) <= most:
            raise InvalidInput(f"{name} has {least} to {most} characters, not {len(text)}.")
        return base | {"value": text}
    if kind is Kind.CHECKBOX:
        return base | {"value": bool(values.get(custom_id))}
    if kind is Kind.RADIO_GROUP:
        chosen = values.get(custom_id)
        _among(part, name, [] if chosen is None else [chosen], required=required)
        return base | {"value": chosen}
    chosen = list(values.get(custom_id) or [])
    least, most = value_range(part)
    if (required or chosen) and not least <= len(chosen) <= most:
        raise InvalidInput(f"{name} takes {least} to {most}, not {len(chosen)}.")
    if kind is Kind.FILE_UPLOAD:
        return base | {"values": [resolved.file(file) for file in chosen]}
    if kind in SELECTS and kind is not Kind.STRING_SELECT:
        return base | {"values": [picked(item, resolved) for item in chosen]}
    _among(part, name, chosen, required=False)
    return base | {"values": chosen}


def picked(item: Any, resolved: Resolved) -> str:
    """The id to send for a person, channel or role that was chosen."""
    if isinstance(item, User):
        return resolved.user(item)
    if isinstance(item, Channel):
        return resolved.channel(item, 0)
    if isinstance(item, int):
        return resolved.role(item)
    raise InvalidInput("that can't be chosen here")


def _among(part: Json, name: str, chosen: list[str], *, required: bool) -> None:
    if required and not chosen:
        raise InvalidInput(f"{name} is required.")
    if set(chosen) - {option["value"] for option in part.get("options", [])}:
        raise InvalidInput(f"{name} has no such option.")
