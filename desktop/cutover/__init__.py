"""Cutover: plans, what depends on what, the ticks, rehearsals."""
