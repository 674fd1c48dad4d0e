"""`python -m console.cli`: the command line without its script."""

import sys

from console.cli import main

sys.exit(main())
