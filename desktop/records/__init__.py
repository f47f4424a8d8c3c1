"""Rows of a table that the person brings, mapped to fields of ours: headings, suggestions, cleaning."""
