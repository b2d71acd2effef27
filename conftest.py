"""What holds of every test here, ours and the plugins': examples of hypothesis are the same each time.

They take as long as they take: how long one takes says more about the machine than about us.
`HYPOTHESIS_PROFILE=explore` looks at ten times as many, and at others each time.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", deadline=None, max_examples=1000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
