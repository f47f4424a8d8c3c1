"""What can be read out of a file of evidence: its text, or a small picture of it; only in the capped child process."""
