"""`python -m ui`: the same as `mhhs-desk`."""

from __future__ import annotations

import sys

from ui.launch import main

sys.exit(main())
