"""Makes the pictures of a report and of the dashboard that the docs show: a part of `make pictures`.

It runs a sweep of its own, and looks at its report and at the dashboard with the chromium of the system.
"""

from __future__ import annotations

import math
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from sweepbridge_report.dashboard import server
from sweepbridge_report.mirror import Mirror

import sweepbridge

DOCS = Path(__file__).parent.parent.parent / "docs/how-to"
REPORT = DOCS / "see-a-report.png"
DASHBOARD = DOCS / "see-a-report-dashboard.png"
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
    """Run the sweep, report it, and take the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        store, file = Path(folder) / ".sweepbridge", Path(folder) / "report.html"
        sweep_id = sweepbridge.sweep(CONFIG, seed=1, store=store)
        sweepbridge.agent(sweep_id, train, store=store)
        words = ["report", sweep_id, "--store", str(store), "-o", str(file)]
        subprocess.run([Path(sys.executable).parent / "sweepbridge", *words], check=True)
        with _page(height=2350) as page:
            take_report(page, file)
        with _page(height=1350) as page, sweepbridge.store_at(store) as opened:
            take_dashboard(page, Mirror(opened))


def take_report(page: Page, file: Path) -> None:
    """The picture of the upper part of a report."""
    page.goto(file.as_uri())
    page.wait_for_function("document.documentElement.dataset.ready")
    page.wait_for_timeout(2000)
    page.screenshot(path=REPORT)


def take_dashboard(page: Page, mirror: Mirror) -> None:
    """The picture of the only sweep of a mirror, in the dashboard."""
    mirror.refresh()
    study = mirror.storage.get_all_studies()[0]._study_id  # noqa: SLF001  # its address has it
    with server(mirror, 0) as serving:
        threading.Thread(target=serving.serve_forever, args=(0.02,), daemon=True).start()
        page.goto(f"http://127.0.0.1:{serving.server_port}/dashboard/studies/{study}")
        page.wait_for_selector(".js-plotly-plot .main-svg")
        page.wait_for_timeout(5000)
        page.screenshot(path=DASHBOARD)
        serving.shutdown()


@contextmanager
def _page(*, height: int) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser.new_page(viewport={"width": 1200, "height": height})
        browser.close()


if __name__ == "__main__":
    main()
