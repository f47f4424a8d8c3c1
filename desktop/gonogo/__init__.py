"""Go or no-go: everything that has to be known to decide on a milestone, on one sheet."""
