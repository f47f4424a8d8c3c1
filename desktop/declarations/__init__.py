"""Declarations: prepared, signed, frozen, verified; nothing signed is ever edited or deleted."""
