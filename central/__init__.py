"""The reference central service: what a Code Body needs to receive from some 200 participants."""
