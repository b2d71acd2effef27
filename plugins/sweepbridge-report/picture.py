"""Makes the picture of a report that the docs show: `python plugins/sweepbridge-report/picture.py`.

It runs a sweep of its own, and looks at its report with the chromium of the system.
"""

from __future__ import annotations

import math
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import sweepbridge

PICTURE = Path(__file__).parent.parent.parent / "docs/how-to/see-a-report.png"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--enable-unsafe-swiftshader"]
CONFIG = {
    "name": "digits",
    "method": "bayes",
    "metric": {"name": "loss", "goal": "minimize"},
    "parameters": {
        "lr": {"distribution": "log_uniform_values", "min": 1e-5, "max": 0.1},
        "dropout": {"min": 0.0, "max": 0.5},
        "layers": {"min": 1, "max": 8},
        "optimizer": {"values": ["adam", "sgd"]},
    },
    "early_terminate": {"type": "hyperband", "min_iter": 3},
    "run_cap": 120,
}


def train() -> None:
    """Stand in for a training: it gets better with each epoch, the better the nearer to a good point."""
    with sweepbridge.init() as run:
        c = run.config
        end = abs(math.log10(c["lr"]) + 3) / 4 + abs(c["dropout"] - 0.2) + abs(c["layers"] - 4) / 20
        end += 0.15 if c["optimizer"] == "sgd" else 0.0
        for epoch in range(27):
            run.log({"loss": end + 0.8 / (epoch + 1)})


def main() -> None:
    """Run the sweep, report it, and take the picture."""
    with tempfile.TemporaryDirectory() as folder:
        store, file = Path(folder) / ".sweepbridge", Path(folder) / "report.html"
        sweep_id = sweepbridge.sweep(CONFIG, seed=1, store=store)
        sweepbridge.agent(sweep_id, train, store=store)
        words = ["report", sweep_id, "--store", str(store), "-o", str(file)]
        subprocess.run([Path(sys.executable).parent / "sweepbridge", *words], check=True)
        take(file)


def take(file: Path) -> None:
    """The picture of the upper part of a report."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1200, "height": 2350})
        page.goto(file.as_uri())
        page.wait_for_function("document.documentElement.dataset.ready")
        page.wait_for_timeout(2000)
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
