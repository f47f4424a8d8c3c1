"""The program inside the built app: the same door as `python -m ui`."""

import sys

from ui.launch import main

if __name__ == "__main__":
    sys.exit(main())
