"""The look of the running window: follows the system's colour scheme and contrast, unless the person chose one."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QIcon, QPixmap
from PySide6.QtWidgets import QApplication

from ui.theme import icons
from ui.theme.files import resource
from ui.theme.palette import palette
from ui.theme.tokens import CONTRAST, DARK, LIGHT, RADIUS, SPACE, TYPE, Tokens, colours, mixed


class Appearance(StrEnum):
    """What the person can choose in the settings."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The choice in words."""
        return {"system": "Like the system", "light": "Light", "dark": "Dark", "contrast": "High contrast"}[self.value]


class Theme(QObject):
    """The scheme in use. `changed` fires after the application was restyled; widgets that paint listen to it."""

    changed = Signal()

    def __init__(self, app: QApplication, appearance: Appearance = Appearance.SYSTEM) -> None:
        super().__init__(app)
        self._app = app
        self._appearance = appearance
        self.tokens: Tokens = LIGHT
        self._font = QFont(app.font())
        self._drawn = QTemporaryDir()
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self._follow)
        hints.accessibility().contrastPreferenceChanged.connect(self._follow)
        self._apply()

    @property
    def appearance(self) -> Appearance:
        """What the person chose."""
        return self._appearance

    def choose(self, appearance: Appearance) -> None:
        """Take another appearance and restyle at once."""
        self._appearance = appearance
        self._follow()

    def icon(self, name: str, role: str = "text") -> QIcon:
        """An icon in a colour role of the scheme (`text`, `accent`, `on_accent`, `block` ...)."""
        colour = getattr(self.tokens, role)
        return icons.icon(name, colour, mixed(colour, self.tokens.surface, 0.45), self.tokens.accent)

    def pixmap(self, name: str, size: int, role: str = "text") -> QPixmap:
        """An icon as a picture of `size` logical pixels, fine enough for the finest screen."""
        return icons.pixmap(name, getattr(self.tokens, role), size, max(self._app.devicePixelRatio(), 1.0))

    def colour(self, role: str) -> QColor:
        """A colour role of the scheme, for painting."""
        return QColor(getattr(self.tokens, role))

    def px(self, step: int) -> int:
        """A step of the spacing scale (0 to 7) in pixels, from the height of a line of text."""
        return round(SPACE[step] * self._line())

    def font(self, size: str = "body", *, bold: bool = False) -> QFont:
        """A font of the type scale (`small`, `body`, `heading`, `title`, `figure`)."""
        font = QFont(self._font)
        font.setPointSizeF(self._font.pointSizeF() * TYPE[size])
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        return font

    def style_sheet(self) -> str:
        """The one style sheet, its `@names` filled in from the tokens."""
        values = dict(colours(self.tokens))
        values |= {f"space{step}": f"{self.px(step)}px" for step in range(len(SPACE))}
        values |= {f"radius_{name}": f"{max(2, round(part * self._line()))}px" for name, part in RADIUS.items()}
        values |= {f"type_{name}": f"{self._font.pointSizeF() * factor:.1f}pt" for name, factor in TYPE.items()}
        values["hover"] = mixed(self.tokens.text, self.tokens.surface, 0.07)
        values["pressed"] = mixed(self.tokens.text, self.tokens.surface, 0.14)
        values["accent_hover"] = mixed(self.tokens.accent, self.tokens.text, 0.86)
        values["faint"] = mixed(self.tokens.text, self.tokens.background, 0.5)
        values["thumb"] = mixed(self.tokens.outline, self.tokens.surface, 0.7)
        values["ring"] = "3px" if self.tokens.name == "contrast" else "2px"
        values["arrow_down"] = self._arrow("chevron-down")
        values["arrow_up"] = self._arrow("chevron-up")
        values["tick"] = self._arrow("check", "on_accent")
        for name in ("block", "high", "med", "low", "good", "accent"):
            share = 0.0 if self.tokens.name == "contrast" else 0.1
            values[f"{name}_soft"] = mixed(getattr(self.tokens, name), self.tokens.surface, share)
        template = resource("style", "desk.qss").read_text(encoding="utf-8")
        return re.sub(r"@([a-z_0-9]+)", lambda found: values[found.group(1)], template)

    def _arrow(self, name: str, role: str = "muted") -> str:
        """A style sheet takes pictures from files only: the icon in the scheme's colour, in a folder of this run."""
        path = Path(self._drawn.path()) / f"{name}-{self.tokens.name}.svg"
        if not path.exists():
            drawing = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
            path.write_text(drawing.replace("currentColor", getattr(self.tokens, role)), encoding="utf-8")
        return path.as_posix()

    def _line(self) -> float:
        return QFontMetricsF(self._font).height()

    def _follow(self) -> None:
        self._apply()
        self.changed.emit()

    def _chosen(self) -> Tokens:
        hints = self._app.styleHints()
        match self._appearance:
            case Appearance.LIGHT:
                return LIGHT
            case Appearance.DARK:
                return DARK
            case Appearance.CONTRAST:
                return CONTRAST
        if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
            return CONTRAST
        return DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT

    def _apply(self) -> None:
        self.tokens = self._chosen()
        self._app.setPalette(palette(self.tokens))
        self._app.setStyleSheet(self.style_sheet())
