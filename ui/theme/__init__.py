"""theme of the window."""
