"""The one seam to workbooks: safe cells, the look, streamed sheets, atomic saving, export of a view."""
