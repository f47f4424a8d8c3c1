"""Content packs: the programme's paper as versioned, sourced data."""
