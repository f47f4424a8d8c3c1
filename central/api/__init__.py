"""The calls of the protocol and of reviewers' programs, and what every answer has in common."""
