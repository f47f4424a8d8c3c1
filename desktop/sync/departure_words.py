"""How something left this laptop, and what personal data is in it, in words that claim no more than is known."""

from __future__ import annotations

SENT, BUNDLED = "Sent", "In a bundle"
EXPORTED = "Exported (not sent as far as we know)"
SEALED = "Sealed in a pack"
HANDED_OVER = "Handed over"
CHANNELS = (SENT, BUNDLED, HANDED_OVER, SEALED, EXPORTED)
"""In words, what surely left first."""

CHOICES = {"full": "Full MPANs", "last-four": "Last four digits", "counts": "Counts only"}
AS_IT_IS, CONTACTS, TYPED = "As the file is", "Names and contact details", "As it was typed"
"""Personal data of what no choice is made about."""
