"""What holds of every test here, ours and the plugins': examples of hypothesis are the same each time.

They take as long as they take: how long one takes says more about the machine than about us.
`HYPOTHESIS_PROFILE=explore` looks at ten times as many, and at others each time.

And a process that a test starts hears the signals that it hears in a terminal, also where the tests run in the
background: there SIGINT is ignored, under `nohup` SIGHUP too, and what is ignored is inherited.
"""

import os
import signal

from hypothesis import HealthCheck, settings

settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", deadline=None, max_examples=1000, suppress_health_check=[HealthCheck.too_slow])
for number in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, lambda *_: None)  # not inherited: a new program begins with the system's own way

settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
