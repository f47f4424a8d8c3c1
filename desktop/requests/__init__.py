"""Requests for information (PPIR): their questions and the participant's answers."""
