"""Milestones with the participant's own days; everything with a deadline may hang on them."""
