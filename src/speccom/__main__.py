"""`python -m speccom` is the same as the command `speccom`."""

import sys

from speccom.commands import main

sys.exit(main())
