"""A pseudo-terminal, and what a command shows in it."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading

ESCAPES = re.compile(r"\x1b\[[?0-9;]*[a-zA-Z]")


class Terminal:
    """A pseudo-terminal with a command in it, and all that was written to it."""

    def __init__(self, command, columns, environ):
        ours, its = pty.openpty()
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
        self.process = subprocess.Popen(command, stdin=its, stdout=its, stderr=its, env=environ, start_new_session=True)
        os.close(its)
        self.written = b""
        self._reader = threading.Thread(target=self._read, args=(ours,), daemon=True)
        self._reader.start()

    def _read(self, ours):
        try:
            while some := os.read(ours, 65536):
                self.written += some
        except OSError:  # the other end is closed
            pass
        os.close(ours)

    def wait(self):
        """Its exit code, once all is read."""
        code = self.process.wait()
        self._reader.join()
        return code

    @property
    def raw(self):
        """All that was written, with what moves the cursor and sets colours."""
        return self.written.decode()

    @property
    def text(self):
        """The same without."""
        return ESCAPES.sub("", self.raw)

    @property
    def lines(self):
        """Every line that was ever on it."""
        return [line.rstrip() for line in re.split(r"[\r\n]+", self.text)]
