"""`python -m sweepbridge` is `sweepbridge`."""

import sys

from sweepbridge.cli import main

if __name__ == "__main__":
    sys.exit(main())
