"""Evidence: files kept once with their revisions, and what they prove."""
