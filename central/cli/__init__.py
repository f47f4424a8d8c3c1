"""The command line of the central service: one module for each group of commands."""
