"""The workspace on disk: the only SQL of the product; returns plain values."""
