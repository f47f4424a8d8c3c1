"""The command line: thin commands over the services. Results go to standard output, progress to standard error."""

from desktop.cli.main import main

__all__ = ["main"]
