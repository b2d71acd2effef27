"""Serves optuna's dashboard over a mirror of our store: to this machine alone, and to look at alone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import optuna
from optuna_dashboard import wsgi

from sweepbridge import StoreError, UsageError, store_at
from sweepbridge_report.mirror import Mirror

HOST = "127.0.0.1"
PERIOD_S = 1.0
"""So often the store is looked at for news."""
NAMES = (HOST, "localhost")
"""What a browser may call this machine. A page elsewhere that lets its own name lead here is turned away."""
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; worker-src 'self' blob:; frame-ancestors 'none'"
)

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Server(ThreadingMixIn, WSGIServer):
    """Each request in a thread of its own."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Says nothing of requests: a dashboard makes one every few seconds."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


def serve(port: int, *, store: str | None, say: Callable[[str], None]) -> None:
    """Serve until interrupted. StoreError if there is no store, UsageError if the port is taken."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)  # else it tells of each study that the mirror makes
    mirror = Mirror(store_at(store, create=False))
    mirror.refresh()
    with server(mirror, port) as serving:
        say(f"{len(mirror.storage.get_all_studies())} sweeps at http://{HOST}:{serving.server_port}/dashboard")
        if mirror.left_out:
            say(f"{mirror.left_out} sweeps have no metric, and are not shown")
        is_over = threading.Event()
        threading.Thread(target=_keep_up, args=(mirror, is_over, say), daemon=True).start()
        try:
            serving.serve_forever()
        finally:
            is_over.set()


def server(mirror: Mirror, port: int) -> Server:
    """The server of a mirror; port 0 takes a free one. UsageError if the port is taken."""
    try:
        made = Server((HOST, port), Quiet)
    except OSError as error:
        raise UsageError(
            f"can't serve at {HOST}:{port}",
            found=error.strerror or str(error),
            expected="a port that is free",
            fix="choose another --port, or 0 for a free one",
        ) from error
    made.set_app(read_only(wsgi(mirror.storage)))
    return made


def read_only(application: Application) -> Application:
    """The application for those who look at it from this machine, and change nothing."""

    def guarded(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        def started(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start(status, [*headers, ("Content-Security-Policy", POLICY)], *more)

        if environ.get("HTTP_HOST", "").partition(":")[0] not in NAMES:
            return _refused(start, "403 Forbidden", f"call this server {' or '.join(NAMES)}")
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return _refused(start, "405 Method Not Allowed", "this dashboard shows sweeps, and changes none")
        return application(environ, started)

    return guarded


def _refused(start: Callable[..., Any], status: str, why: str) -> list[bytes]:
    start(status, [("Content-Type", "application/json")])
    return [f'{{"reason": "{why}"}}'.encode()]


def _keep_up(mirror: Mirror, is_over: threading.Event, say: Callable[[str], None]) -> None:
    told = ""
    while not is_over.wait(PERIOD_S):
        trouble = _trouble(mirror)
        if trouble and trouble != told:
            say(f"the store can't be read, and is tried again: {trouble}")
        told = trouble


def _trouble(mirror: Mirror) -> str:
    """What keeps the mirror from taking in what is new; empty if nothing does."""
    try:
        mirror.refresh()
    except StoreError as error:
        return str(error)
    return ""
