"""The one seam to workbooks."""
