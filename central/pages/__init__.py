"""The review pages of the Code Body: rendered on the server, readable without any script."""
