"""The portfolio: reading files people give us, mapping their headings, and the immutable snapshots."""
