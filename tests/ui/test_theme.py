"""The look: tokens are the only colours, they can be read, and the theme follows the person's choice."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from ui.theme import tokens
from ui.theme.icons import icon, pixmap
from ui.theme.theme import Appearance, Theme
from ui.theme.tokens import SCHEMES, Tokens, colours, contrast, mixed

ROOT = Path(__file__).parents[2]
LITERAL = re.compile(r"#[0-9A-Fa-f]{6}\b|#[0-9A-Fa-f]{3}\b|\brgba?\(|QColor\(\s*\d|GlobalColor\.(?!transparent)")


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
@pytest.mark.parametrize("role", ["text", "muted", "accent", "block", "high", "med", "low", "good"])
def test_words_can_be_read_on_every_surface(scheme: Tokens, role: str) -> None:
    for surface in ("background", "surface", "raised"):
        assert contrast(getattr(scheme, role), getattr(scheme, surface)) >= 4.5, (role, surface)


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
def test_words_can_be_read_on_what_is_selected_and_on_the_main_button(scheme: Tokens) -> None:
    assert contrast(scheme.text, scheme.soft) >= 4.5
    assert contrast(scheme.on_accent, scheme.accent) >= 4.5
    for role in ("block", "high", "med", "low", "good", "muted"):
        assert contrast(getattr(scheme, role), scheme.soft) >= 3, role


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
def test_borders_and_the_focus_ring_stand_out(scheme: Tokens) -> None:
    for role in ("outline", "focus"):
        for surface in ("background", "surface"):
            assert contrast(getattr(scheme, role), getattr(scheme, surface)) >= 3, (role, surface)


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
def test_a_banner_can_be_read_on_its_tint(scheme: Tokens) -> None:
    for role in ("block", "high", "good", "accent"):
        tint = mixed(getattr(scheme, role), scheme.surface, 0.1)
        assert contrast(scheme.text, tint) >= 4.5
        assert contrast(getattr(scheme, role), tint) >= 3


def test_high_contrast_text_is_at_least_seven_to_one() -> None:
    scheme = SCHEMES["contrast"]
    for role in ("text", "muted", "accent", "block", "high", "med", "low", "good"):
        assert contrast(getattr(scheme, role), scheme.surface) >= 7, role


def test_no_colour_is_written_outside_the_tokens() -> None:
    places = [*ROOT.glob("ui/**/*.py"), *ROOT.glob("resources/style/*")]
    named = [path for path in places if path != Path(tokens.__file__)]
    assert len(named) > 30
    for path in named:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            assert not LITERAL.search(line), f"{path.name}:{number}: {line.strip()}"


def test_icons_are_drawn_in_the_current_colour() -> None:
    for path in (ROOT / "resources" / "icons").glob("*.svg"):
        if path.stem != "app":
            assert not LITERAL.search(path.read_text(encoding="utf-8")), path.name


def test_every_icon_can_be_drawn_and_shows_something(qapp) -> None:
    for path in (ROOT / "resources" / "icons").glob("*.svg"):
        image = pixmap(path.stem, SCHEMES["light"].text, 24).toImage()
        assert any(image.pixelColor(x, y).alpha() for x in range(24) for y in range(24)), path.stem


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_an_icon_fills_its_place_on_every_screen(qapp, ratio: float) -> None:
    image = pixmap("portfolio", SCHEMES["light"].text, 24, ratio).toImage()
    wide, high = image.width(), image.height()
    assert (wide, high) == (round(24 * ratio), round(24 * ratio))
    rows = [y for y in range(high) if any(image.pixelColor(x, y).alpha() > 100 for x in range(wide))]
    columns = [x for x in range(wide) if any(image.pixelColor(x, y).alpha() > 100 for y in range(high))]
    assert 0 < columns[0] < wide * 0.25
    assert wide * 0.75 < columns[-1] < wide - 1
    assert 0 < rows[0] < high * 0.3
    assert high * 0.7 < rows[-1] < high - 1


def test_an_icon_is_tinted(qapp) -> None:
    image = pixmap("filter", "#FF0000", 24).toImage()
    painted = [image.pixelColor(x, y) for x in range(24) for y in range(24) if image.pixelColor(x, y).alpha() > 200]
    assert painted
    assert all(colour.red() > 200 and colour.green() < 60 for colour in painted)


def test_an_unknown_icon_is_an_error(qapp) -> None:
    with pytest.raises(FileNotFoundError):
        icon("no such icon", "#000000")


def test_choosing_an_appearance_restyles_the_application_at_once(theme: Theme, qapp, qtbot) -> None:
    theme.choose(Appearance.LIGHT)
    before = qapp.palette().window().color()
    with qtbot.waitSignal(theme.changed):
        theme.choose(Appearance.DARK)
    assert theme.tokens.name == "dark"
    assert qapp.palette().window().color().lightness() < before.lightness()
    assert SCHEMES["dark"].background in qapp.styleSheet()


@pytest.mark.parametrize("appearance", list(Appearance))
def test_the_style_sheet_leaves_no_name_unfilled(theme: Theme, appearance: Appearance) -> None:
    theme.choose(appearance)
    assert "@" not in theme.style_sheet()


def test_every_scheme_has_all_colours_in_the_same_form() -> None:
    for scheme in SCHEMES.values():
        for name, colour in colours(scheme).items():
            assert re.fullmatch(r"#[0-9A-F]{6}", colour), (scheme.name, name)


def test_qt_does_not_eat_none() -> None:
    """PySide6 6.12.0 on Python before 3.12 loses one reference to None with each call that returns nothing."""
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(1000):
        thing.setObjectName("x")
    assert sys.getrefcount(None) > before - 500
