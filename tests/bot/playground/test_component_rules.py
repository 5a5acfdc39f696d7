from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.model.errors import ApiError, FormErrors
from bot.playground.protocol.component_rules import check_message_components, check_modal


def button(custom_id: str, **more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "x", "custom_id": custom_id, **more}


def row(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(parts)}


def text(content: str = "x") -> dict[str, Any]:
    return {"type": 10, "content": content}


def select(options: int, **more: Any) -> dict[str, Any]:
    listed = [{"label": str(n), "value": str(n)} for n in range(options)]
    return {"type": 3, "custom_id": "s", "options": listed, **more}


def codes(components: Any, *, v2: bool = False) -> str:
    """What is blamed, as text; empty when all is well."""
    blame = FormErrors()
    check_message_components(blame, components, v2=v2)
    try:
        blame.check()
    except ApiError as error:
        return str(error.errors)
    return ""


def test_five_rows_of_five_buttons_are_the_most():
    rows = [row(*(button(f"{r}.{b}") for b in range(5))) for r in range(5)]
    assert codes(rows) == ""
    assert "BASE_TYPE_BAD_LENGTH" in codes([*rows, row(button("one more"))])
    assert "BASE_TYPE_BAD_LENGTH" in codes([row(*(button(str(b)) for b in range(6)))])


def test_a_select_fills_its_row():
    assert codes([row(select(25))]) == ""
    assert "COMPONENT_LAYOUT_WIDTH_EXCEEDED" in codes([row(select(2), button("b"))])


@pytest.mark.parametrize("count", [0, 26])
def test_a_select_has_one_to_twenty_five_options(count: int):
    assert "BASE_TYPE_BAD_LENGTH" in codes([row(select(count))])


def test_custom_ids_are_unique():
    assert "COMPONENT_CUSTOM_ID_DUPLICATED" in codes([row(button("a"), button("a"))])


@pytest.mark.parametrize(
    "broken",
    [
        button("x" * 101),
        button(""),
        button("a", label="x" * 81),
        button("a", label=None),
        button("a", style=9),
        {"type": 2, "style": 5, "label": "x"},
        {"type": 99},
        "no component",
    ],
)
def test_a_broken_button_is_blamed(broken: Any):
    assert codes([row(broken)]) != ""


def test_layouts_need_the_flag():
    assert "UNION_TYPE_CHOICES" in codes([text()])
    assert codes([text()], v2=True) == ""


def test_forty_components_in_all_are_the_most():
    container = {"type": 17, "components": [text() for _ in range(38)]}
    assert codes([container, text()], v2=True) == ""
    crowded = codes([container, text(), text()], v2=True)
    assert "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED" in crowded


def test_texts_have_four_thousand_characters_together():
    assert codes([text("x" * 2000), text("x" * 2000)], v2=True) == ""
    long = codes([text("x" * 2000), text("x" * 2001)], v2=True)
    assert "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED" in long


def test_a_section_needs_its_accessory():
    section = {"type": 9, "components": [text()]}
    assert codes([section], v2=True) != ""
    assert codes([{**section, "accessory": button("a")}], v2=True) == ""


def test_a_container_holds_no_container():
    inner = {"type": 17, "components": [text()]}
    assert "UNION_TYPE_CHOICES" in codes([{"type": 17, "components": [inner]}], v2=True)


def modal(**more: Any) -> dict[str, Any]:
    label = {
        "type": 18,
        "label": "Photo",
        "component": {"type": 19, "custom_id": "photo", "min_values": None, "max_values": 10},
    }
    return {"title": "Your turn", "custom_id": "m", "components": [label], **more}


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "x" * 46},
        {"title": ""},
        {"custom_id": ""},
        {"components": []},
        {"components": [text()] * 6},
        {"components": [row(button("b"))]},
        {"components": [{"type": 18, "label": "x" * 46, "component": select(1)}]},
    ],
)
def test_a_broken_modal_is_blamed(wrong: dict[str, Any]):
    blame = FormErrors()
    check_modal(blame, modal())
    blame.check()
    check_modal(blame, modal(**wrong))
    with pytest.raises(ApiError):
        blame.check()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "components", "custom_id", "options", "label", "accessory"]),
            inner | st.integers(0, 24),
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(json_values, st.booleans())
def test_whatever_comes_is_blamed_and_nothing_breaks(value: Any, v2: bool):
    assert isinstance(codes(value, v2=v2), str)
