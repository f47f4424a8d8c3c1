"""Data-cleanse checks: the catalogue, the engine, and the history of findings."""
