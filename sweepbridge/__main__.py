"""`python -m sweepbridge` is `sweepbridge`, and this is where both of them end their process.

A plugin may have left a thread that never ends, and Python would wait for it for ever.
"""

import os
import sys
import threading
from typing import NoReturn

from sweepbridge.cli import main

GRACE_S = 5.0
"""How long threads that are not ours may take to end."""


def script() -> NoReturn:
    """Carry out the command line, and end this process with its exit code."""
    code = main()
    left = [thread for thread in threading.enumerate() if thread is not threading.main_thread() and not thread.daemon]
    if left:
        last = threading.Timer(GRACE_S, _leave, [code, left])
        last.daemon = True
        last.start()
    sys.exit(code)


def _leave(code: int, left: list[threading.Thread]) -> None:
    names = ", ".join(thread.name for thread in left if thread.is_alive())
    print(f"warning: ending without threads that a plugin has left behind: {names}", file=sys.stderr)  # noqa: T201
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    script()
