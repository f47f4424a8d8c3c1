"""Tokens as a QPalette, so that everything the style sheet does not name is right as well."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

from ui.theme.tokens import Tokens, mixed


def palette(tokens: Tokens) -> QPalette:
    """The palette of a scheme."""
    result = QPalette()
    role = QPalette.ColorRole
    for which, colour in {
        role.Window: tokens.background,
        role.WindowText: tokens.text,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.raised,
        role.Text: tokens.text,
        role.Button: tokens.raised,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.block,
        role.Highlight: tokens.soft,
        role.HighlightedText: tokens.text,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
        role.ToolTipBase: tokens.surface,
        role.ToolTipText: tokens.text,
        role.PlaceholderText: tokens.muted,
        role.Accent: tokens.accent,
        role.Light: tokens.raised,
        role.Midlight: tokens.line,
        role.Mid: tokens.line,
        role.Dark: tokens.outline,
        role.Shadow: tokens.outline,
    }.items():
        result.setColor(which, QColor(colour))
    faint = QColor(mixed(tokens.text, tokens.background, 0.5))
    for which in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, which, faint)
    return result
