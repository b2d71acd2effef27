"""Never comes back from its import; says that it hangs in the file that HANG names."""

import os
import time
from pathlib import Path

Path(os.environ["HANG"]).touch()
time.sleep(3600)
